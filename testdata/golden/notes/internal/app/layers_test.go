package app

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is where the packages of this project are.
const module = "example.com/notes/internal/"

// forbidden lists, for each layer, the layers that it must not know. Dependencies point one way: handlers call services,
// services call repositories through interfaces of their own, and everybody knows the model, which knows nobody.
func forbidden() map[string][]string {
	outer := []string{"app", "server", "middleware", "handler"}
	data := []string{"repository", "database"}
	return map[string][]string{
		"config":     slices.Concat(outer, data, []string{"service"}),
		"logging":    slices.Concat(outer, data, []string{"service"}),
		"httpx":      slices.Concat(outer, data, []string{"service"}),
		"service":    slices.Concat(outer, data),
		"repository": slices.Concat(outer, []string{"service", "httpx"}),
		"database":   slices.Concat(outer, []string{"service", "repository", "httpx"}),
		"handler":    slices.Concat([]string{"app", "server"}, data),
		"middleware": slices.Concat([]string{"app", "server", "service"}, data),
		"server":     slices.Concat([]string{"app", "service"}, data),
	}
}

// TestLayers reads the imports of every file that is not a test.
func TestLayers(t *testing.T) {
	t.Parallel()
	rules := forbidden()
	for file, imports := range importsBelow(t, os.DirFS("..")) {
		layer, _, _ := strings.Cut(file, "/")
		for _, imported := range imports {
			inner, ours := strings.CutPrefix(imported, module)
			target, _, _ := strings.Cut(inner, "/")
			switch {
			case layer == "model" && (ours || strings.Contains(imported, ".")):
				t.Errorf("%s imports %s: the model may import the standard library alone", file, imported)
			case ours && target == "app":
				t.Errorf("%s imports %s: only the command may", file, imported)
			case ours && slices.Contains(rules[layer], target):
				t.Errorf("%s imports %s: %s must not know %s", file, imported, layer, target)
			}
		}
	}
}

func importsBelow(t *testing.T, dir fs.FS) map[string][]string {
	t.Helper()
	imports := map[string][]string{}
	err := fs.WalkDir(dir, ".", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return err
		}
		source, err := fs.ReadFile(dir, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			imports[name] = append(imports[name], imported)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(imports) == 0 {
		t.Fatal("found no files to check")
	}
	return imports
}
