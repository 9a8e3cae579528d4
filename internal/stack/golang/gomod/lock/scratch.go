package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// unionPath is the module path of the scratch module.
const unionPath = "layup.invalid/union"

// scratch is a module that imports everything that any template imports.
type scratch struct {
	dir    string
	stderr io.Writer
	mod    *modfile.File // after tidy
	modRaw []byte
	sumRaw []byte
}

// resolve writes the module and lets the go command tidy it.
func (s *scratch) resolve(ctx context.Context, p pins, imports map[string]string) error {
	if err := s.write(p, imports); err != nil {
		return err
	}
	if _, err := s.goTool(ctx, "mod", "tidy"); err != nil {
		return err
	}
	var err error
	if s.modRaw, err = os.ReadFile(filepath.Join(s.dir, "go.mod")); err != nil {
		return fmt.Errorf("scratch module: %w", err)
	}
	if s.sumRaw, err = os.ReadFile(filepath.Join(s.dir, "go.sum")); err != nil {
		return fmt.Errorf("scratch module: %w", err)
	}
	if s.mod, err = modfile.Parse("go.mod", s.modRaw, nil); err != nil {
		return fmt.Errorf("scratch module: %w", err)
	}
	return nil
}

// write makes go.mod with every pin, and one Go file.
func (s *scratch) write(p pins, imports map[string]string) error {
	var mod, src bytes.Buffer
	fmt.Fprintf(&mod, "module %s\n\ngo %s\n\ntoolchain go%s\n\nrequire (\n", unionPath, p.Go, p.Toolchain)
	for _, list := range []map[string]string{p.Modules, p.Indirect} {
		for _, path := range slices.Sorted(maps.Keys(list)) {
			fmt.Fprintf(&mod, "\t%s %s\n", path, list[path])
		}
	}
	mod.WriteString(")\n")
	src.WriteString("package union\n")
	for _, path := range slices.Sorted(maps.Keys(imports)) {
		fmt.Fprintf(&src, "\nimport _ %q\n", path)
	}
	for name, data := range map[string][]byte{"go.mod": mod.Bytes(), "union.go": src.Bytes()} {
		if err := os.WriteFile(filepath.Join(s.dir, name), data, 0o600); err != nil {
			return fmt.Errorf("scratch module: %w", err)
		}
	}
	return nil
}

// roots are the modules that projects may require: those of the whole, and
// those that tests of dependencies may need beside it.
func (s *scratch) roots(p pins) map[string]module.Version {
	out := map[string]module.Version{}
	for path, version := range p.Indirect {
		out[path] = module.Version{Path: path, Version: version}
	}
	for _, r := range s.mod.Require {
		out[r.Mod.Path] = r.Mod
	}
	return out
}

// goTool runs the go command in the scratch module and returns what it prints.
func (s *scratch) goTool(ctx context.Context, args ...string) ([]byte, error) {
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, "go", args...) //nolint:gosec // arguments are module paths of go.mod files
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.dir, &out, s.stderr
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off", "GO111MODULE=on")
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("go %s: %w", strings.Join(args[:2], " "), err)
	}
	return out.Bytes(), nil
}
