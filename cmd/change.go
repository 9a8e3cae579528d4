package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"
	"github.com/spf13/cobra"

	"github.com/layup-dev/layup/internal/merge"
	"github.com/layup-dev/layup/internal/pipeline"
	"github.com/layup-dev/layup/internal/project"
	"github.com/layup-dev/layup/internal/spec"
	"github.com/layup-dev/layup/internal/stack/golang"
	"github.com/layup-dev/layup/templates"
)

// changeOptions are the flags of every command that changes a project.
type changeOptions struct {
	dir    string
	dryRun bool
	diff   bool
	json   bool
	// conflict decides about all conflicts; see --conflict. asks: on a terminal
	// they are asked about.
	conflict string
	asks     bool
	// found: changes are something found, which has an exit code of its own.
	found bool
}

func (o *changeOptions) addFlags(c *cobra.Command) {
	f := onceFlags{c.Flags()}
	f.StringVar(&o.dir, "dir", ".", "a directory inside the project")
	f.BoolVar(&o.dryRun, "dry-run", false, "print what would change and change nothing")
	f.BoolVar(&o.diff, "diff", false, "like --dry-run, with the contents as a diff")
	f.BoolVar(&o.json, "json", false, "print the result as one JSON document")
}

func (o *changeOptions) preview() bool { return o.dryRun || o.diff }

// changeResult is what --json prints: one document with a stable schema.
type changeResult struct {
	Name    string       `json:"name"`
	Module  string       `json:"module"`
	Dir     string       `json:"dir"`
	DryRun  bool         `json:"dry_run"`
	Changed bool         `json:"changed"`
	Files   []fileStatus `json:"files"`
}

// change is what a command does to a project, and what it says about it.
type change struct {
	plan func(*pipeline.Existing) (*pipeline.Outcome, error)
	// there is printed when there is nothing to do, next when there was, and
	// advice under the files that need a decision.
	there, next, advice string
	// notes are remarks on what was asked for.
	notes []string
}

// conflictsError lists the files that need a decision; nothing was written.
type conflictsError struct {
	changes []merge.Change
	advice  string
}

func (e *conflictsError) Error() string {
	var b strings.Builder
	b.WriteString("nothing was changed, because these files need a decision:")
	for _, c := range e.changes {
		if len(c.Conflicts) == 0 {
			fmt.Fprintf(&b, "\n  %s: %s", c.Path, c.Note)
		}
		for _, at := range c.Conflicts {
			fmt.Fprintf(&b, "\n  %s:%d: you and the templates changed the same lines\n%s%s", c.Path, at.Line, indented("yours:   ", at.Ours), indented("layup's: ", at.Theirs))
		}
	}
	text := strings.TrimSuffix(b.String(), "\n")
	if e.advice != "" {
		text += "\n" + e.advice
	}
	return text
}

func indented(label, text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString("    " + label + strings.TrimRight(line, "\r\n") + "\n")
	}
	return b.String()
}

// run is the whole of a command that changes a project: find it, lock it, put
// right what a killed run left behind, plan the change, write it and report.
func (o *changeOptions) run(ctx context.Context, s streams, c change) error {
	if o.diff && o.json {
		return usagef("--diff and --json both own standard output; choose one")
	}
	root, err := o.find()
	if err != nil {
		return err
	}
	unlock, err := project.Lock(ctx, root)
	if err != nil {
		return err
	}
	defer unlock()
	if err := o.recover(root, s); err != nil {
		return err
	}
	tree, err := project.Open(root)
	if err != nil {
		return err
	}
	defer tree.Close()
	existing, err := openExisting(tree)
	if err != nil {
		return err
	}
	decider, err := o.decider(ctx, s)
	if err != nil {
		return err
	}
	existing.Decide = decider.decide
	outcome, err := c.plan(existing)
	if err = errors.Join(err, decider.err); err != nil {
		return err
	}
	if conflicts := outcome.Conflicts(); len(conflicts) > 0 {
		return &conflictsError{conflicts, o.advice(c)}
	}
	if !o.preview() && len(outcome.Changes) > 0 {
		if err := tree.Apply(ctx, writes(outcome.Changes)); err != nil {
			return err
		}
	}
	if err := o.report(outcome, root, c, s); err != nil {
		return err
	}
	if o.found && len(outcome.Changes) > 0 {
		return &foundError{len(outcome.Changes), []string{"what layup apply would change"}}
	}
	return nil
}

// advice says what to do about the files that need a decision. What theirs and
// markers leave open are whole files of people's own, and neither decides about them.
func (o *changeOptions) advice(c change) string {
	switch merge.Decision(o.conflict) {
	case merge.TakeTheirs, merge.WriteMarker:
		return "--conflict " + o.conflict + " does not decide about whole files, so that none is lost: move or delete each and try again, or keep them with --conflict ours."
	}
	return c.advice
}

