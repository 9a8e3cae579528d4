package main

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"golang.org/x/mod/module"
)

// record is what the lock says about one module version.
type record struct {
	root     bool
	graph    bool // its requirements may be part of a project's module graph
	mod      *goMod
	dir      string
	zip      string
	packages map[string]*imports // by import path; tests only where they matter
}

// collector gathers every fact that resolving any part of the whole may need.
//
// A project's module graph is that of its roots, which are some of the
// possible roots, always at the same versions. So the version of any module in
// any project is one that a single root's own graph selects: those versions
// are the candidates, and packages that only tests of dependencies import are
// looked for in all of them.
type collector struct {
	cache      *cache
	roots      map[string]module.Version
	candidates map[string][]string // module path → versions
	records    map[module.Version]*record
	all        map[string]module.Version // packages that some project builds
}

func newCollector(c *cache, roots map[string]module.Version) *collector {
	return &collector{
		cache:      c,
		roots:      roots,
		candidates: map[string][]string{},
		records:    map[module.Version]*record{},
		all:        map[string]module.Version{},
	}
}

// collect walks the graphs of all roots, the packages that the imports need,
// and what the tests of those need.
func (c *collector) collect(ctx context.Context, from map[string]string) error {
	for _, m := range c.roots {
		c.record(m).root = true
		if err := c.graph(ctx, m); err != nil {
			return err
		}
	}
	tests, err := c.build(ctx, slices.Sorted(maps.Keys(from)))
	if err != nil {
		return err
	}
	return c.test(ctx, tests)
}

// providers are the modules of the packages that projects build.
func (c *collector) providers() map[string]bool {
	out := map[string]bool{}
	for _, m := range c.all {
		out[m.Path] = true
	}
	return out
}

func (c *collector) record(m module.Version) *record {
	r := c.records[m]
	if r == nil {
		r = &record{packages: map[string]*imports{}}
		c.records[m] = r
	}
	return r
}

// build scans the packages that projects build: the imports and what they
// import, from the roots. It returns what their tests import.
func (c *collector) build(ctx context.Context, paths []string) ([]string, error) {
	tests := map[string]bool{}
	for len(paths) > 0 {
		found, err := c.scan(ctx, paths, func(prefix string) []string {
			if m, ok := c.roots[prefix]; ok {
				return []string{m.Version}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		var next []string
		for _, path := range paths {
			mods := found[path]
			if len(mods) != 1 {
				return nil, fmt.Errorf("package %s is in %d of the required modules", path, len(mods))
			}
			c.all[path] = mods[0]
			pkg := c.records[mods[0]].packages[path]
			next = append(next, pkg.code...)
			for _, t := range pkg.tests {
				tests[t] = true
			}
		}
		paths = fresh(next, c.all)
	}
	return slices.Sorted(maps.Keys(tests)), nil
}

// test scans packages that tests of dependencies import, and what they import
// in turn, in every version that a project may select.
func (c *collector) test(ctx context.Context, paths []string) error {
	seen := map[string]bool{}
	for len(paths) > 0 {
		for _, path := range paths {
			seen[path] = true
		}
		found, err := c.scan(ctx, paths, func(prefix string) []string { return c.candidates[prefix] })
		if err != nil {
			return err
		}
		var next []string
		for path, mods := range found {
			for _, m := range mods {
				if _, err := c.requirements(ctx, m); err != nil {
					return err
				}
				next = append(next, c.records[m].packages[path].code...)
			}
		}
		paths = fresh(next, seen)
	}
	return nil
}

// fresh sorts paths and drops those that are in seen.
func fresh[V any](paths []string, seen map[string]V) []string {
	slices.Sort(paths)
	return slices.DeleteFunc(slices.Compact(paths), func(path string) bool {
		_, ok := seen[path]
		return ok
	})
}
