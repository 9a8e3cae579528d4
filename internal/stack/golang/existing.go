package golang

import (
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/layup-dev/layup/internal/render"
	"github.com/layup-dev/layup/internal/spec"
	"github.com/layup-dev/layup/internal/stack/golang/gomod"
)

// Module returns the module path that go.mod declares: people move projects.
func (l *Language) Module(read func(path string) ([]byte, error)) (string, error) {
	data, err := read("go.mod")
	if errors.Is(err, fs.ErrNotExist) {
		return "", spec.Errorf("go.mod", "is missing; without it the imports of new files cannot be known")
	}
	if err != nil {
		return "", err
	}
	module := modfile.ModulePath(data)
	if module == "" {
		return "", spec.Errorf("go.mod", "has no module line")
	}
	return module, nil
}

// Completed implements pipeline.Language.
func (l *Language) Completed() []string { return []string{"go.mod", "go.sum"} }

// Completes reports whether go.mod and go.sum stay as they are: every package
// from elsewhere that a changed file imports is imported by a kept one too.
func (l *Language) Completes(module string, changed, kept render.FileSet) (bool, error) {
	wanted, err := imports(changed)
	if err != nil {
		return false, err
	}
	wanted = slices.DeleteFunc(wanted, func(p string) bool { return !foreign(p, module) })
	if len(wanted) == 0 {
		return true, nil
	}
	have, err := imports(kept)
	if err != nil {
		return false, err
	}
	return !slices.ContainsFunc(wanted, func(p string) bool { return !slices.Contains(have, p) }), nil
}

// foreign reports whether an import is neither of the standard library nor of
// the module itself.
func foreign(importPath, module string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return strings.Contains(first, ".") && importPath != module && !strings.HasPrefix(importPath, module+"/")
}

// IsCode implements pipeline.Language.
func (l *Language) IsCode(name string) bool { return path.Ext(name) == ".go" }

// Merge merges go.mod and go.sum by what they mean.
func (l *Language) Merge(name string, base, ours, theirs []byte) ([]byte, bool, error) {
	switch name {
	case "go.mod":
		merged, err := gomod.MergeMod(base, ours, theirs)
		return merged, true, err
	case "go.sum":
		return gomod.MergeSum(base, ours, theirs), true, nil
	}
	return nil, false, nil
}

// CheckFile parses Go.
func (l *Language) CheckFile(name string, data []byte) error {
	if path.Ext(name) != ".go" {
		return nil
	}
	if _, err := format.Source(data); err != nil {
		return fmt.Errorf("%s does not parse: %w", name, err)
	}
	return nil
}

// The registry is one generated method that calls every resource. Code that
// people edit calls it once.
const (
	registryDir    = "internal/app"
	registryCaller = "internal/app/app.go"
	registryCall   = "resources"
)

// WiringError says that a new resource would not be wired, and how to mend that.
type WiringError struct{ Msg string }

func (e *WiringError) Error() string { return e.Msg }

// CheckWiring wants a call of the registry in package app. People may have moved
// it to another file there.
func (l *Language) CheckWiring(list func(dir string) ([]string, error), read func(path string) ([]byte, error)) error {
	if called, err := callsRegistry(registryCaller, read); called || err != nil {
		return err
	}
	files, err := list(registryDir)
	if err != nil {
		return err
	}
	for _, name := range files {
		if path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			continue
		}
		if called, err := callsRegistry(name, read); called || err != nil {
			return err
		}
	}
	return &WiringError{fmt.Sprintf("nothing in %s calls the registry of resources, so a new one would be reachable by nobody; "+
		"put this where the routes are put together, in the list that Routes returns, and try again:\n\ta.%s(),", registryDir, registryCall)}
}

// callsRegistry reports whether a Go file calls the registry, not in a comment or
// a string. A file that is not there does not.
func callsRegistry(name string, read func(path string) ([]byte, error)) (bool, error) {
	data, err := read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil || !strings.Contains(string(data), registryCall) {
		return false, err
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, data, parser.SkipObjectResolution)
	if err != nil {
		return false, &WiringError{fmt.Sprintf("cannot tell whether a new resource would be wired: %s; mend the file first", err)}
	}
	called := false
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return !called
		}
		selector, ok := call.Fun.(*ast.SelectorExpr)
		called = called || ok && selector.Sel.Name == registryCall && len(call.Args) == 0
		return !called
	})
	return called, nil
}
