package endtoend

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/layup-dev/layup/internal/pipeline"
	"github.com/layup-dev/layup/internal/project"
	"github.com/layup-dev/layup/internal/spec"
	"github.com/layup-dev/layup/internal/verify"
)

// TestUpdating takes a project that the first templates rendered, edits it as
// people do, and brings it to the present ones, then through other choices. It builds,
// passes its tests and serves, and no edit is lost.
func TestUpdating(t *testing.T) {
	layup := command(t)
	root := filepath.Join(t.TempDir(), "store")
	earlier(t, root)
	edits := []struct{ file, old, replacement string }{
		{"internal/app/app.go", "\t\ta.resources(),\n", "\t\ta.resources(),\n\t\ta.reports(),\n"},
		{"internal/app/routes_test.go", "\treturn map[string]string{}\n", "\treturn map[string]string{\"GET /v1/reports\": \"public\"}\n"},
		{"internal/service/product.go", "\tid, err := newID()\n", "\titem.Name = strings.TrimSpace(item.Name)\n\tid, err := newID()\n"},
		{"internal/service/product.go", "\t\"context\"\n", "\t\"context\"\n\t\"strings\"\n"},
		{"README.md", "# Store\n", "# Our store\n"},
		{"Makefile", "\n", "\n# ours\n"},
	}
	for _, e := range edits {
		replaceIn(t, filepath.Join(root, e.file), e.old, e.replacement)
	}
	reports := "package app\n\nimport (\n\t\"net/http\"\n\n\t\"example.com/store/internal/auth\"\n\t\"example.com/store/internal/handler\"\n)\n\n" +
		"func (a *App) reports() []handler.Route {\n\treturn []handler.Route{{Method: http.MethodGet, Path: \"/v1/reports\", Access: auth.Public, Handler: func(w http.ResponseWriter, _ *http.Request) {\n\t\tw.WriteHeader(http.StatusNoContent)\n\t}}}\n}\n"
	writeTo(t, filepath.Join(root, "internal/app/reports.go"), reports)
	for _, gone := range []string{"AGENTS.md", "internal/httpx/etag_test.go"} {
		if err := os.Remove(filepath.Join(root, gone)); err != nil {
			t.Fatal(err)
		}
	}
	rename(t, root, "internal/model/product_test.go", "internal/model/goods_test.go")

	run(t, root, layup, "update")
	works(t, root, "updated")
	run(t, root, layup, "add", "resource", "tag", "name:string", "product_id:ref(product)?")
	run(t, root, layup, "set", "cache=none")
	works(t, root, "carried on")
	for _, e := range edits {
		if data, err := os.ReadFile(filepath.Join(root, e.file)); err != nil || !strings.Contains(string(data), strings.TrimSpace(e.replacement)) && e.file != "Makefile" {
			t.Errorf("%s lost its edit: %v", e.file, err)
		}
	}
	for _, gone := range []string{"AGENTS.md", "internal/httpx/etag_test.go", "internal/model/product_test.go"} {
		if _, err := os.Stat(filepath.Join(root, gone)); err == nil {
			t.Errorf("%s is back", gone)
		}
	}
}

// earlier writes a project as the first templates rendered it.
func earlier(t *testing.T, root string) {
	t.Helper()
	engine, err := pipeline.Open(os.DirFS("../../testdata/templates/0.1.0"), "go")
	if err != nil {
		t.Fatal(err)
	}
	s := &spec.Spec{Stack: "go", Name: "store", Module: "example.com/store", Choices: map[string]string{}}
	r := spec.Resource{Name: "product"}
	for _, input := range []string{"name:string:min(1)", "price:decimal(12,2)", "stock:int:min(0)"} {
		f, err := spec.ParseField(input)
		if err != nil {
			t.Fatal(err)
		}
		r.Fields = append(r.Fields, f)
	}
	s.Resources = []spec.Resource{r}
	_, files, err := engine.Project(s)
	if err != nil {
		t.Fatal(err)
	}
	if err := project.Create(t.Context(), root, files, func(string) {}); err != nil {
		t.Fatal(err)
	}
}

func works(t *testing.T, root, when string) {
	t.Helper()
	var said strings.Builder
	if err := verify.Run(t.Context(), verify.Project{Dir: root, Name: "store"}, &said); err != nil {
		t.Fatalf("%s: %v\n%s", when, err, said.String())
	}
}

func replaceIn(t *testing.T, file, old, replacement string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(data), old) {
		t.Fatalf("%s does not hold %q: %v", file, old, err)
	}
	writeTo(t, file, strings.Replace(string(data), old, replacement, 1))
}

func writeTo(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func rename(t *testing.T, root, from, to string) {
	t.Helper()
	if err := os.Rename(filepath.Join(root, from), filepath.Join(root, to)); err != nil {
		t.Fatal(err)
	}
}
