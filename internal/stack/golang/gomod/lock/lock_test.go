package main

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"

	"github.com/layup-dev/layup/internal/stack/golang/gomod"
)

func TestImportsOf(t *testing.T) {
	tests := []struct {
		name, text string
		anywhere   bool
		want       []string
	}{
		{name: "block", text: "package a\n\nimport (\n\t\"fmt\"\n\n\t\"a.test/b\" // why\n\tc \"a.test/c/v2\"\n\t_ \"a.test/d\"\n)\n", want: []string{"a.test/b", "a.test/c/v2", "a.test/d"}},
		{name: "single", text: "import \"a.test/b\"\nimport x \"a.test/x\"\n", want: []string{"a.test/b", "a.test/x"}},
		{name: "the project's own", text: "import (\n\t\"[[ .Module ]]/internal/app\"\n\t\"[[.Module]]\"\n)\n"},
		{name: "under a condition", text: "import (\n\t[[ if .Has \"users\" ]]\"a.test/b\"[[ end ]]\n[[- if .X ]]\n\t\"a.test/c\"\n[[- end ]]\n)\n", want: []string{"a.test/b", "a.test/c"}},
		{name: "a string is no import", text: "import (\n\t\"a.test/b\"\n)\n\nvar x = []string{\n\t\"c.test/d\",\n}\n\tf(\n\t\t\"e.test/f\"\n", want: []string{"a.test/b"}},
		{name: "a slot", text: "\t\"a.test/b\"\n\tlog.Println(\"c.test/d\")\n", anywhere: true, want: []string{"a.test/b"}},
		{name: "no import path", text: "import (\n\t\"a.test/../b\"\n\t\"a.test/B c\"\n)\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := importsOf(tt.text, tt.anywhere); !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestAnyTags(t *testing.T) {
	tests := []struct {
		text string
		want bool
	}{
		{"package a\n", true},
		{"//go:build linux && windows && !linux\n\npackage a\n", true},
		{"//go:build ignore\n\npackage a\n", false},
		{"//go:build ignore || linux\n\npackage a\n", true},
		{"//go:build !ignore\n\npackage a\n", true},
		{"//go:build tools ignore\n\npackage a\n", false},
		{"// Copyright\n\n// +build ignore\n\npackage a\n", false},
		{"// +build ignore\npackage a\n", true},
		{"// +build ignore\n\n//go:build linux\n\npackage a\n", true},
		{"/* x\n*/\n// +build ignore\n\npackage a\n", true},
		{"/* x */ package a\n\n//go:build ignore\n", true},
		{"/* x */\n//go:build ignore\n\npackage a\n", false},
		{"package a\n\n//go:build ignore\n", true},
	}
	for _, tt := range tests {
		if got := anyTags([]byte(tt.text)); got != tt.want {
			t.Errorf("%q: %v", tt.text, got)
		}
	}
}

func TestScanPackage(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"a.go":         "package a\n\nimport (\n\t\"fmt\"\n\t\"C\"\n\t\"a.test/a\"\n\t\"appengine/x\"\n)\n",
		"a_windows.go": "package a\n\nimport \"w.test/w\"\n",
		"a_test.go":    "package a_test\n\nimport \"t.test/t\"\n",
		"gen.go":       "//go:build ignore\n\npackage main\n\nimport \"g.test/g\"\n",
		"_x.go":        "package a\n\nimport \"x.test/x\"\n",
		".y.go":        "package a\n\nimport \"y.test/y\"\n",
		"broken.go":    "package a\n\nimport \"b.test/b\"\n\nfunc {\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := scanPackage(dir)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"a.test/a", "b.test/b", "w.test/w"}; !slices.Equal(got.code, want) {
		t.Errorf("imports are %q, want %q", got.code, want)
	}
	if want := []string{"t.test/t"}; !slices.Equal(got.tests, want) {
		t.Errorf("test imports are %q, want %q", got.tests, want)
	}
	for _, none := range []string{filepath.Join(dir, "none"), filepath.Join(dir, "a.go"), t.TempDir()} {
		if got, err := scanPackage(none); got != nil || err != nil {
			t.Errorf("%s: got %v, %v; want no package", none, got, err)
		}
	}
}

func TestParseMod(t *testing.T) {
	m := module.Version{Path: "a.test/a", Version: "v1.0.0"}
	got, err := parseMod(m, []byte("module a.test/a\n\nrequire b.test/b v1.0.0\n\nunknown x\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got.version != "1.16" || len(got.requires) != 1 || got.requires[0].Path != "b.test/b" {
		t.Errorf("got %+v", got)
	}
	// printf 'module golang.org/x/…' hashed by the go command: x/sync v0.1.0.
	got, err = parseMod(m, []byte("module golang.org/x/sync\n"))
	if err != nil || got.hash != "h1:RxMgew5VJxzue5/jJTE5uejpjVlOe/izrB70Jof72aM=" {
		t.Errorf("hash is %s, %v", got.hash, err)
	}
}

func TestCovers(t *testing.T) {
	mod, err := modfile.Parse("go.mod", []byte("module x\n\nrequire a.test/a v1.1.0\n\nrequire (\n\tb.test/b v1.0.0 // indirect\n\tt.test/t v1.0.0 // indirect\n)\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	built := map[string]bool{"a.test/a": true, "b.test/b": true}
	imports := map[string]string{"a.test/a/sub": "templates/go/base/files/x.go.tmpl"}
	tests := []struct {
		name string
		pins pins
		want string
	}{
		{"all pinned", pins{Modules: map[string]string{"a.test/a": "v1.1.0"}, Indirect: map[string]string{"t.test/t": "v1.0.0"}}, ""},
		{"raised", pins{Modules: map[string]string{"a.test/a": "v1.0.0"}}, "pins a.test/a v1.0.0, but dependencies need v1.1.0"},
		{"unpinned", pins{}, "does not pin a.test/a (v1.1.0 would do), imported by templates/go/base/files/x.go.tmpl"},
		{"for tests alone", pins{Modules: map[string]string{"a.test/a": "v1.1.0"}}, "only tests of dependencies need t.test/t"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.pins.covers(mod, built, imports, io.Discard)
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error is %v, want %q", err, tt.want)
			}
		})
	}
}

func TestReadPinsIsStrict(t *testing.T) {
	name := filepath.Join(t.TempDir(), "modules.yaml")
	if err := os.WriteFile(name, []byte("go: 1.26.0\nmodule: {}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readPins(name); err == nil || !strings.Contains(err.Error(), "module") {
		t.Errorf("error is %v, want one that names the unknown key", err)
	}
}

// TestLockIsCurrent fails when modules.yaml or an import of a template changed
// and nobody ran make lock.
func TestLockIsCurrent(t *testing.T) {
	dir := filepath.FromSlash("../../../../../templates/go")
	pins, err := readPins(filepath.Join(dir, "modules.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	imports, err := templateImports(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range pins.Packages {
		imports[path] = "modules.yaml"
	}
	data, err := os.ReadFile(filepath.Join(dir, "modules.lock"))
	if err != nil {
		t.Fatal(err)
	}
	lock, err := gomod.ParseLock(data)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(string(format(pins, imports, nil)), "\n")
	got, _, _ := strings.Cut(string(data), "module ")
	for _, line := range want {
		if !slices.Contains(strings.Split(got, "\n"), line) {
			t.Errorf("run make lock: modules.lock lacks %q", line)
		}
	}
	for line := range strings.SplitSeq(got, "\n") {
		if !slices.Contains(want, line) {
			t.Errorf("run make lock: nothing asks for %q any more", line)
		}
	}
	for path, file := range imports {
		files, err := lock.Resolve(unionPath, lock.Go, lock.Toolchain, []string{path})
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		checkPins(t, pins, files.Mod)
	}
}

// checkPins compares the require lines with modules.yaml.
func checkPins(t *testing.T, p pins, mod []byte) {
	t.Helper()
	f, err := modfile.Parse("go.mod", mod, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range f.Require {
		if pin := p.Modules[r.Mod.Path]; pin != r.Mod.Version && (pin != "" || !r.Indirect) {
			t.Errorf("run make lock: %s is %s in the lock and %q in modules.yaml", r.Mod.Path, r.Mod.Version, pin)
		}
	}
}
