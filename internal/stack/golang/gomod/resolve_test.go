package gomod_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"

	"github.com/layup-dev/layup/internal/stack/golang/gomod"
)

// small is a lock of invented modules, with the cases that are rare in real ones.
func small(t *testing.T) *gomod.Lock {
	t.Helper()
	return parse(t, smallText(t))
}

func smallText(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "small.lock"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func parse(t *testing.T, text string) *gomod.Lock {
	t.Helper()
	lock, err := gomod.ParseLock([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return lock
}

func TestResolve(t *testing.T) {
	const head = "module example.com/shop\n\ngo 1.26.0\n\ntoolchain go1.26.8\n"
	tests := []struct {
		name     string
		imports  []string
		mod, sum string // go.mod after the head; the first two words of the lines of go.sum
	}{
		{name: "nothing"},
		{name: "the standard library and the project itself", imports: []string{"net/http", "example.com/shop", "example.com/shop/internal/app"}},
		{
			name: "one module", imports: []string{"leaf.test/leaf"},
			mod: "\nrequire leaf.test/leaf v1.0.0\n",
			sum: "leaf.test/leaf v1.0.0|leaf.test/leaf v1.0.0/go.mod",
		},
		{
			name: "an indirect one, whose unused requirement is pruned", imports: []string{"pruned.test/top"},
			mod: "\nrequire pruned.test/top v1.0.0\n\nrequire leaf.test/leaf v1.0.0 // indirect\n",
			sum: "leaf.test/leaf v1.0.0|leaf.test/leaf v1.0.0/go.mod|pruned.test/top v1.0.0|pruned.test/top v1.0.0/go.mod",
		},
		{
			name: "imported both ways it is direct", imports: []string{"leaf.test/leaf", "pruned.test/top", "leaf.test/leaf"},
			mod: "\nrequire (\n\tleaf.test/leaf v1.0.0\n\tpruned.test/top v1.0.0\n)\n",
			sum: "leaf.test/leaf v1.0.0|leaf.test/leaf v1.0.0/go.mod|pruned.test/top v1.0.0|pruned.test/top v1.0.0/go.mod",
		},
		{
			name: "behind an old module every go.mod is read", imports: []string{"old.test/old"},
			mod: "\nrequire old.test/old v1.0.0\n",
			sum: "deep.test/deep v1.0.0/go.mod|old.test/old v1.0.0|old.test/old v1.0.0/go.mod|older.test/older v1.0.0/go.mod",
		},
		{
			name: "a test of a dependency needs sums", imports: []string{"tested.test/tested"},
			mod: "\nrequire tested.test/tested v1.0.0\n",
			sum: "check.test/check v1.1.0|check.test/check v1.1.0/go.mod|tested.test/tested v1.0.0|tested.test/tested v1.0.0/go.mod",
		},
		{
			name: "the test module is as new as the project's modules need", imports: []string{"tested.test/tested", "newer.test/newer"},
			mod: "\nrequire (\n\tnewer.test/newer v1.0.0\n\ttested.test/tested v1.0.0\n)\n",
			sum: "check.test/check v1.2.0|check.test/check v1.2.0/go.mod|newer.test/newer v1.0.0|newer.test/newer v1.0.0/go.mod|" +
				"tested.test/tested v1.0.0|tested.test/tested v1.0.0/go.mod",
		},
		{
			name: "a test module that no go.mod names is required", imports: []string{"careless.test/careless"},
			mod: "\nrequire careless.test/careless v1.0.0\n\nrequire check.test/check v1.2.0 // indirect\n",
			sum: "careless.test/careless v1.0.0|careless.test/careless v1.0.0/go.mod|check.test/check v1.2.0|check.test/check v1.2.0/go.mod",
		},
		{
			name: "a package in two modules makes one a root", imports: []string{"twice.test/user"},
			mod: "\nrequire twice.test/user v1.0.0\n\nrequire twice.test/big/part v1.0.0 // indirect\n",
			sum: "twice.test/big/part v1.0.0|twice.test/big/part v1.0.0/go.mod|twice.test/user v1.0.0|twice.test/user v1.0.0/go.mod",
		},
		{
			name: "a module that could have the package needs a sum", imports: []string{"nested.test/mod/sub", "nested.test/mod"},
			mod: "\nrequire (\n\tnested.test/mod v1.0.0\n\tnested.test/mod/sub v1.0.0\n)\n",
			sum: "nested.test/mod v1.0.0|nested.test/mod v1.0.0/go.mod|nested.test/mod/sub v1.0.0|nested.test/mod/sub v1.0.0/go.mod",
		},
	}
	lock := small(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files, err := lock.Resolve("example.com/shop", "1.26.0", "1.26.8", tt.imports)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := string(files.Mod), head+tt.mod; got != want {
				t.Errorf("go.mod is\n%s\nnot\n%s", got, want)
			}
			if got, want := keys(files.Sum), strings.ReplaceAll(tt.sum, "|", "\n"); got != want {
				t.Errorf("go.sum has\n%s\nnot\n%s", got, want)
			}
			if _, err := modfile.Parse("go.mod", files.Mod, nil); err != nil {
				t.Error(err)
			}
		})
	}
}

// keys drops the hashes of go.sum.
func keys(sum []byte) string {
	var out []string
	for line := range strings.Lines(string(sum)) {
		key, _, _ := strings.Cut(line, " h1:")
		out = append(out, key)
	}
	return strings.Join(out, "\n")
}

func TestResolveRefuses(t *testing.T) {
	tests := []struct {
		name                string
		module, version, to string
		imports             []string
		want                string
	}{
		{"a package that is not locked", "example.com/shop", "1.26.0", "", []string{"leaf.test/leaf/more"}, "package leaf.test/leaf/more is not in modules.lock: run make lock"},
		{"a package that is only a dependency", "example.com/shop", "1.26.0", "", []string{"check.test/check"}, "run make lock"},
		{"the name of a dependency", "leaf.test/leaf", "1.26.0", "", nil, "belongs to a dependency"},
		{"an old go", "example.com/shop", "1.22.0", "", []string{"leaf.test/leaf"}, "a dependency needs go 1.23"},
		{"a go before pruning", "example.com/shop", "1.16", "", nil, "older than 1.21"},
		{"no go version", "example.com/shop", "", "", nil, "is not one"},
		{"a toolchain with the word go", "example.com/shop", "1.26.0", "go1.26.8", nil, "is not one"},
		{"an old toolchain", "example.com/shop", "1.26.0", "1.25.1", nil, "older than go 1.26.0"},
	}
	lock := small(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := lock.Resolve(tt.module, tt.version, tt.to, tt.imports)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error is %v, want %q", err, tt.want)
			}
		})
	}
	if _, err := lock.Resolve("example.com/shop", "1.26.0", "", []string{"no.test/x"}); !errors.Is(err, gomod.ErrNotLocked) {
		t.Errorf("error is %v, want ErrNotLocked", err)
	}
}

