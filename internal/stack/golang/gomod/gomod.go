// Package gomod writes go.mod and go.sum of a generated project without a
// network and without the go command, byte for byte what `go mod tidy` would
// leave alone.
//
// The versions of everything that any template may import are fixed together,
// as one build list, by `make lock` (package main in ./lock), and recorded in
// templates/go/modules.lock with what is needed to repeat tidy's reasoning for
// a part of them: who requires whom, which package imports what, and the
// hashes. Resolve follows cmd/go/internal/modload of Go 1.26: load.go loads
// packages, graph.go reads the pruned module graph, tidy.go chooses the roots
// and sums.go the lines of go.sum. Nothing here knows what a template is.
package gomod

import (
	"cmp"
	"errors"
	"fmt"
	"go/version"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// Files are the two files of a module. Sum is empty when nothing is required;
// then there is no go.sum to write.
type Files struct {
	Mod, Sum []byte
}

// ErrNotLocked is returned, wrapped with the package's name, for an import
// that modules.lock does not cover.
var ErrNotLocked = errors.New("not in modules.lock: run make lock")

// ErrModuleTaken is returned, wrapped with the path, for a project that calls
// itself what a dependency is called.
var ErrModuleTaken = errors.New("the module path belongs to a dependency of the project")

// errIncomplete says that the lock lacks a fact that this project needs: the
// lock is damaged, or `make lock` has a bug.
var errIncomplete = errors.New("modules.lock is incomplete: run make lock")

// oldestGo is the first version whose tidy rules are the ones written here.
const oldestGo = "1.21"

// Resolve returns go.mod and go.sum of the module mainModule whose Go files,
// tests included, import the given packages. Packages of the standard library
// and of the main module itself are ignored. goVersion is the go line
// ("1.26.0"), toolchain the version of the toolchain line ("1.26.8", without
// the word go); the line is left out when it is empty or says the same as the
// go line, as tidy does. Resolve refuses an import that is not in the lock, a
// module path that a dependency has too, and a Go version older than a
// dependency needs.
func (l *Lock) Resolve(mainModule, goVersion, toolchain string, imports []string) (Files, error) {
	if err := l.checkMain(mainModule, goVersion, toolchain); err != nil {
		return Files{}, err
	}
	direct, err := l.external(mainModule, imports)
	if err != nil {
		return Files{}, err
	}
	res, err := l.tidy(direct)
	if err != nil {
		return Files{}, fmt.Errorf("resolving the modules of %s: %w", mainModule, err)
	}
	if newest := res.graph.newestGo(); version.Compare("go"+newest, "go"+goVersion) > 0 {
		return Files{}, fmt.Errorf("go %s is too old: a dependency needs go %s", goVersion, newest)
	}
	mod, err := formatMod(mainModule, goVersion, toolchain, res)
	if err != nil {
		return Files{}, err
	}
	sum, err := res.sums()
	if err != nil {
		return Files{}, err
	}
	return Files{Mod: mod, Sum: sum}, nil
}

// checkMain refuses what would make the go command fail later.
func (l *Lock) checkMain(mainModule, goVersion, toolchain string) error {
	if l.paths[mainModule] {
		return fmt.Errorf("module path %s: %w", mainModule, ErrModuleTaken)
	}
	if !version.IsValid("go" + goVersion) {
		return fmt.Errorf("go version %q is not one", goVersion)
	}
	if version.Compare("go"+goVersion, "go"+oldestGo) < 0 {
		return fmt.Errorf("go version %s is older than %s", goVersion, oldestGo)
	}
	if toolchain == "" {
		return nil
	}
	if !version.IsValid("go" + toolchain) {
		return fmt.Errorf("toolchain version %q is not one", toolchain)
	}
	if version.Compare("go"+toolchain, "go"+goVersion) < 0 {
		return fmt.Errorf("toolchain %s is older than go %s", toolchain, goVersion)
	}
	return nil
}

// external returns the imports that come from other modules, sorted, each
// once. An import in the lock is one even when the main module's path is its
// prefix, because the go command looks at directories, not at names.
func (l *Lock) external(mainModule string, imports []string) ([]string, error) {
	var out []string
	for _, path := range imports {
		switch {
		case l.imports[path]:
			out = append(out, path)
		case isStd(path), path == mainModule, strings.HasPrefix(path, mainModule+"/"):
		default:
			return nil, fmt.Errorf("package %s is %w", path, ErrNotLocked)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// isStd reports whether path can only be in the standard library: the first
// element of every other import path has a dot.
func isStd(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

// formatMod renders go.mod with the two require blocks of tidy.
func formatMod(mainModule, goVersion, toolchain string, res *resolution) ([]byte, error) {
	var f modfile.File
	if err := f.AddModuleStmt(mainModule); err != nil {
		return nil, fmt.Errorf("module line: %w", err)
	}
	if err := f.AddGoStmt(goVersion); err != nil {
		return nil, fmt.Errorf("go line: %w", err)
	}
	if toolchain != "" && toolchain != goVersion {
		if err := f.AddToolchainStmt("go" + toolchain); err != nil {
			return nil, fmt.Errorf("toolchain line: %w", err)
		}
	}
	if len(res.roots) > 0 {
		f.SetRequireSeparateIndirect(res.requires())
		f.Cleanup()
	}
	return modfile.Format(f.Syntax), nil
}

// requires lists the roots as go.mod names them.
func (r *resolution) requires() []*modfile.Require {
	out := make([]*modfile.Require, 0, len(r.roots))
	for _, m := range r.roots {
		out = append(out, &modfile.Require{
			Mod:      module.Version{Path: m.path, Version: m.version},
			Indirect: !r.direct[m.path],
		})
	}
	slices.SortFunc(out, func(a, b *modfile.Require) int { return cmp.Compare(a.Mod.Path, b.Mod.Path) })
	return out
}
