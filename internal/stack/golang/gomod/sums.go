package gomod

import (
	"bytes"
	"fmt"

	"golang.org/x/mod/module"
)

// sums returns go.sum: the hashes that keepSums keeps. The go.mod of every
// module whose requirements are in the graph or that provides a package, and
// the source of every module that has, or by its path could have, a package.
func (r *resolution) sums() ([]byte, error) {
	mods := map[*dep]bool{}
	zips := map[*dep]bool{}
	for m := range r.graph.loaded {
		mods[m] = true
	}
	for _, p := range r.pkgs {
		mods[p.dep] = true
		candidates := r.graph.selected
		if r.graph.roots[p.dep.path] == p.dep {
			candidates = r.graph.roots
		}
		for _, m := range prefixes(candidates, p.path) {
			zips[m] = true
		}
	}
	hashes := make(map[module.Version]string, len(mods)+len(zips))
	for m := range mods {
		hashes[module.Version{Path: m.path, Version: m.version + "/go.mod"}] = m.modHash
	}
	for m := range zips {
		hashes[module.Version{Path: m.path, Version: m.version}] = m.zipHash
	}
	return formatSum(hashes)
}

// formatSum renders go.sum in the go command's order.
func formatSum(hashes map[module.Version]string) ([]byte, error) {
	keys := make([]module.Version, 0, len(hashes))
	for k := range hashes {
		keys = append(keys, k)
	}
	module.Sort(keys)
	var buf bytes.Buffer
	for _, k := range keys {
		if hashes[k] == "" {
			return nil, fmt.Errorf("hash of %s %s: %w", k.Path, k.Version, errIncomplete)
		}
		fmt.Fprintf(&buf, "%s %s %s\n", k.Path, k.Version, hashes[k])
	}
	return buf.Bytes(), nil
}
