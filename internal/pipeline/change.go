package pipeline

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/layup-dev/layup/internal/base"
	"github.com/layup-dev/layup/internal/merge"
	"github.com/layup-dev/layup/internal/plan"
	"github.com/layup-dev/layup/internal/render"
	"github.com/layup-dev/layup/internal/spec"
)

// Outcome is what a change does to a project.
type Outcome struct {
	// Plan is what the project will be.
	Plan *plan.Plan
	// Changes lists the files, by path; nothing when there is nothing to do.
	Changes []merge.Change
	// Notes say what migrations do to rows that are there.
	Notes []string
}

// Conflicts returns the changes that need a decision.
func (o *Outcome) Conflicts() []merge.Change {
	var out []merge.Change
	for _, c := range o.Changes {
		if c.Status == merge.Conflicted {
			out = append(out, c)
		}
	}
	return out
}

// change compares the project with what the plan p renders. text is the new
// layup.yaml, extra are files that p does not render.
func (x *Existing) change(p *plan.Plan, text []byte, extra render.FileSet, force []string) (*Outcome, error) {
	before, theirs, archives, err := x.renders(p)
	if err != nil {
		return nil, err
	}
	maps.Copy(theirs, extra)
	renew := x.renewed(p) != ""
	if renew {
		if err := x.addOnceFiles(before); err != nil {
			return nil, err
		}
	}
	language := x.engine.Language
	changes, err := merge.Plan(merge.Input{
		Base: before, Theirs: theirs, Ours: x.files.Read,
		Semantic: language.Merge, Check: language.CheckFile, Force: func(name string) bool { return slices.Contains(force, name) }, Decide: x.Decide, Restore: x.restore, Renew: renew,
	})
	if err != nil {
		return nil, err
	}
	if renew {
		noteOld(changes, before)
	}
	changes = slices.DeleteFunc(changes, func(c merge.Change) bool { return c.Status == merge.Identical })
	if err := x.noteRenamed(changes, before, theirs); err != nil {
		return nil, err
	}
	own, err := x.ownFiles(p, text, archives)
	if err != nil {
		return nil, err
	}
	changes = append(changes, own...)
	slices.SortFunc(changes, func(a, b merge.Change) int { return strings.Compare(a.Path, b.Path) })
	return &Outcome{Plan: p, Changes: changes}, nil
}

// renewed names the option with which the files that are written once begin anew,
// or "".
func (x *Existing) renewed(p *plan.Plan) string {
	for _, axis := range x.engine.Stack.Axes {
		if option := p.Spec.Choices[axis.Name]; axis.Once && option != x.last.Spec.Choices[axis.Name] {
			return option
		}
	}
	return ""
}

// addOnceFiles adds what stands beside the files that were written once: it is in the
// language of another option, and nobody but its author can say what becomes of it.
func (x *Existing) addOnceFiles(before render.FileSet) error {
	names, err := x.onceFiles()
	for _, name := range names {
		if before[name] == nil {
			before[name] = &render.File{Kind: render.Once, Digest: "unknown"}
		}
	}
	return err
}

// noteOld says what to do about files of the option before that cannot be told from
// edited ones: after a change of fields, the first migration of a resource is not as it
// would be rendered now.
func noteOld(changes []merge.Change, before render.FileSet) {
	for i, c := range changes {
		if old := before[c.Path]; c.Status == merge.Conflicted && old != nil && old.Kind == render.Once {
			changes[i].Note = "has a history that layup cannot carry over; take what is yours elsewhere and delete it: what the new choice needs is written then"
		}
	}
}

// ownFiles returns the changes to what the engine itself keeps in a project:
// layup.yaml and the base.
func (x *Existing) ownFiles(p *plan.Plan, text []byte, archives render.FileSet) ([]merge.Change, error) {
	var out []merge.Change
	wanted := map[string][]byte{spec.FileName: text}
	for name, f := range archives {
		wanted[name] = f.Data
	}
	for _, r := range x.last.Spec.Resources {
		if !slices.ContainsFunc(p.Spec.Resources, func(o spec.Resource) bool { return o.Name == r.Name }) {
			wanted[base.ResourceFile(r.Name)] = nil
		}
	}
	for name, data := range wanted {
		old, mode, err := x.files.Read(name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		c := merge.Change{Path: name, Status: merge.Update, Old: old, New: data, Mode: mode}
		switch {
		case err != nil && data == nil, err == nil && data != nil && bytes.Equal(old, data):
			continue
		case err != nil:
			c.Status, c.Mode, c.Old = merge.Create, 0o644, nil
		case data == nil:
			c.Status = merge.Remove
		}
		out = append(out, c)
	}
	return out, nil
}
