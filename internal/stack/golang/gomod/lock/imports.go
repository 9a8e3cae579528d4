package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/mod/module"
)

var (
	action = regexp.MustCompile(`\[\[.*?\]\]`)
	quoted = regexp.MustCompile(`^(?:import\s+)?(?:[\w.]+\s+)?"([^"\s]+)"\s*(?://.*)?$`)
)

// templateImports finds the packages of other modules that templates below
// dir import, with the file that does: in the import declarations of Go
// templates, and on lines of slots that look like one.
func templateImports(dir string) (map[string]string, error) {
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		slot := filepath.Base(filepath.Dir(name)) == "slots" && strings.HasSuffix(name, ".tmpl")
		if !slot && !strings.HasSuffix(name, ".go.tmpl") {
			return nil
		}
		data, err := os.ReadFile(name) //nolint:gosec // a template of this repository
		if err != nil {
			return err //nolint:wrapcheck // it names the file
		}
		for _, path := range importsOf(string(data), slot) {
			if found[path] == "" {
				found[path] = filepath.ToSlash(name)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading templates: %w", err)
	}
	return found, nil
}

// importsOf returns the import paths in the text of a template that belong to
// other modules: the first element has a dot. With anywhere, a line is taken
// for an import wherever it stands.
func importsOf(text string, anywhere bool) []string {
	var out []string
	block := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(action.ReplaceAllString(line, ""))
		switch {
		case line == "import (":
			block = true
			continue
		case line == ")":
			block = false
			continue
		case !block && !anywhere && !strings.HasPrefix(line, "import "):
			continue
		}
		m := quoted.FindStringSubmatch(line)
		if m != nil && external(m[1]) && module.CheckImportPath(m[1]) == nil {
			out = append(out, m[1])
		}
	}
	return out
}

// external reports whether the import path is not of the standard library.
func external(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return strings.Contains(first, ".")
}
