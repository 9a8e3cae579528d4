package gotool

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/layup-dev/layup/internal/process"
)

// Tests is what a run of tests said.
type Tests struct {
	// Passed counts the tests that passed, without their subtests.
	Passed int
	// Packages counts the packages that have such tests.
	Packages int
	// Failures are the tests and packages that failed, as they were reported: a
	// test after its subtests, a package after its tests.
	Failures []Failure
	// Stderr is what the go command itself complained about.
	Stderr string
}

// Failure is a test, a package or a build that failed.
type Failure struct {
	// Package is an import path, and Test empty when the package itself failed.
	Package, Test string
	// Build says that something was not built: this package, or one that its
	// tests need.
	Build bool
	// Output is what it printed.
	Output string
}

// Explanation is what everything that failed printed.
func (t *Tests) Explanation() string {
	var b strings.Builder
	for _, f := range t.Failures {
		b.WriteString(f.Output)
	}
	return b.String() + t.Stderr
}

// Test runs the tests of all packages, with these flags. When they fail it returns
// an error and what they said.
func (t Tool) Test(ctx context.Context, flags ...string) (*Tests, error) {
	var stderr bytes.Buffer
	c := t.command(ctx, slices.Concat([]string{"test", "-json"}, flags, []string{"./..."}))
	c.Stderr = &stderr
	stdout, err := c.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("go test: %w", err)
	}
	if err := c.Start(); err != nil {
		return nil, fmt.Errorf("go test: %w", err)
	}
	tests, readErr := readTests(stdout)
	err = errors.Join(process.Wait(c), readErr)
	tests.Stderr = stderr.String()
	if err != nil {
		return tests, fmt.Errorf("go test ./...: %w", err)
	}
	return tests, nil
}

// event is what `go test -json` says.
type event struct {
	Action, Package, ImportPath, Test, Output, FailedBuild string
}

// place is a test, a package or a build.
type place struct {
	name, test string
	build      bool
}

// testReader collects the events of a run.
type testReader struct {
	tests    Tests
	packages map[string]bool
	// output holds what was printed, in order of arrival.
	output map[place]*strings.Builder
}

func readTests(in io.Reader) (*Tests, error) {
	r := &testReader{packages: map[string]bool{}, output: map[place]*strings.Builder{}}
	d := json.NewDecoder(in)
	for {
		var e event
		err := d.Decode(&e)
		if errors.Is(err, io.EOF) {
			return r.result(), nil
		}
		if err != nil {
			_, _ = io.Copy(io.Discard, in) // or the go command would block
			return r.result(), fmt.Errorf("reading the report: %w", err)
		}
		r.add(e)
	}
}

func (r *testReader) result() *Tests {
	r.tests.Packages = len(r.packages)
	return &r.tests
}

func (r *testReader) add(e event) {
	at := place{name: e.Package, test: e.Test}
	if e.ImportPath != "" {
		at = place{name: e.ImportPath, build: true}
	}
	switch e.Action {
	case "output", "build-output":
		out := r.output[at]
		if out == nil {
			out = &strings.Builder{}
			r.output[at] = out
		}
		out.WriteString(e.Output)
	case "pass":
		if e.Test != "" && !strings.Contains(e.Test, "/") {
			r.tests.Passed++
			r.packages[e.Package] = true
		}
	case "fail", "build-fail":
		f := Failure{Package: at.name, Test: at.test, Build: at.build || e.FailedBuild != ""}
		if out := r.output[at]; out != nil {
			f.Output = out.String()
		}
		r.tests.Failures = append(r.tests.Failures, f)
	}
}
