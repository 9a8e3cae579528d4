//go:build unix

package prompt_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// project writes a project with users and one resource and returns its root.
func project(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	s := layup(t, dir, usual(), nil, "new", "shop", "--yes", "--resource", "category name:string")
	if code := s.exit(); code != 0 {
		t.Fatalf("layup new: exit code %d", code)
	}
	return filepath.Join(dir, "shop")
}

func TestFormAddsAResource(t *testing.T) {
	root := project(t)
	s := layup(t, root, wide(), nil, "add", "resource")
	s.follow(
		step{"Name of the resource", "func" + enter},
		step{"is a Go keyword", ctrlU + "Categories" + enter},
		step{"such a resource already", ctrlU + "product" + enter},
		step{"Field 1", "price:decimal" + enter},
		step{"(precision,scale)", ctrlU + "price:decimal(12,2)" + enter},
		step{"Field 2", "category_id:ref(categorie)" + enter},
		step{`did you mean "category"`, ctrlU + "category_id:ref(category)?" + enter},
		step{"Field 3", enter},
		step{"Access", down + enter},
	)
	s.expect("internal/model/product.go", "The same without questions:", "layup add resource product 'price:decimal(12,2)' 'category_id:ref(category)?' --access shared")
	if code := s.exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	spec, err := os.ReadFile(filepath.Join(root, "layup.yaml"))
	if err != nil || !strings.Contains(string(spec), "- name: product\n    plural: products\n    access: shared\n") {
		t.Errorf("%v\n%s", err, spec)
	}
}

func TestFormForFieldsCanBeLeft(t *testing.T) {
	root := project(t)
	before, err := os.ReadFile(filepath.Join(root, "layup.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	s := layup(t, root, wide(), nil, "add", "resource", "product")
	s.follow(step{"Field 1", "name:string" + enter}, step{"Field 2", ctrlC})
	if code := s.exit(); code != 130 {
		t.Errorf("exit code %d, want 130", code)
	}
	after, err := os.ReadFile(filepath.Join(root, "layup.yaml"))
	if err != nil || string(after) != string(before) {
		t.Errorf("%v\n%s", err, after)
	}
}

func TestConflictsAreAskedAbout(t *testing.T) {
	root := project(t)
	config := filepath.Join(root, "internal/config/config.go")
	data, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	const line = "CacheTTL time.Duration"
	edited := strings.Replace(string(data), "\tCacheTTL ", "\tCacheTTL /* ours */ ", 1)
	if edited == string(data) {
		t.Fatalf("config.go has no %s", line)
	}
	if err := os.WriteFile(config, []byte(edited), 0o600); err != nil {
		t.Fatal(err)
	}
	s := layup(t, root, wide(), nil, "set", "cache=none")
	s.expect("internal/config/config.go", "/* ours */", "What should stay?")
	s.send(enter) // stop
	s.expect("nothing was changed")
	if code := s.exit(); code != 3 {
		t.Errorf("exit code %d, want 3", code)
	}
	s = layup(t, root, wide(), nil, "set", "cache=none")
	s.follow(step{"What should stay?", down + down + enter})
	if code := s.exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if after, err := os.ReadFile(config); err != nil || strings.Contains(string(after), "CacheTTL") {
		t.Errorf("%v: layup's was not taken", err)
	}
}
