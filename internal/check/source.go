package check

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/scanner"
	"go/token"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// source is a Go file of the project.
type source struct {
	path string
	// data is its text without a byte order mark, with LF.
	data []byte
	fset *token.FileSet
	file *ast.File
	// err says why it does not parse.
	err error
}

// load reads the Go files of the module: not those that the go command leaves out
// because of their directory, nor those of other modules.
func load(code fs.FS) ([]*source, error) {
	var sources []*source
	err := fs.WalkDir(code, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && elsewhere(code, name):
			return fs.SkipDir
		case path.Ext(name) != ".go" || !d.Type().IsRegular():
			return nil
		}
		data, err := fs.ReadFile(code, name)
		if err != nil {
			return err //nolint:wrapcheck // it is below, for all of them
		}
		sources = append(sources, parse(name, data))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the project's code: %w", err)
	}
	return sources, nil
}

// elsewhere reports whether a directory's code is not the project's own.
func elsewhere(code fs.FS, dir string) bool {
	name := path.Base(dir)
	if dir == "." {
		return false
	}
	if name == "vendor" || name == "testdata" || name == "node_modules" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
		return true
	}
	_, err := fs.Stat(code, path.Join(dir, "go.mod"))
	return err == nil
}

func parse(name string, data []byte) *source {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	s := &source{path: name, data: bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")), fset: token.NewFileSet()}
	s.file, s.err = parser.ParseFile(s.fset, name, s.data, parser.ParseComments|parser.SkipObjectResolution)
	return s
}

// format wants Go that parses and is formatted as gofmt does.
func (r *run) format(context.Context) ([]Finding, string, error) {
	var err error
	if r.sources, err = load(r.Code); err != nil {
		return nil, "", err
	}
	var found []Finding
	for _, s := range r.sources {
		if s.err != nil {
			r.broken = true
			found = append(found, unparsable(s))
			continue
		}
		var out bytes.Buffer
		if err := format.Node(&out, s.fset, s.file); err != nil {
			return found, "", fmt.Errorf("formatting %s: %w", s.path, err)
		}
		if line := firstDifference(s.data, out.Bytes()); line > 0 {
			found = append(found, Finding{File: s.path, Line: line, Message: "is not formatted; run gofmt -w " + s.path})
		}
	}
	return found, "", nil
}

func unparsable(s *source) Finding {
	var list scanner.ErrorList
	if !errors.As(s.err, &list) || len(list) == 0 {
		return Finding{File: s.path, Message: "does not parse: " + s.err.Error()}
	}
	return Finding{File: s.path, Line: list[0].Pos.Line, Message: "does not parse: " + list[0].Msg}
}

// firstDifference returns the number of the first line that differs, 0 for none. A
// missing end of the last line is none.
func firstDifference(a, b []byte) int {
	if bytes.Equal(bytes.TrimSuffix(a, []byte("\n")), bytes.TrimSuffix(b, []byte("\n"))) {
		return 0
	}
	was, is := bytes.Split(a, []byte("\n")), bytes.Split(b, []byte("\n"))
	for i := range min(len(was), len(is)) {
		if !bytes.Equal(was[i], is[i]) {
			return i + 1
		}
	}
	return min(len(was), len(is))
}

// layers wants imports that point inwards. A file that does not parse is judged by
// the imports that could be read.
func (r *run) layers(context.Context) ([]Finding, string, error) {
	var found []Finding
	for _, s := range r.sources {
		if s.file == nil {
			continue
		}
		for _, spec := range s.file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				continue // format says it
			}
			if why := r.Forbidden(s.path, imported); why != "" {
				found = append(found, Finding{File: s.path, Line: s.fset.Position(spec.Pos()).Line, Message: why})
			}
		}
	}
	return found, "", nil
}