// find returns the root of the project that --dir is in.
func (o *changeOptions) find() (string, error) {
	if o.dir == "" {
		return "", usagef("--dir must not be empty")
	}
	if info, err := os.Stat(o.dir); err != nil || !info.IsDir() {
		return "", usagef("--dir %s: there is no such directory", o.dir)
	}
	root, err := project.Find(o.dir)
	if err != nil {
		return "", usageError{err}
	}
	return root, nil
}

// recover undoes what a killed run left behind, and says so. A preview changes
// nothing, so it refuses instead.
func (o *changeOptions) recover(root string, s streams) error {
	if o.preview() {
		if project.Interrupted(root) {
			return &project.ConflictError{Target: root, Msg: "was left half-changed by a run that was killed; the next run that is no preview puts it right"}
		}
		return nil
	}
	recovered, err := project.Recover(root)
	if recovered {
		fmt.Fprintln(s.err, "A run that was killed had left this project half-changed; it is as it was before now.")
	}
	return err
}

func openExisting(tree *project.Tree) (*pipeline.Existing, error) {
	engine, err := pipeline.Open(templates.FS, "go")
	if err != nil {
		return nil, err
	}
	return engine.Open(tree)
}

// writes turns what a plan decided into what is written.
func writes(changes []merge.Change) []project.Change {
	var out []project.Change
	for _, c := range changes {
		if c.Status != merge.Skip {
			out = append(out, project.Change{Path: c.Path, Old: c.Old, New: c.New, Mode: c.Mode})
		}
	}
	return out
}

func (o *changeOptions) report(outcome *pipeline.Outcome, root string, c change, s streams) error {
	for _, note := range slices.Concat(c.notes, outcome.Notes) {
		fmt.Fprintln(s.err, "Note:", note)
	}
	if len(outcome.Changes) == 0 {
		fmt.Fprintln(s.err, c.there)
	} else if o.diff && !slices.ContainsFunc(outcome.Changes, inDiff) {
		fmt.Fprintln(s.err, "Only what layup keeps in .layup would change.")
	}
	switch {
	case o.json:
		return o.reportJSON(outcome, root, s.out)
	case o.diff:
		return o.reportDiff(outcome, s.out)
	case o.dryRun:
		return printChanges(outcome.Changes, s.out)
	}
	if len(outcome.Changes) == 0 {
		return nil
	}
	if err := printChanges(outcome.Changes, s.err); err != nil {
		return err
	}
	fmt.Fprintf(s.err, "\nNext steps:\n%s", c.next)
	return nil
}

func printChanges(changes []merge.Change, out io.Writer) error {
	for _, c := range changes {
		note := ""
		if c.Note != "" {
			note = "  (" + c.Note + ")"
		}
		if _, err := fmt.Fprintf(out, "%-8s %s%s\n", c.Status, c.Path, note); err != nil {
			return fmt.Errorf("printing the changes: %w", err)
		}
	}
	return nil
}

func (o *changeOptions) reportJSON(outcome *pipeline.Outcome, root string, out io.Writer) error {
	doc := changeResult{Name: outcome.Plan.Spec.Name, Module: outcome.Plan.Spec.Module, Dir: root, DryRun: o.dryRun, Changed: len(outcome.Changes) > 0, Files: []fileStatus{}}
	for _, c := range outcome.Changes {
		doc.Files = append(doc.Files, fileStatus{Path: c.Path, Status: string(c.Status), Bytes: len(c.New), Note: c.Note})
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return fmt.Errorf("printing the result: %w", err)
	}
	return nil
}

// inDiff reports whether a diff shows a change.
func inDiff(c merge.Change) bool {
	return !strings.HasPrefix(c.Path, ".layup/") && c.Status != merge.Skip
}

// reportDiff prints what changes as git would, without layup's own base.
func (o *changeOptions) reportDiff(outcome *pipeline.Outcome, out io.Writer) error {
	for _, c := range outcome.Changes {
		if !inDiff(c) {
			continue
		}
		before, after := "a/"+c.Path, "b/"+c.Path
		if c.Old == nil {
			before = "/dev/null"
		}
		if c.New == nil {
			after = "/dev/null"
		}
		if _, err := io.WriteString(out, udiff.Unified(before, after, string(c.Old), string(c.New))); err != nil {
			return fmt.Errorf("printing the diff: %w", err)
		}
	}
	return nil
}

// isConflict reports whether err asks for a decision of the user.
func isConflict(err error) bool {
	var conflicts *conflictsError
	var inTheWay *project.ConflictError
	var present *pipeline.PresentError
	var referred *pipeline.ReferredError
	var field *pipeline.FieldPresentError
	var edit *spec.EditError
	var wiring *golang.WiringError
	return errors.As(err, &conflicts) || errors.As(err, &inTheWay) || errors.As(err, &present) || errors.As(err, &referred) || errors.As(err, &edit) ||
		errors.As(err, &field) || errors.As(err, &wiring)
}
