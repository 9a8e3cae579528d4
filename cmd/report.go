package cmd

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/layup-dev/layup/internal/plan"
	"github.com/layup-dev/layup/internal/render"
	"github.com/layup-dev/layup/internal/stack/golang"
)

// result is what --json prints: one document with a stable schema.
type result struct {
	Name    string       `json:"name"`
	Module  string       `json:"module"`
	Dir     string       `json:"dir"`
	DryRun  bool         `json:"dry_run"`
	Command string       `json:"command"`
	Files   []fileStatus `json:"files"`
	Next    []string     `json:"next"`
}

type fileStatus struct {
	Path   string `json:"path"`
	Status string `json:"status"`
	Bytes  int    `json:"bytes"`
	// Note says why, where the status does not say it.
	Note string `json:"note,omitempty"`
}

func (o *newOptions) report(p *plan.Plan, files render.FileSet, target string, asked bool, s streams) error {
	next := nextSteps(target)
	switch {
	case o.json:
		return o.reportJSON(p, files, target, next, s.out)
	case o.diff:
		return printDiff(files, s.out)
	case o.dryRun:
		return printPlan(files, s.out)
	}
	where := target
	if target == "." {
		where = "this directory"
	}
	fmt.Fprintf(s.err, "Wrote %d files to %s.\n", len(files), where)
	if asked {
		fmt.Fprintf(s.err, "\nThe same without questions:\n  %s\n", command(p, o.dir))
	}
	fmt.Fprintf(s.err, "\nNext steps:\n  %s\n", strings.Join(next, "\n  "))
	return nil
}

// nextSteps lists what to type now. A go.work above the project that does not know
// it would make every go command in it fail, so it comes first.
func nextSteps(target string) []string {
	var steps []string
	if target != "." {
		steps = append(steps, "cd "+shellQuote(target))
	}
	if work := golang.OutsideWorkspace(target, os.Getenv); work != "" {
		steps = append(steps, "go work use .    # "+work+" does not list this module")
	}
	return append(steps, "make test    # unit, integration and end-to-end tests", "make run     # serves http://127.0.0.1:8080")
}

func (o *newOptions) reportJSON(p *plan.Plan, files render.FileSet, target string, next []string, out io.Writer) error {
	doc := result{
		Name: p.Spec.Name, Module: p.Spec.Module, Dir: target, DryRun: o.dryRun,
		Command: command(p, o.dir), Next: next,
	}
	for _, name := range files.Paths() {
		doc.Files = append(doc.Files, fileStatus{Path: name, Status: "create", Bytes: len(files[name].Data)})
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return fmt.Errorf("printing the result: %w", err)
	}
	return nil
}

func printPlan(files render.FileSet, out io.Writer) error {
	for _, name := range files.Paths() {
		if _, err := fmt.Fprintf(out, "create  %s\n", name); err != nil {
			return fmt.Errorf("printing the plan: %w", err)
		}
	}
	return nil
}

// printDiff shows every file as a unified diff against nothing.
func printDiff(files render.FileSet, out io.Writer) error {
	var b strings.Builder
	for _, name := range files.Paths() {
		lines := strings.SplitAfter(string(files[name].Data), "\n")
		if lines[len(lines)-1] == "" {
			lines = lines[:len(lines)-1]
		}
		fmt.Fprintf(&b, "--- /dev/null\n+++ b/%s\n@@ -0,0 +1,%d @@\n", name, len(lines))
		for _, l := range lines {
			b.WriteString("+" + l)
		}
	}
	if _, err := io.WriteString(out, b.String()); err != nil {
		return fmt.Errorf("printing the diff: %w", err)
	}
	return nil
}

// command returns the command line that makes the same project without
// questions.
func command(p *plan.Plan, dir string) string {
	s := p.Spec
	args := []string{"layup", "new", s.Name, "--yes", "--module", s.Module}
	if s.Description != "" {
		args = append(args, "--description", s.Description)
	}
	for _, axis := range p.Stack.AxisNames() {
		args = append(args, "--"+axis, s.Choices[axis])
	}
	if len(s.With) > 0 {
		args = append(args, "--with", strings.Join(s.With, ","))
	}
	if s.Example != "" {
		args = append(args, "--example", s.Example)
	}
	for _, r := range s.Resources {
		words := []string{r.Name}
		for _, f := range r.Fields {
			words = append(words, f.String())
		}
		args = append(args, "--resource", strings.Join(words, " "))
		args = append(args, accessFlag(p, r)...)
	}
	if dir != "" {
		args = append(args, "--dir", dir)
	}
	for i, a := range args {
		args[i] = shellQuote(a)
	}
	return strings.Join(args, " ")
}

// shellQuote quotes a word for a POSIX shell where it needs it.
func shellQuote(s string) string {
	safe := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:,@+=", r)
	}
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !safe(r) }) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// groups prints one status line per group of files once all of it is staged.
type groups struct {
	out   io.Writer
	total map[string]int
	left  map[string]int
}

func newGroups(s streams, files render.FileSet, quiet bool) *groups {
	g := &groups{out: s.err, total: map[string]int{}, left: map[string]int{}}
	if quiet || !s.progress {
		g.out = io.Discard
	}
	for name := range files {
		g.total[group(name)]++
		g.left[group(name)]++
	}
	return g
}

func group(name string) string {
	dirs := strings.Split(path.Dir(name), "/")
	return strings.Join(dirs[:min(2, len(dirs))], "/")
}

func (g *groups) done(name string) {
	k := group(name)
	if g.left[k]--; g.left[k] == 0 {
		label := k
		if slices.Contains([]string{".", ""}, k) {
			label = "project files"
		}
		fmt.Fprintf(g.out, "  create  %-24s %d files\n", label, g.total[k])
	}
}
