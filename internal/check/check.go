// Package check finds out whether a project is healthy: as layup rendered it where
// it should be, formatted, layered, and accepted by the go command. It only reads:
// no check writes into the project.
package check

import (
	"context"
	"errors"
	"io/fs"

	"github.com/layup-dev/layup/internal/pipeline"
	"github.com/layup-dev/layup/internal/plan"
)

// Status is how a check ended.
type Status string

// How a check can end.
const (
	OK      Status = "ok"
	Found   Status = "found"   // there are findings
	Skipped Status = "skipped" // it did not run, for a reason that its note gives
	Failed  Status = "failed"  // it could not run to its end
)

// Finding is something that is wrong.
type Finding struct {
	// File is relative to the project's root, with slashes; empty where none is
	// to blame. Line begins at 1; 0 stands for the whole file.
	File string `json:"file"`
	Line int    `json:"line"`
	// Message says what is wrong and what to do. It may have several lines.
	Message string `json:"message"`
}

// Result is what one check came to.
type Result struct {
	Name     string    `json:"name"`
	Status   Status    `json:"status"`
	Findings []Finding `json:"findings"`
	// Note is a remark on the whole check.
	Note string `json:"note"`
}

// Report is what all checks came to, in their order.
type Report struct {
	Checks []Result
	// Edited and Deleted are starter files that people changed or took away,
	// which is what they are for.
	Edited, Deleted []string
}

// With returns the names of the checks that ended with a status.
func (r *Report) With(s Status) []string {
	var names []string
	for _, c := range r.Checks {
		if c.Status == s {
			names = append(names, c.Name)
		}
	}
	return names
}

// Findings counts the findings of all checks.
func (r *Report) Findings() int {
	n := 0
	for _, c := range r.Checks {
		n += len(c.Findings)
	}
	return n
}

// Rendered compares a project with its last render; *pipeline.Existing does.
type Rendered interface {
	// Settled returns an error when layup.yaml was edited since, or other
	// templates rendered the project.
	Settled() error
	// Drift returns what is not as it was rendered.
	Drift() (*pipeline.Drift, error)
}

// Project is what is checked, and what is known about it.
type Project struct {
	// Root is its directory.
	Root string
	// Plan is what its layup.yaml says.
	Plan *plan.Plan
	// Files reads layup's own files and the migrations, Code everything else.
	Files pipeline.Files
	Code  fs.FS
	Rendered
	// Wiring returns an error when nothing calls the resources.
	Wiring func() error
	// Forbidden says why a file must not import a package, or returns "".
	Forbidden func(file, imported string) string
	// Alone says that the go.work file that applies to the project does not list it.
	Alone bool
}

// run is one run of all checks.
type run struct {
	Project
	report *Report
	// sources are the Go files, once format has read them, and broken says that
	// one of them does not parse.
	sources []*source
	broken  bool
}

// skip is the error of a check that does not run; it says why.
type skip string

func (s skip) Error() string { return string(s) }

// step is one check. Its findings count also when it returns an error besides; an
// error that is a skip is no failure.
type step struct {
	name string
	do   func(ctx context.Context) (findings []Finding, note string, err error)
}

// Run runs all checks, whatever the ones before found, and calls done, which may be
// nil, as each ends. quick leaves out those that compile everything. The error is
// the cause for which ctx ended.
func Run(ctx context.Context, p Project, quick bool, done func(Result)) (*Report, error) {
	r := &run{Project: p, report: &Report{Edited: []string{}, Deleted: []string{}}}
	for _, s := range r.steps(quick) {
		findings, note, err := s.do(ctx)
		if ctx.Err() != nil {
			return nil, context.Cause(ctx) //nolint:wrapcheck // the cause says it all
		}
		result := ended(s.name, findings, note, err)
		r.report.Checks = append(r.report.Checks, result)
		if done != nil {
			done(result)
		}
	}
	return r.report, nil
}

func (r *run) steps(quick bool) []step {
	build, tests := r.build, r.tests
	if quick {
		left := func(context.Context) ([]Finding, string, error) { return nil, "", skip("left out by --quick") }
		build, tests = left, left
	}
	return []step{
		{"spec", r.spec},
		{"drift", r.drift},
		{"format", r.format},
		{"layers", r.layers},
		{"vet", r.vet},
		{"tidy", r.tidy},
		{"build", build},
		{"tests", tests},
	}
}

func ended(name string, findings []Finding, note string, err error) Result {
	result := Result{Name: name, Status: OK, Findings: []Finding{}, Note: note}
	var skipped skip
	switch {
	case errors.As(err, &skipped):
		result.Status, result.Note = Skipped, skipped.Error()
	case err != nil:
		result.Status, result.Note = Failed, err.Error()
	}
	if len(findings) > 0 {
		result.Status, result.Findings = Found, findings
	}
	return result
}
