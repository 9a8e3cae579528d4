package database

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParseURL(t *testing.T) {
	tests := map[string]struct {
		url, path string
	}{
		"relative":        {"file:data/app.db", "data/app.db"},
		"absolute":        {"file:///var/lib/app/app.db", "/var/lib/app/app.db"},
		"one slash":       {"file:/var/lib/app/app.db", "/var/lib/app/app.db"},
		"localhost":       {"file://localhost/app.db", "/app.db"},
		"escaped":         {"file:my%20data/a%3Fb.db", "my data/a?b.db"},
		"absolute escape": {"file:///my%20data/100%25.db", "/my data/100%.db"},
		"tuned":           {"file:app.db?_pragma=cache_size(-65536)", "app.db"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			at, err := parseURL(test.url)
			if err != nil || at.path != test.path {
				t.Errorf("parseURL(%q) = %q, %v; want %q", test.url, at.path, err, test.path)
			}
		})
	}
}

func TestParseURLRefuses(t *testing.T) {
	tests := map[string]string{
		"another database":  "postgres://u:s3cret@db/app",
		"a path":            "data/s3cret.db",
		"nothing":           "",
		"another host":      "file://s3cret/app.db",
		"memory":            "file::memory:?s3cret",
		"memory by mode":    "file:s3cret.db?mode=memory",
		"a folder":          "file:s3cret/",
		"no name":           "file:",
		"a fragment":        "file:app.db#s3cret",
		"a NUL":             "file:s3cret%00.db",
		"a broken escape":   "file:s3cret%zz.db",
		"weaker safety":     "file:s3cret.db?_pragma=synchronous(OFF)",
		"a second pragma":   "file:s3cret.db?_pragma=cache_size(1);drop",
		"unknown parameter": "file:app.db?_txlock=s3cret",
	}
	for name, url := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := parseURL(url)
			if err == nil {
				t.Fatalf("parseURL(%q) is accepted", url)
			}
			if !strings.Contains(err.Error(), "DATABASE_URL") || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("error %q; want it to name the variable and not to repeat the value", err)
			}
		})
	}
}

// TestFilesAreTheOwnersOnly starts in a folder that does not exist, whose name needs escaping.
func TestFilesAreTheOwnersOnly(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "new", "100% däta?")
	db := open(t, filepath.Join(folder, "app.db"))
	if err := db.MigrateUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	write(t, db, "CREATE TABLE t (n INTEGER)")
	wantMode(t, filepath.Dir(folder), 0o700)
	wantMode(t, folder, 0o700)
	for _, name := range []string{"app.db", "app.db-wal", "app.db-shm", "app.db.migrate.lock"} {
		wantMode(t, filepath.Join(folder, name), 0o600)
	}
}

func wantMode(t *testing.T, path string, want fs.FileMode) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != want {
		t.Errorf("%s has mode %o, want %o", path, got, want)
	}
}
