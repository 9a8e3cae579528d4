package gomod_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/layup-dev/layup/internal/stack/golang/gomod"
)

var (
	lockFile = flag.String("lock", filepath.FromSlash("../../../../templates/go/modules.lock"), "the lock to prove")
	subsets  = flag.Int("subsets", 8, "how many sets of packages to compare with go mod tidy; enough for all of them means all of them")
	seed     = flag.Uint64("seed", 1, "which sets")
	download = flag.Bool("download", false, "let the go command fill the module cache")
)

// TestTidy writes modules that import subsets of the locked packages and asks
// the go command whether it would have written the same. After a change of
// the resolver, prove it on the modules of testdata/wide too:
//
//	go run ./internal/stack/golang/gomod/lock -dir internal/stack/golang/gomod/testdata/wide -o wide.lock
//	go test ./internal/stack/golang/gomod -run TestTidy -timeout 1h -lock $PWD/wide.lock -subsets 1000 -download
func TestTidy(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED go mod tidy comparison: -short")
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("SKIPPED go mod tidy comparison: no go command")
	}
	lock := readLock(t)
	for i, imports := range sets(locked(t), *subsets, *seed) {
		t.Run(fmt.Sprintf("%d-of-%d", i, len(imports)), func(t *testing.T) {
			dir := t.TempDir()
			writeModule(t, lock, dir, imports)
			goTool(t, dir, "mod", "tidy", "-diff")
			goTool(t, dir, "list", "-mod=readonly", "-deps", "-test", "./...")
		})
	}
}

// sets returns nothing, everything, each package alone when n has room for
// that, and random sets of every size. With room for every set it returns those.
func sets(all []string, n int, seed uint64) [][]string {
	if len(all) < 16 && n >= 1<<len(all) {
		return everySet(all)
	}
	random := rand.New(rand.NewPCG(seed, 0)) // repeatable
	out := [][]string{nil, all}
	if n > len(all) {
		for _, path := range all {
			out = append(out, []string{path})
		}
	}
	for len(out) < n {
		some := slices.Clone(all)
		random.Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
		out = append(out, some[:1+random.IntN(len(some))])
	}
	return out
}

func everySet(all []string) [][]string {
	out := make([][]string, 1<<len(all))
	for i := range out {
		for j, path := range all {
			if i&(1<<j) != 0 {
				out[i] = append(out[i], path)
			}
		}
	}
	return out
}

// writeModule spreads the imports over a command, a package, its tests, and a
// file that no build includes.
func writeModule(t *testing.T, lock *gomod.Lock, dir string, imports []string) {
	t.Helper()
	files, err := lock.Resolve("example.com/shop", lock.Go, lock.Toolchain, imports)
	if err != nil {
		t.Fatal(err)
	}
	places := []struct{ name, head string }{
		{"main.go", "package main\n\nimport _ \"example.com/shop/in\"\n"},
		{"main_test.go", "package main\n"},
		{"in/in.go", "package in\n"},
		{"in/in_test.go", "package in_test\n"},
		{"in/in_plan9.go", "//go:build never\n\npackage in\n"},
	}
	text := make([]string, len(places))
	for i, path := range imports {
		text[i%len(places)] += fmt.Sprintf("\nimport _ %q\n", path)
	}
	for i, p := range places {
		write(t, filepath.Join(dir, p.name), []byte(p.head+text[i]))
	}
	write(t, filepath.Join(dir, "main_func.go"), []byte("package main\n\nfunc main() {}\n"))
	write(t, filepath.Join(dir, "go.mod"), files.Mod)
	if len(files.Sum) > 0 {
		write(t, filepath.Join(dir, "go.sum"), files.Sum)
	}
}

// goTool runs the go command without a network, and skips the test when the
// module cache lacks something. Under CI, which must not skip, it may fill the
// cache.
func goTool(t *testing.T, dir string, args ...string) {
	t.Helper()
	var out bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &out
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off", "GOTOOLCHAIN=local")
	if !*download && os.Getenv("CI") == "" {
		cmd.Env = append(cmd.Env, "GOPROXY=off")
	}
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
	case !errors.As(err, &exit):
		t.Fatal(err)
	case strings.Contains(out.String(), "disabled by GOPROXY=off"):
		t.Skipf("SKIPPED go mod tidy comparison: the module cache lacks modules, run with -download:\n%s", out.String())
	default:
		t.Errorf("go %s: %v\n%s", strings.Join(args, " "), err, out.String())
	}
}

func write(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func readLock(t testing.TB) *gomod.Lock {
	t.Helper()
	data, err := os.ReadFile(*lockFile)
	if err != nil {
		t.Fatal(err)
	}
	lock, err := gomod.ParseLock(data)
	if err != nil {
		t.Fatal(err)
	}
	return lock
}

// locked lists the packages that templates import.
func locked(t testing.TB) []string {
	t.Helper()
	data, err := os.ReadFile(*lockFile)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for line := range strings.Lines(string(data)) {
		if path, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "import "); ok {
			out = append(out, path)
		}
	}
	return out
}

func BenchmarkParseLock(b *testing.B) {
	data, err := os.ReadFile(*lockFile)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := gomod.ParseLock(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkResolve(b *testing.B) {
	lock, all := readLock(b), locked(b)
	for b.Loop() {
		if _, err := lock.Resolve("example.com/shop", lock.Go, lock.Toolchain, all); err != nil {
			b.Fatal(err)
		}
	}
}
