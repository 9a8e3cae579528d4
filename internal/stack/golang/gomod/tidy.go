package gomod

import (
	"fmt"
	"maps"
	"slices"
)

// maxRounds bounds the search for a stable set of roots. One round is usual,
// two when a test of a dependency needs a module that no go.mod names.
const maxRounds = 20

// resolution is a project's module graph at rest: tidy would change nothing.
type resolution struct {
	roots  map[string]*dep // the require lines, by path
	direct map[string]bool // module paths that the project's own files import
	graph  *graph
	pkgs   []*pkg // everything that is loaded
}

// project is what tidy is working on: the packages that the main module's
// files need, which do not depend on the roots, because their modules are
// always roots at the version of the lock.
type project struct {
	direct []string        // imports of the main module
	all    []*pkg          // the pattern "all" without the main module
	inAll  map[string]*pkg // all, by path
	tests  []string        // imports of the tests of all
}

// tidy returns the requirements that `go mod tidy` leaves as they are.
func (l *Lock) tidy(direct []string) (*resolution, error) {
	p, err := l.project(direct)
	if err != nil {
		return nil, err
	}
	roots := modules(p.all)
	for range maxRounds {
		layers, graph, unresolved, err := p.load(roots)
		if err != nil {
			return nil, err
		}
		if len(unresolved) > 0 {
			if roots, err = l.provide(roots, unresolved); err != nil {
				return nil, err
			}
			continue
		}
		tidy, err := p.tidyRoots(layers)
		if err != nil {
			return nil, err
		}
		if maps.Equal(tidy, roots) {
			return p.rest(roots, graph, layers), nil
		}
		roots = tidy
	}
	return nil, fmt.Errorf("no stable requirements after %d rounds: %w", maxRounds, errIncomplete)
}

// project loads the packages in "all". Their modules are always roots, and
// each package is in one possible root only, so no root that is added later
// takes it over.
func (l *Lock) project(direct []string) (*project, error) {
	g := &graph{roots: l.roots}
	layers, unresolved, err := g.closure(direct, nil)
	if err != nil {
		return nil, err
	}
	if len(unresolved) > 0 {
		return nil, fmt.Errorf("package %s: %w", unresolved[0], errIncomplete)
	}
	p := &project{direct: direct, all: slices.Concat(layers...), inAll: map[string]*pkg{}}
	for _, pkg := range p.all {
		p.inAll[pkg.path] = pkg
		p.tests = append(p.tests, pkg.src.tests...)
	}
	return p, nil
}

// load finds every package under the given roots: those in "all" and, in
// layers, what their tests need. tidy wants the tests of dependencies to be
// reproducible, but not the tests of what only they import.
func (p *project) load(roots map[string]*dep) ([][]*pkg, *graph, []string, error) {
	g, err := newGraph(roots)
	if err != nil {
		return nil, nil, nil, err
	}
	for _, m := range roots {
		if g.selected[m.path] != m {
			return nil, nil, nil, fmt.Errorf("%s %s is selected, not %s: %w",
				m.path, g.selected[m.path].version, m.version, errIncomplete)
		}
	}
	layers, unresolved, err := g.closure(p.tests, p.inAll)
	return layers, g, unresolved, err
}

// provide adds a root for each package that no module of the graph has, or
// more than one: the module that `make lock` found for it. Roots are asked
// first, so it settles both.
func (l *Lock) provide(roots map[string]*dep, unresolved []string) (map[string]*dep, error) {
	roots = maps.Clone(roots)
	for _, path := range unresolved {
		found, err := among(l.roots, path)
		if err != nil {
			return nil, err
		}
		if len(found) != 1 {
			return nil, fmt.Errorf("package %s, which a test of a dependency imports: %w", path, errIncomplete)
		}
		roots[found[0].path] = found[0]
	}
	return roots, nil
}

// tidyRoots returns the least roots under which the loaded packages come from
// the same versions, as tidyPrunedRoots does: the modules of "all", then, layer
// by layer, modules of test packages that would otherwise be older or missing,
// then those that would be ambiguous.
func (p *project) tidyRoots(layers [][]*pkg) (map[string]*dep, error) {
	g, err := newGraph(modules(p.all))
	if err != nil {
		return nil, err
	}
	for _, layer := range layers {
		g, err = g.with(layer, func(p *pkg) (bool, error) {
			return p.dep.newer(g.selected[p.dep.path]), nil
		})
		if err != nil {
			return nil, err
		}
	}
	return disambiguate(g, slices.Concat(layers...))
}

// disambiguate adds roots until no package is found in two modules.
func disambiguate(g *graph, pkgs []*pkg) (map[string]*dep, error) {
	for {
		before := len(g.roots)
		next, err := g.with(pkgs, func(p *pkg) (bool, error) {
			found, err := g.locate(p.path)
			return len(found) > 1, err
		})
		if err != nil {
			return nil, err
		}
		if g = next; len(g.roots) == before {
			return g.roots, nil
		}
	}
}

// rest packs up the stable state.
func (p *project) rest(roots map[string]*dep, g *graph, layers [][]*pkg) *resolution {
	res := &resolution{roots: roots, graph: g, direct: map[string]bool{}, pkgs: p.all}
	for _, layer := range layers {
		res.pkgs = append(res.pkgs, layer...)
	}
	for _, path := range p.direct {
		res.direct[p.inAll[path].dep.path] = true
	}
	return res
}

// modules returns the modules of the packages, by path.
func modules(pkgs []*pkg) map[string]*dep {
	out := make(map[string]*dep, 32)
	for _, p := range pkgs {
		out[p.dep.path] = p.dep
	}
	return out
}
