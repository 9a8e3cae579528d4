package main

import (
	"context"
	"go/version"
	"slices"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// requirements reads the go.mod of m.
func (c *collector) requirements(ctx context.Context, m module.Version) (*goMod, error) {
	r := c.record(m)
	if r.mod != nil {
		return r.mod, nil
	}
	var err error
	r.mod, err = c.cache.goMod(ctx, m)
	return r.mod, err
}

// graph reads the module graph of one root and notes which versions it selects.
func (c *collector) graph(ctx context.Context, root module.Version) error {
	selected := map[string]string{root.Path: root.Version}
	seen := map[module.Version]bool{}
	queue := []module.Version{root}
	for len(queue) > 0 {
		m := queue[0]
		queue = queue[1:]
		if seen[m] {
			continue
		}
		seen[m] = true
		mod, err := c.requirements(ctx, m)
		if err != nil {
			return err
		}
		c.record(m).graph = true
		for _, r := range mod.requires {
			if semver.Compare(r.Version, selected[r.Path]) > 0 {
				selected[r.Path] = r.Version
			}
		}
		// Behind a module that predates pruning everything is read.
		if m != root || version.Compare("go"+mod.version, "go1.17") < 0 {
			queue = append(queue, mod.requires...)
		}
	}
	for path, v := range selected {
		if !slices.Contains(c.candidates[path], v) {
			c.candidates[path] = append(c.candidates[path], v)
		}
	}
	return nil
}
