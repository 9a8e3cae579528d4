package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/layup-dev/layup/internal/check"
	"github.com/layup-dev/layup/internal/pipeline"
	"github.com/layup-dev/layup/internal/project"
	"github.com/layup-dev/layup/internal/stack/golang"
	"github.com/layup-dev/layup/templates"
)

// checkOptions are the flags of `layup check`.
type checkOptions struct {
	dir         string
	quick, json bool
}

func newCheck(s streams) *cobra.Command {
	o := &checkOptions{}
	c := &cobra.Command{
		Use:   "check",
		Short: "Find out whether a project is healthy",
		Long: `Find out whether the project that the current directory is in is healthy, and write
nothing. The checks are:

  spec     layup.yaml is what the project was rendered from
  drift    generated files are as layup wrote them, and migrations in order;
           files that are yours to edit may differ
  format   Go parses and is formatted
  layers   imports point from handlers to services to repositories to the model
  vet      go vet
  tidy     go.mod and go.sum are what the code needs
  build    go build
  tests    go test

All of them run, whatever the first ones find. The exit code is 4 when something was
found. In a workflow of GitHub Actions, findings are annotations too.`,
		Example: `  layup check
  layup check --quick --json`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return o.check(c.Context(), s) },
	}
	f := onceFlags{c.Flags()}
	f.StringVar(&o.dir, "dir", ".", "a directory inside the project")
	f.BoolVar(&o.quick, "quick", false, "leave out build and tests")
	f.BoolVar(&o.json, "json", false, "print the result as one JSON document")
	return c
}

// foundError says that checks have findings, which are printed already.
type foundError struct {
	count  int
	checks []string
}

func (e *foundError) Error() string {
	noun := "findings"
	if e.count == 1 {
		noun = "finding"
	}
	return fmt.Sprintf("%d %s in %s", e.count, noun, strings.Join(e.checks, ", "))
}

// checkResult is what --json prints: one document with a stable schema.
type checkResult struct {
	Name    string         `json:"name"`
	Module  string         `json:"module"`
	OK      bool           `json:"ok"`
	Checks  []check.Result `json:"checks"`
	Edited  []string       `json:"edited"`
	Deleted []string       `json:"deleted"`
}

func (o *checkOptions) check(ctx context.Context, s streams) error {
	at := changeOptions{dir: o.dir, dryRun: true} // a preview: nothing is put right
	root, err := at.find()
	if err != nil {
		return err
	}
	if err := at.recover(root, s); err != nil {
		return err
	}
	tree, err := project.Open(root)
	if err != nil {
		return err
	}
	defer tree.Close()
	p, err := inspected(tree, root)
	if err != nil {
		return err
	}
	var printErr error
	report, err := check.Run(ctx, p, o.quick, func(r check.Result) {
		if !o.json {
			printErr = errors.Join(printErr, printCheck(r, root, s))
		}
	})
	if err != nil {
		return err
	}
	if o.json {
		printErr = printChecks(report, p, s.out)
	}
	if printErr != nil {
		return printErr
	}
	return verdict(report)
}

// inspected returns the project in tree with all that its checks need to know.
func inspected(tree *project.Tree, root string) (check.Project, error) {
	engine, err := pipeline.Open(templates.FS, "go")
	if err != nil {
		return check.Project{}, err
	}
	existing, err := engine.Open(tree)
	if err != nil {
		return check.Project{}, err
	}
	plan := existing.Plan()
	return check.Project{
		Root: root, Plan: plan, Files: tree, Code: os.DirFS(root), Rendered: existing,
		Wiring:    func() error { return engine.Language.CheckWiring(tree.List, readOnly(tree)) },
		Forbidden: func(file, imported string) string { return golang.ForbiddenImport(plan.Spec.Module, file, imported) },
		Alone:     golang.OutsideWorkspace(root, os.Getenv) != "",
	}, nil
}

func readOnly(tree *project.Tree) func(string) ([]byte, error) {
	return func(path string) ([]byte, error) {
		data, _, err := tree.Read(path)
		return data, err
	}
}

// verdict returns the error that the exit code follows from. What was found counts
// more than what could not be looked for.
func verdict(r *check.Report) error {
	if n := r.Findings(); n > 0 {
		return &foundError{n, r.With(check.Found)}
	}
	if failed := r.With(check.Failed); len(failed) > 0 {
		return fmt.Errorf("could not run: %s", strings.Join(failed, ", "))
	}
	return nil
}

func printChecks(r *check.Report, p check.Project, out io.Writer) error {
	doc := checkResult{Name: p.Plan.Spec.Name, Module: p.Plan.Spec.Module, OK: verdict(r) == nil, Checks: r.Checks, Edited: r.Edited, Deleted: r.Deleted}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return fmt.Errorf("printing the result: %w", err)
	}
	return nil
}

// printCheck prints a line for a check, or for each of its findings, and in a
// workflow of GitHub Actions the annotations, which go to standard output.
func printCheck(r check.Result, root string, s streams) error {
	workflow := os.Getenv("GITHUB_ACTIONS") == "true"
	var commands strings.Builder
	for _, f := range r.Findings {
		printLine(s.err, string(check.Found), r.Name, where(f)+f.Message)
		commands.WriteString(annotation(r.Name, f, inRepository(root)))
	}
	switch {
	case r.Status != check.Found:
		printLine(s.err, string(r.Status), r.Name, r.Note)
	case r.Note != "":
		printLine(s.err, "note", r.Name, r.Note)
	}
	if r.Status == check.Failed {
		commands.WriteString(annotation(r.Name, check.Finding{Message: r.Note}, ""))
	}
	if !workflow {
		return nil
	}
	if _, err := io.WriteString(s.out, commands.String()); err != nil {
		return fmt.Errorf("printing the annotations: %w", err)
	}
	return nil
}

func printLine(out io.Writer, status, name, text string) {
	line := fmt.Sprintf("%-7s %-7s %s", status, name, strings.ReplaceAll(text, "\n", "\n        "))
	fmt.Fprintln(out, strings.TrimRight(line, " "))
}

func where(f check.Finding) string {
	switch {
	case f.File == "":
		return ""
	case f.Line == 0:
		return f.File + ": "
	}
	return fmt.Sprintf("%s:%d: ", f.File, f.Line)
}

// inRepository returns where the project is in the repository of the workflow, which
// annotations are relative to.
func inRepository(root string) string {
	workspace := os.Getenv("GITHUB_WORKSPACE")
	if workspace == "" {
		return ""
	}
	dir, err := filepath.Rel(workspace, root)
	if err != nil || !filepath.IsLocal(dir) {
		return ""
	}
	return filepath.ToSlash(dir)
}

// annotation returns the workflow command that shows a finding of a check beside the
// code. dir is the project's directory in the repository.
func annotation(name string, f check.Finding, dir string) string {
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	var properties string
	if f.File != "" {
		properties += "file=" + property.Replace(path.Join(dir, f.File)) + ","
	}
	if f.Line > 0 {
		properties += fmt.Sprintf("line=%d,", f.Line)
	}
	return fmt.Sprintf("::error %stitle=layup check::%s\n", properties, data.Replace(name+": "+f.Message))
}
