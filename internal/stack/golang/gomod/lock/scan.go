package main

import (
	"bytes"
	"fmt"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// imports are the packages of other modules, or of other folders of the same
// module, that one package and its tests import under any build tag.
type imports struct {
	code, tests []string
}

// scanPackage reads the Go files of a folder as tidy does: every system and
// every build tag count, except "ignore". It returns nil when the folder has
// no Go file, which means that there is no such package.
func scanPackage(dir string) (*imports, error) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, nil //nolint:nilerr,nilnil // a module without this package
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("reading a package: %w", err)
	}
	code, tests := map[string]bool{}, map[string]bool{}
	found := false
	for _, e := range entries {
		name := e.Name()
		if !e.Type().IsRegular() || !strings.HasSuffix(name, ".go") {
			continue
		}
		found = true
		if name[0] == '_' || name[0] == '.' {
			continue
		}
		into := code
		if strings.HasSuffix(name, "_test.go") {
			into = tests
		}
		if err := scanFile(filepath.Join(dir, name), into); err != nil {
			return nil, err
		}
	}
	if !found {
		return nil, nil //nolint:nilnil // as above
	}
	return &imports{code: slices.Sorted(maps.Keys(code)), tests: slices.Sorted(maps.Keys(tests))}, nil
}

// scanFile adds the imports of one file. What cannot be parsed has none, as
// for the go command.
func scanFile(name string, into map[string]bool) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("reading a package: %w", err)
	}
	if !anyTags(data) {
		return nil
	}
	f, err := parser.ParseFile(token.NewFileSet(), name, data, parser.ImportsOnly)
	if err != nil && f == nil {
		return fmt.Errorf("reading a package: %w", err)
	}
	for _, spec := range f.Imports {
		if path, err := strconv.Unquote(spec.Path.Value); err == nil && external(path) {
			into[path] = true
		}
	}
	return nil
}

// anyTags reports whether some build could include a file with this content,
// when every tag may be both set and not set, and "ignore" never is.
func anyTags(data []byte) bool {
	goBuild, plusBuild := constraints(data)
	if goBuild == "" {
		for _, line := range plusBuild {
			if x, err := constraint.Parse(line); err == nil && !possible(x, true) {
				return false
			}
		}
		return true
	}
	x, err := constraint.Parse(goBuild)
	return err == nil && possible(x, true)
}

// possible evaluates a constraint in which each tag is what would help.
func possible(x constraint.Expr, want bool) bool {
	switch x := x.(type) {
	case *constraint.TagExpr:
		if x.Tag == "ignore" {
			return false
		}
		return want
	case *constraint.NotExpr:
		return !possible(x.X, !want)
	case *constraint.AndExpr:
		return possible(x.X, want) && possible(x.Y, want)
	case *constraint.OrExpr:
		return possible(x.X, want) || possible(x.Y, want)
	}
	return false
}

// constraints returns the //go:build line of a file, and those of its
// // +build lines that count: before anything but // comments, and followed by
// a blank line.
func constraints(data []byte) (goBuild string, plusBuild []string) {
	var pending []string
	inComment, ended := false, false
	for raw := range bytes.Lines(data) {
		line := strings.TrimSpace(string(raw))
		if !inComment && strings.HasPrefix(line, "/*") {
			inComment, ended, line = true, true, line[2:]
		}
		switch {
		case inComment:
			_, after, closed := strings.Cut(line, "*/")
			inComment = !closed
			if closed && strings.TrimSpace(after) != "" {
				return goBuild, plusBuild
			}
		case line == "" && !ended:
			plusBuild = append(plusBuild, pending...)
			pending = nil
		case constraint.IsGoBuild(line):
			goBuild = line
		case constraint.IsPlusBuild(line):
			pending = append(pending, line)
		case line != "" && !strings.HasPrefix(line, "//"):
			return goBuild, plusBuild
		}
	}
	return goBuild, plusBuild
}
