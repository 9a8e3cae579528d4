package golang

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/layup-dev/layup/internal/render"
)

// Finish implements render.Language: it parses a Go file, drops the imports
// that conditions left unused, and formats it. Other files stay as they are, and
// so does a file that has the form of its template already.
func (l *Language) Finish(f *render.File) error {
	if !strings.HasSuffix(f.Path, ".go") || formatted(f) {
		return nil
	}
	data, err := formatSource(f.Path, f.Data)
	if err != nil {
		return err
	}
	f.Data = data
	return nil
}

// formatSource drops unused imports and formats a file as gofmt does.
func formatSource(name string, src []byte) ([]byte, error) {
	fset := token.NewFileSet()
	file, err := parse(fset, name, src)
	if err != nil {
		return nil, err
	}
	if pruned := pruneImports(fset, file, src); pruned != nil {
		fset = token.NewFileSet()
		if file, err = parse(fset, name, pruned); err != nil {
			return nil, err
		}
	}
	ast.SortImports(fset, file)
	var out bytes.Buffer
	gofmt := printer.Config{Mode: printer.UseSpaces | printer.TabIndent, Tabwidth: 8}
	if err := gofmt.Fprint(&out, fset, file); err != nil {
		return nil, fmt.Errorf("rendered %s: %w", name, err)
	}
	return out.Bytes(), nil
}

func parse(fset *token.FileSet, name string, src []byte) (*ast.File, error) {
	file, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("rendered Go does not parse: %w\n%s", err, render.Excerpt(string(src), errorLine(err)))
	}
	return file, nil
}

// formatted reports whether only the module path was inserted into a template.
// Templates are kept formatted, and the path can only change the order of
// imports where it shares a group with others: then the file is not formatted.
// Formatting takes most of the time of a render, so it pays to know.
func formatted(f *render.File) bool {
	if f.Settled == nil || slices.ContainsFunc(f.Settled, func(field string) bool { return field != ".Module" }) {
		return false
	}
	head, _, _ := bytes.Cut(f.Data, []byte("\n)\n"))
	for group := range bytes.SplitSeq(head, []byte("\n\n")) {
		if bytes.Contains(group, []byte("\t\"")) && mixed(group) {
			return false
		}
	}
	return true
}

// mixed reports whether a group of imports has paths with different first
// elements, of which the module's may be one.
func mixed(group []byte) bool {
	first := ""
	dotted := false
	for line := range strings.SplitSeq(string(group), "\n") {
		_, p, ok := strings.Cut(line, `"`)
		if !ok {
			continue
		}
		element, _, _ := strings.Cut(strings.TrimSuffix(p, `"`), "/")
		if first != "" && element != first && (dotted || strings.Contains(element, ".")) {
			return true
		}
		first, dotted = element, dotted || strings.Contains(element, ".")
	}
	return false
}

// pruneImports removes the lines of unused imports, and an import declaration
// that became empty. It returns nil when every import is used.
func pruneImports(fset *token.FileSet, file *ast.File, src []byte) []byte {
	used := selectors(file)
	var cuts []span
	for _, decl := range file.Decls {
		gen, ok := decl.(*ast.GenDecl)
		if !ok || gen.Tok != token.IMPORT {
			continue
		}
		unused := unusedSpecs(gen, used)
		if len(unused) > 0 && len(unused) == len(gen.Specs) {
			cuts = append(cuts, span{fset.Position(gen.Pos()).Offset, fset.Position(gen.End()).Offset})
			continue
		}
		for _, s := range unused {
			cuts = append(cuts, line(src, fset.Position(s.Pos()).Offset))
		}
	}
	if len(cuts) == 0 {
		return nil
	}
	slices.SortFunc(cuts, func(a, b span) int { return b.from - a.from })
	for _, c := range cuts {
		src = slices.Delete(slices.Clone(src), c.from, c.to)
	}
	return bytes.ReplaceAll(src, []byte("import (\n\n"), []byte("import (\n"))
}

type span struct{ from, to int }

// line returns the whole line around an offset, with its line break.
func line(src []byte, offset int) span {
	from := bytes.LastIndexByte(src[:offset], '\n') + 1
	length := bytes.IndexByte(src[offset:], '\n')
	return span{from, offset + length + 1}
}

// selectors collects the names before a dot: what an import could be used as.
func selectors(file *ast.File) map[string]bool {
	used := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok {
				used[id.Name] = true
			}
		}
		return true
	})
	return used
}

func unusedSpecs(gen *ast.GenDecl, used map[string]bool) []*ast.ImportSpec {
	var out []*ast.ImportSpec
	for _, s := range gen.Specs {
		imp := s.(*ast.ImportSpec)
		if imp.Name != nil && (imp.Name.Name == "_" || imp.Name.Name == ".") {
			continue
		}
		if !used[importName(imp)] {
			out = append(out, imp)
		}
	}
	return out
}

var majorVersion = regexp.MustCompile(`^v[0-9]+$`)

// importName is the name that an import declares in its file. Templates name an
// import explicitly where the package's name is not the last word of its path.
func importName(imp *ast.ImportSpec) string {
	if imp.Name != nil {
		return imp.Name.Name
	}
	p, _ := strconv.Unquote(imp.Path.Value)
	base := path.Base(p)
	if majorVersion.MatchString(base) {
		base = path.Base(path.Dir(p))
	}
	return strings.TrimPrefix(strings.TrimSuffix(base, ".go"), "go-")
}

func errorLine(err error) int {
	m := regexp.MustCompile(`:(\d+):\d+:`).FindStringSubmatch(err.Error())
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	return n
}
