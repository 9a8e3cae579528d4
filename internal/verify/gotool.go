package verify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

func (v *verifier) build(ctx context.Context) (string, error) {
	return "", v.goTool(ctx, "build", "./...")
}

func (v *verifier) vet(ctx context.Context) (string, error) {
	return "", v.goTool(ctx, "vet", "./...")
}

// binary is where compile puts the service.
func (v *verifier) binary() string {
	if runtime.GOOS == "windows" {
		return filepath.Join(v.temp, v.name+".exe")
	}
	return filepath.Join(v.temp, v.name)
}

func (v *verifier) compile(ctx context.Context) error {
	return v.goTool(ctx, "build", "-o", v.binary(), "./cmd/"+v.name)
}

// goTool runs the go command in the project.
func (v *verifier) goTool(ctx context.Context, args ...string) error {
	var out bytes.Buffer
	c := command(ctx, "go", args...)
	c.Dir, c.Env, c.Stdout, c.Stderr = v.dir, goEnvironment(), &out, &out
	if err := finish(c); err != nil {
		return &failure{fmt.Errorf("go %s: %w", strings.Join(args, " "), err), tail(out.String())}
	}
	return nil
}

// goEnvironment is the caller's, but the project stands alone and nothing
// changes go.mod. Whether version control answers is not the question here.
func goEnvironment() []string {
	return append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=readonly -buildvcs=false")
}

// testEvent is what `go test -json` says.
type testEvent struct {
	Action, Package, ImportPath, Test, Output string
}

func (v *verifier) test(ctx context.Context) (string, error) {
	var stderr bytes.Buffer
	c := command(ctx, "go", "test", "-json", "./...")
	c.Dir, c.Env, c.Stderr = v.dir, goEnvironment(), &stderr
	stdout, err := c.StdoutPipe()
	if err != nil {
		return "", fmt.Errorf("go test: %w", err)
	}
	if err := c.Start(); err != nil {
		return "", fmt.Errorf("go test: %w", err)
	}
	r, readErr := readTests(stdout)
	if err := errors.Join(wait(c), readErr); err != nil {
		return "", &failure{fmt.Errorf("go test ./...: %w", err), tail(r.explanation() + stderr.String())}
	}
	return fmt.Sprintf("%d tests in %d packages", r.passed, len(r.packages)), nil
}

// testRun collects what the tests said.
type testRun struct {
	passed   int
	packages map[string]bool
	// output holds what was printed, by package and test, in order of arrival.
	output map[string]*strings.Builder
	failed []string
}

func readTests(in io.Reader) (*testRun, error) {
	r := &testRun{packages: map[string]bool{}, output: map[string]*strings.Builder{}}
	d := json.NewDecoder(in)
	for {
		var e testEvent
		err := d.Decode(&e)
		if errors.Is(err, io.EOF) {
			return r, nil
		}
		if err != nil {
			_, _ = io.Copy(io.Discard, in) // or the go command would block
			return r, fmt.Errorf("reading the report: %w", err)
		}
		r.add(e)
	}
}

func (r *testRun) add(e testEvent) {
	key := e.Package + " " + e.Test
	if e.ImportPath != "" {
		key = e.ImportPath
	}
	switch e.Action {
	case "output", "build-output":
		out := r.output[key]
		if out == nil {
			out = &strings.Builder{}
			r.output[key] = out
		}
		out.WriteString(e.Output)
	case "pass":
		if e.Test != "" && !strings.Contains(e.Test, "/") {
			r.passed++
			r.packages[e.Package] = true
		}
	case "fail", "build-fail":
		r.failed = append(r.failed, key)
	}
}

// explanation is what the failed tests and packages printed.
func (r *testRun) explanation() string {
	var b strings.Builder
	for _, key := range r.failed {
		if out := r.output[key]; out != nil {
			b.WriteString(out.String())
		}
	}
	return b.String()
}

// tail returns the last lines of a text, which say why something ended.
func tail(text string) string {
	const most = 40
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if len(lines) > most {
		lines = append([]string{fmt.Sprintf("… %d lines before …", len(lines)-most)}, lines[len(lines)-most:]...)
	}
	return strings.Join(lines, "\n")
}
