package main

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"github.com/layup-dev/layup/internal/stack/golang/gomod"
)

// prove reads the lock back and resolves the whole, which must give the very
// files that the go command wrote, and every package alone, which must work.
func prove(text []byte, p pins, union *scratch, imports map[string]string) error {
	lock, err := gomod.ParseLock(text)
	if err != nil {
		return fmt.Errorf("the lock does not parse: %w", err)
	}
	paths := slices.Sorted(maps.Keys(imports))
	files, err := lock.Resolve(unionPath, p.Go, p.Toolchain, paths)
	if err != nil {
		return fmt.Errorf("resolving everything: %w", err)
	}
	if !bytes.Equal(files.Mod, union.modRaw) {
		return fmt.Errorf("resolving everything gives another go.mod than tidy:\n%s\nnot\n%s", files.Mod, union.modRaw)
	}
	if !bytes.Equal(files.Sum, union.sumRaw) {
		return fmt.Errorf("resolving everything gives another go.sum than tidy:\n%s\nnot\n%s", files.Sum, union.sumRaw)
	}
	for _, path := range paths {
		if _, err := lock.Resolve(unionPath, p.Go, p.Toolchain, []string{path}); err != nil {
			return fmt.Errorf("resolving %s alone: %w", path, err)
		}
	}
	return nil
}
