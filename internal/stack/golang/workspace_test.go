package golang_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/layup-dev/layup/internal/stack/golang"
)

func TestOutsideWorkspace(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	work := filepath.Join(root, "go.work")
	if err := os.WriteFile(work, []byte("go 1.26\n\nuse (\n\t.\n\t./listed\n)\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ dir, env, want string }{
		{"new", "", work},
		{"deep/er", "", work},
		{"new", "off", ""},
		{"new", filepath.Join(root, "other.work"), ""},
		{"listed", "", ""},
		{"listed/", work, ""},
		{".", "", ""},
	}
	for _, tt := range tests {
		got := golang.OutsideWorkspace(filepath.Join(root, tt.dir), func(string) string { return tt.env })
		if got != tt.want {
			t.Errorf("in %s with GOWORK=%q: got %q, want %q", tt.dir, tt.env, got, tt.want)
		}
	}
	if err := os.WriteFile(work, []byte("no workspace\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := golang.OutsideWorkspace(root, func(string) string { return "" }); got != work {
		t.Errorf("a broken go.work: got %q, want %q", got, work)
	}
}