// A main module may be a prefix of a dependency: the package is still external.
func TestResolvePrefixModule(t *testing.T) {
	files, err := small(t).Resolve("leaf.test", "1.26.0", "1.26.0", []string{"leaf.test/leaf"})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(files.Mod), "module leaf.test\n\ngo 1.26.0\n\nrequire leaf.test/leaf v1.0.0\n"; got != want {
		t.Errorf("go.mod is\n%s\nnot\n%s", got, want)
	}
}

// A lock that lost a line says so, instead of giving files that fail later.
func TestResolveDamagedLock(t *testing.T) {
	tests := []struct{ name, lost, imports string }{
		{"go.mod hash", "\tgomod h1:pruned=\n", "pruned.test/top"},
		{"source hash", "\tzip h1:pruned=\n", "pruned.test/top"},
		{"requirements", "\tgo 1.20\n", "pruned.test/top"},
		{"package", "\tpackage pruned.test/top\n\t\timport leaf.test/leaf\n", "pruned.test/top"},
		{"test module", "module check.test/check v1.2.0 root\n", "careless.test/careless"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := smallText(t)
			if strings.Count(text, tt.lost) != 1 {
				t.Fatalf("testdata has no single %q", tt.lost)
			}
			lock := parse(t, strings.Replace(text, tt.lost, "", 1))
			_, err := lock.Resolve("example.com/shop", "1.26.0", "", []string{tt.imports})
			if err == nil || !strings.Contains(err.Error(), "run make lock") {
				t.Errorf("error is %v", err)
			}
		})
	}
}

func TestParseLock(t *testing.T) {
	lock := parse(t, "# comment\n\ngo 1.26.0\ntoolchain 1.26.8\ntool golangci-lint v2.15.0\n")
	if lock.Go != "1.26.0" || lock.Toolchain != "1.26.8" || lock.Tools["golangci-lint"] != "v2.15.0" {
		t.Errorf("got %+v", lock)
	}
	for _, bad := range []string{
		"",
		"import a.test/a\n",
		"go 1.26.0\nimports a.test/a\n",
		"go 1.26.0\nmodule\n",
		"go 1.26.0\n\tzip h1:x\n",
		"go 1.26.0\nmodule a.test/a v1.0.0\n\t\timport b.test/b\n",
		"go 1.26.0\nmodule a.test/a v1.0.0\n\tsum h1:x\n",
		"go 1.26.0\nmodule a.test/a v1.0.0\n\tpackage a.test/a\n\t\tuses b.test/b\n",
		"go 1.26.0\n<<<<<<< ours\n",
	} {
		if _, err := gomod.ParseLock([]byte(bad)); err == nil {
			t.Errorf("no error for %q", bad)
		}
	}
}
