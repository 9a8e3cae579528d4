package golang_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/layup-dev/layup/internal/stack/golang"
	"github.com/layup-dev/layup/templates"
)

func TestForbiddenImport(t *testing.T) {
	const module = "example.com/shop"
	for _, tt := range []struct {
		file, imported, says string
	}{
		{"internal/handler/order.go", module + "/internal/service", ""},
		{"internal/service/order.go", module + "/internal/model", ""},
		{"internal/service/order.go", module + "/internal/handler", "service must not know handler"},
		{"internal/service/order.go", module + "/internal/database/column", "service must not know database"},
		{"internal/service/sub/order.go", module + "/internal/repository", "in internal/service/sub"},
		{"internal/service/order_test.go", module + "/internal/repository", ""},
		{"internal/handler/order.go", module + "/internal/repository", "handler must not know repository"},
		{"internal/mail/mail.go", module + "/internal/app", "only the command may"},
		{"internal/mail/mail.go", module + "/internal/repository", ""},
		{"internal/mail/mail.go", module + "/internal/application", ""},
		{"internal/model/order.go", "time", ""},
		{"internal/model/order.go", "github.com/google/uuid", "standard library alone"},
		{"internal/model/order.go", module + "/internal/config", "standard library alone"},
		{"internal/service/order.go", module + "2/internal/handler", ""},
		{"cmd/shop/main.go", module + "/internal/app", ""},
		{"tools/gen.go", module + "/internal/repository", ""},
	} {
		got := golang.ForbiddenImport(module, tt.file, tt.imported)
		if (got == "") != (tt.says == "") || !strings.Contains(got, tt.says) {
			t.Errorf("%s imports %s: %q, want %q", tt.file, tt.imported, got, tt.says)
		}
	}
}

// TestLayersOfProjects holds the rule against the one that generated projects test.
func TestLayersOfProjects(t *testing.T) {
	source, err := fs.ReadFile(templates.FS, "go/base/files/internal/app/layers_test.go.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	theirs := rules(t, "layers_test.go.tmpl", source)
	if len(theirs) < 5 {
		t.Fatalf("the template has the rules %v", theirs)
	}
	if ours := rules(t, "layers.go", nil); !reflect.DeepEqual(ours, theirs) {
		t.Errorf("layers.go:\n%v\ntemplate:\n%v", ours, theirs)
	}
}

// rules lists the words of the map that a file returns, by key: "service" has
// "outer" and "data", the names of lists, which stand under their own name.
func rules(t *testing.T, name string, source []byte) map[string][]string {
	t.Helper()
	var src any
	if source != nil {
		src = source
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, src, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Name.Name != "forbidden" && f.Name.Name != "forbiddenLayers" {
			continue
		}
		ast.Inspect(f.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.KeyValueExpr:
				out[word(n.Key)] = words(n.Value)
			case *ast.AssignStmt:
				out["list "+word(n.Lhs[0])] = words(n.Rhs[0])
			}
			return true
		})
	}
	return out
}

func words(from ast.Node) []string {
	var out []string
	ast.Inspect(from, func(n ast.Node) bool {
		if w := word(n); w != "" {
			out = append(out, w)
		}
		return true
	})
	return out
}

func word(n ast.Node) string {
	switch n := n.(type) {
	case *ast.Ident:
		return n.Name
	case *ast.BasicLit:
		s, _ := strconv.Unquote(n.Value)
		return s
	}
	return ""
}
