package gomod

import (
	"fmt"
	"go/version"
	"maps"
)

// graph is the module graph of a main module with the given roots: their
// requirements, and everything behind those roots that do not support pruning.
type graph struct {
	roots    map[string]*dep // by path; the go command looks for packages here first
	selected map[string]*dep // by path, the highest version that is required
	loaded   map[*dep]bool   // whose requirements are in the graph
}

// visit is a module to read, and whether to go on to what it requires.
type visit struct {
	dep  *dep
	deep bool
}

// newGraph reads the graph, as readModGraph does.
func newGraph(roots map[string]*dep) (*graph, error) {
	g := &graph{
		roots:    maps.Clone(roots),
		selected: make(map[string]*dep, 8*len(roots)),
		loaded:   make(map[*dep]bool, 2*len(roots)),
	}
	seen := make(map[visit]bool, 2*len(roots))
	queue := make([]visit, 0, 2*len(roots))
	for _, m := range roots {
		g.require(m)
		queue = append(queue, visit{dep: m})
	}
	for len(queue) > 0 {
		v := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if seen[v] {
			continue
		}
		seen[v] = true
		if v.dep.goVersion == "" {
			return nil, fmt.Errorf("requirements of %s %s: %w", v.dep.path, v.dep.version, errIncomplete)
		}
		deep := v.deep || !v.dep.pruned
		g.loaded[v.dep] = true
		for _, m := range v.dep.requires {
			g.require(m)
			if deep {
				queue = append(queue, visit{dep: m, deep: true})
			}
		}
	}
	return g, nil
}

// with returns the graph with the modules of some of the packages as further
// roots, those that are not roots yet and for which add says so.
func (g *graph) with(pkgs []*pkg, add func(*pkg) (bool, error)) (*graph, error) {
	roots := maps.Clone(g.roots)
	for _, p := range pkgs {
		if g.roots[p.dep.path] != nil {
			continue
		}
		ok, err := add(p)
		if err != nil {
			return nil, err
		}
		if ok {
			roots[p.dep.path] = p.dep
		}
	}
	if len(roots) == len(g.roots) {
		return g, nil
	}
	return newGraph(roots)
}

// require selects m unless a higher version is selected already.
func (g *graph) require(m *dep) {
	if m.newer(g.selected[m.path]) {
		g.selected[m.path] = m
	}
}

// newestGo is the highest go line among the modules read.
func (g *graph) newestGo() string {
	newest := oldestGo
	for m := range g.loaded {
		if version.Compare("go"+m.goVersion, "go"+newest) > 0 {
			newest = m.goVersion
		}
	}
	return newest
}
