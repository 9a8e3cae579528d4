// Package golden renders whole projects and compares them with the ones that
// are committed under testdata/golden, then formats, vets, builds, tests and lints
// those as their owners would. `make golden` re-renders them; the diff is reviewed
// like code.
package golden

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/layup-dev/layup/internal/feature"
	"github.com/layup-dev/layup/internal/pipeline"
	"github.com/layup-dev/layup/internal/plan"
	"github.com/layup-dev/layup/internal/render"
	"github.com/layup-dev/layup/internal/servers"
	"github.com/layup-dev/layup/internal/spec"
	"github.com/layup-dev/layup/templates"
)

var update = flag.Bool("update", false, "re-render testdata/golden")

const root = "../../testdata"

func TestMain(m *testing.M) { os.Exit(servers.Main(m)) }

// TestGolden compares each committed project with a fresh render of its own
// layup.yaml.
func TestGolden(t *testing.T) {
	for _, name := range cases(t) {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(root, "golden", name)
			files := renderCase(t, filepath.Join(dir, spec.FileName))
			if *update {
				write(t, dir, files)
			}
			compare(t, dir, files)
		})
	}
}

// TestGoldenProjects runs the Go tools on each committed project.
func TestGoldenProjects(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles whole projects; skipped with -short")
	}
	for _, name := range cases(t) {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(root, "golden", name)
			checkProject(t, dir, services(t, filepath.Join(dir, spec.FileName)))
		})
	}
}

// TestMatrix covers the combinations that are not committed: each layup.yaml
// under testdata/matrix, and each variant, is rendered into a temporary directory and
// checked in the same way.
func TestMatrix(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles whole projects; skipped with -short")
	}
	specs, err := filepath.Glob(filepath.Join(root, "matrix", "*.yaml"))
	if err != nil || len(specs) == 0 {
		t.Fatalf("no specs under testdata/matrix: %v", err)
	}
	for _, file := range append(specs, variantSpecs(t)...) {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		if filepath.Base(file) == spec.FileName {
			name = filepath.Base(filepath.Dir(file))
		}
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, renderCase(t, file))
			checkProject(t, dir, services(t, file))
		})
	}
}

func cases(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "golden", "*", spec.FileName))
	if err != nil || len(files) == 0 {
		t.Fatalf("no goldens: %v", err)
	}
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = filepath.Base(filepath.Dir(f))
	}
	return names
}

func renderCase(t *testing.T, file string) render.FileSet {
	t.Helper()
	_, files := project(t, file)
	return files
}

// services lists the servers that a case needs beside it.
func services(t *testing.T, file string) []feature.Service {
	t.Helper()
	p, _ := project(t, file)
	return p.Services()
}

// project plans and renders a case.
func project(t *testing.T, file string) (*plan.Plan, render.FileSet) {
	t.Helper()
	engine, err := pipeline.Open(templates.FS, "go")
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := spec.Parse(file, data, engine.Stack.AxisNames())
	if err != nil {
		t.Fatal(err)
	}
	p, files, err := engine.Project(s)
	if err != nil {
		t.Fatal(err)
	}
	return p, files
}

// write replaces the tree in dir with the files.
func write(t *testing.T, dir string, files render.FileSet) {
	t.Helper()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range files.Paths() {
		target := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(target, files[name].Data, files[name].Mode); err != nil {
			t.Fatal(err)
		}
	}
}

func compare(t *testing.T, dir string, files render.FileSet) {
	t.Helper()
	found := tree(t, dir)
	for _, name := range files.Paths() {
		data, ok := found[name]
		switch {
		case !ok:
			t.Errorf("%s is rendered but not committed; run make golden", name)
		case !bytes.Equal(data, files[name].Data):
			t.Errorf("%s differs from its golden; run make golden and review the diff", name)
		}
		delete(found, name)
	}
	for name := range found {
		t.Errorf("%s is committed but no longer rendered; run make golden", name)
	}
}

func tree(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(dir, name)
		out[filepath.ToSlash(rel)], err = os.ReadFile(name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// checkProject runs what `make lint test` of a generated project runs, and
// what only its generator can promise: a tidy go.mod and no trace of templates. The
// tests come last: where there is no server for them, they are all that is skipped.
func checkProject(t *testing.T, dir string, needs []feature.Service) {
	t.Helper()
	residue(t, dir)
	if out := command(t, dir, "gofmt", "-l", "."); out != "" {
		t.Errorf("gofmt would change:\n%s", out)
	}
	if out := command(t, dir, "go", "mod", "tidy", "-diff"); out != "" {
		t.Errorf("go mod tidy would change:\n%s", out)
	}
	command(t, dir, "go", "vet", "./...")
	command(t, dir, "go", "build", "-o", os.DevNull, "./...")
	command(t, dir, "go", "vet", "-tags", "faults", "./...")
	lint(t, dir)
	env := servers.ProjectEnv(t, needs)
	commandWith(t, env, dir, "go", append(race(t), "./...")...)
	commandWith(t, env, dir, "go", "test", "-tags", "faults", "-run", "^TestFaults$", "./internal/app")
}

// race returns `go test` with the race detector, which needs cgo and that a C
// compiler: the go command turns cgo off where there is none.
func race(t *testing.T) []string {
	t.Helper()
	if strings.TrimSpace(command(t, ".", "go", "env", "CGO_ENABLED")) == "1" {
		return []string{"test", "-race"}
	}
	if os.Getenv("CI") != "" {
		t.Fatal("no C compiler for the race detector, and CI must not skip it")
	}
	t.Log("not raced: there is no C compiler")
	return []string{"test"}
}

func lint(t *testing.T, dir string) {
	t.Helper()
	linter := os.Getenv("LAYUP_LINT")
	if linter == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("LAYUP_LINT does not name a golangci-lint, and CI must not skip it")
		}
		t.Log("not linted: LAYUP_LINT does not name a golangci-lint; make test sets it")
		return
	}
	command(t, dir, linter, "run", "--allow-parallel-runners", "./...")
}

// residue looks for what a template leaves behind when it is wrong.
func residue(t *testing.T, dir string) {
	t.Helper()
	marks := []string{"[[ ", " ]]", "<no value>", "%!s(", "%!d(", "TODO", "FIXME", "\n\n\n", " \n", "\t\n"}
	for name, data := range tree(t, dir) {
		for _, mark := range marks {
			if i := bytes.Index(data, []byte(mark)); i >= 0 && !strings.HasPrefix(name, ".layup/") {
				line := 1 + bytes.Count(data[:i], []byte("\n"))
				t.Errorf("%s:%d holds %q", name, line, mark)
			}
		}
	}
}

// command runs a tool in dir and returns what it printed; it fails the test
// when the tool fails.
func command(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	return commandWith(t, nil, dir, name, args...)
}

// commandWith is command with more in its environment.
func commandWith(t *testing.T, env []string, dir, name string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, name, args...)
	c.Dir = dir
	c.Env = slices.Concat(os.Environ(), []string{"GOWORK=off", "GOFLAGS=-mod=readonly"}, env)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatal(fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, out))
	}
	return string(out)
}
