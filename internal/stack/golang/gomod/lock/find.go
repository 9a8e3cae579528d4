package main

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/module"
)

// scan looks for each package in the versions of each module that could have
// it by its path, and returns those that do.
func (c *collector) scan(ctx context.Context, paths []string, versions func(prefix string) []string) (map[string][]module.Version, error) {
	could := map[string][]module.Version{}
	var need []module.Version
	for _, path := range paths {
		for prefix := path; prefix != ""; prefix = prefix[:max(0, strings.LastIndexByte(prefix, '/'))] {
			for _, v := range versions(prefix) {
				m := module.Version{Path: prefix, Version: v}
				could[path] = append(could[path], m)
				need = append(need, m)
			}
		}
	}
	if err := c.fetch(ctx, need); err != nil {
		return nil, err
	}
	found := map[string][]module.Version{}
	for path, mods := range could {
		for _, m := range mods {
			ok, err := c.has(m, path)
			if err != nil {
				return nil, err
			}
			if ok {
				found[path] = append(found[path], m)
			}
		}
	}
	return found, nil
}

// fetch downloads sources that are not here yet.
func (c *collector) fetch(ctx context.Context, mods []module.Version) error {
	module.Sort(mods)
	mods = slices.DeleteFunc(slices.Compact(mods), func(m module.Version) bool { return c.record(m).zip != "" })
	trees, err := c.cache.download(ctx, mods)
	if err != nil {
		return err
	}
	for _, t := range trees {
		r := c.record(module.Version{Path: t.Path, Version: t.Version})
		r.dir, r.zip = t.Dir, t.Sum
	}
	return nil
}

// has reports whether the module has the package, and keeps what it imports.
func (c *collector) has(m module.Version, path string) (bool, error) {
	r := c.record(m)
	if r.packages[path] != nil {
		return true, nil
	}
	pkg, err := scanPackage(filepath.Join(r.dir, filepath.FromSlash(strings.TrimPrefix(path, m.Path))))
	if err != nil || pkg == nil {
		return false, err
	}
	r.packages[path] = pkg
	return true, nil
}

// within reports whether the import path is the module's or below it.
func within(path, mod string) bool {
	return path == mod || strings.HasPrefix(path, mod+"/")
}
