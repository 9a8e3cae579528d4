package gomod

import (
	"fmt"
	"strings"
)

// pkg is a loaded package, with the module version that provides it.
type pkg struct {
	path string
	dep  *dep
	src  *source
}

// closure returns the packages with the given paths and everything they
// import, in layers: layer 0 are the paths themselves, and a package is in the
// first layer that names it. Packages in skip are left out. unresolved are the
// paths that no module of the graph has, or more than one.
func (g *graph) closure(paths []string, skip map[string]*pkg) (layers [][]*pkg, unresolved []string, err error) {
	seen := map[string]bool{}
	for len(paths) > 0 {
		var layer []*pkg
		var next []string
		for _, path := range paths {
			if seen[path] || skip[path] != nil {
				continue
			}
			seen[path] = true
			found, err := g.locate(path)
			if err != nil {
				return nil, nil, err
			}
			if len(found) != 1 {
				unresolved = append(unresolved, path)
				continue
			}
			src := found[0].packages[path]
			layer = append(layer, &pkg{path: path, dep: found[0], src: src})
			next = append(next, src.imports...)
		}
		layers, paths = append(layers, layer), next
	}
	return layers, unresolved, nil
}

// locate finds the modules that have the package, as importFromModules does:
// the roots first, and only when none of them has it the whole graph.
func (g *graph) locate(path string) ([]*dep, error) {
	found, err := among(g.roots, path)
	if err != nil || len(found) > 0 {
		return found, err
	}
	return among(g.selected, path)
}

// among returns those of the modules, by path, that have the package.
func among(mods map[string]*dep, path string) ([]*dep, error) {
	var found []*dep
	for _, m := range prefixes(mods, path) {
		if m.zipHash == "" {
			return nil, fmt.Errorf("source of %s %s: %w", m.path, m.version, errIncomplete)
		}
		if m.packages[path] != nil {
			found = append(found, m)
		}
	}
	return found, nil
}

// prefixes returns the modules that could have the package by their path,
// the longest first.
func prefixes(mods map[string]*dep, path string) []*dep {
	var out []*dep
	for prefix := path; prefix != ""; prefix = parent(prefix) {
		if m := mods[prefix]; m != nil {
			out = append(out, m)
		}
	}
	return out
}

// parent cuts the last element off an import path.
func parent(path string) string {
	return path[:max(0, strings.LastIndexByte(path, '/'))]
}
