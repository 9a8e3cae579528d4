package endtoend

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestChangingFields changes the fields of a resource in every way that is allowed.
// The project's own tests, and testdata/fields_test.go.txt among them, then migrate a
// database with rows through every step, down again and up.
func TestChangingFields(t *testing.T) {
	dir := generate(t,
		"--resource", "category name:string",
		"--resource", "product name:string:min(1):max(80) label:string? kind:enum(a,b) note:text born:date? price:decimal(8,2) parent_id:ref(product)?:on_delete(null)",
		"--resource", "review product_id:ref(product):on_delete(cascade) stars:int")
	layup := command(t)
	stage := func(name, from string) {
		t.Helper()
		if err := os.CopyFS(filepath.Join(dir, "internal/database/testdata", name), os.DirFS(filepath.Join(from, "migrations"))); err != nil {
			t.Fatal(err)
		}
	}
	stage("before", dir)
	edit(t, dir, "internal/service/product.go", "package service\n", "package service // mine\n")
	run(t, dir, layup, "add", "field", "products", "weight:float?", "status:enum(draft,live):default(draft)",
		"stock:int:min(0)", "sku:string?:unique", "category_id:ref(category)?:on_delete(null)", "seen_at:datetime", "motto:string?", "rate:decimal(5,3)",
		"--fill", "stock=7", "--fill", "seen_at=2024-01-01T10:00:00+02:00", "--fill", "motto=it's; -- so\nbe it", "--fill", "rate=-0.5")
	stage("added", dir)
	run(t, dir, layup, "remove", "field", "product", "note", "born")
	stage("removed", dir)
	edit(t, dir, "layup.yaml", "name:string:min(1):max(80)", "name:text:max(2000)")
	edit(t, dir, "layup.yaml", "label:string?", "label:string:default(none)")
	edit(t, dir, "layup.yaml", "kind:enum(a,b)", "kind:enum(c,b,a)?")
	edit(t, dir, "layup.yaml", "price:decimal(8,2)", "price:decimal(12,2):index")
	edit(t, dir, "layup.yaml", "parent_id:ref(product)?:on_delete(null)", "parent_id:ref(product)?")
	run(t, dir, layup, "apply")
	stage("changed", dir)
	run(t, filepath.Dir(dir), layup, "new", "fresh", "--yes", "--from", filepath.Join(dir, "layup.yaml"))
	stage("fresh", filepath.Join(filepath.Dir(dir), "fresh"))
	if data, err := os.ReadFile(filepath.Join(dir, "internal/service/product.go")); err != nil || !strings.HasPrefix(string(data), "package service // mine\n") {
		t.Errorf("the edit is gone: %v", err)
	}
	proof, err := os.ReadFile("testdata/fields_test.go.txt")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "internal/database/fields_test.go"), proof, 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, dir, "go", "vet", "./...")
	run(t, dir, "go", "test", "-timeout", "300s", "./...")
}

// edit replaces a text that must be there in a file of the project.
func edit(t *testing.T, dir, name, before, after string) {
	t.Helper()
	name = filepath.Join(dir, name)
	data, err := os.ReadFile(name)
	if err != nil || !strings.Contains(string(data), before) {
		t.Fatalf("%s: %v, or it lacks %q", name, err, before)
	}
	if err := os.WriteFile(name, []byte(strings.Replace(string(data), before, after, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}
