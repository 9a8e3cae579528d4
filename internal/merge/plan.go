// Package merge decides what becomes of a project's files when it is rendered
// again: three ways, between what was rendered before (base), what the user
// made of it (ours) and what is rendered now (theirs). It reads files through
// its caller and writes none.
package merge

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"github.com/layup-dev/layup/internal/render"
)

// Status says what a Change does.
type Status string

// What can become of a file.
const (
	Create     Status = "create"    // theirs is written, where nothing is
	Update     Status = "update"    // theirs replaces what the user did not edit
	Merge      Status = "merge"     // the edits of both are in New
	Identical  Status = "identical" // ours has what theirs brings, already
	Conflicted Status = "conflict"  // left alone; the user has to decide
	Skip       Status = "skip"      // left alone; it is the user's now
	Remove     Status = "remove"    // deleted
)

// Change is what becomes of one file.
type Change struct {
	Path   string
	Status Status
	// Old is what the user has and New what is to be there; nil stands for no
	// file, empty for an empty one. New is Old where the file is left alone.
	Old, New []byte
	// Mode is that of the file as it is to be.
	Mode fs.FileMode
	// Conflicts are the places that both changed, of a text that could not be
	// merged.
	Conflicts []Conflict
	// Generated: layup writes all of the file, so that nothing of anybody is lost
	// when it is written anew.
	Generated bool
	// Note says why, for people, where the status does not say it.
	Note string
}

// Input is what a plan is made of.
type Input struct {
	// Base is what was rendered before, Theirs what is rendered now. A
	// generated file of Base may have a digest instead of data.
	Base, Theirs render.FileSet
	// Ours reads a file of the user, with an error that is fs.ErrNotExist when
	// there is none.
	Ours func(path string) (data []byte, mode fs.FileMode, err error)
	// Semantic merges files whose meaning is known, like go.mod, whatever their
	// lines are. It returns false for all others, and an error when it cannot
	// merge one, which is a conflict then. Ours is given to it with LF. It may
	// be nil.
	Semantic func(path string, base, ours, theirs []byte) (merged []byte, handled bool, err error)
	// Check returns an error when merged text is no good, for example because
	// it does not parse; that is a conflict. It may be nil.
	Check func(path string, data []byte) error
	// Force reports whether a file that is not rendered any more may be removed
	// although it was edited. It may be nil.
	Force func(path string) bool
	// Renew says that files which are written once are written anew, where they are as
	// they were rendered.
	Renew bool
	// Restore says that generated files are looked at although they are rendered as
	// before: they may be gone, or edited.
	Restore bool
	// Decide is asked what to do about a conflict; theirs is what was rendered, nil
	// for no file. It may be nil: then conflicts stay.
	Decide func(c Change, theirs []byte) Decision
}

// Plan returns what changes, sorted by path. Files that need nothing, because
// they are rendered as before or are gone on both sides, are not in it. How the
// lines of ours end, and a byte order mark before them, count for nothing and
// stay. The error is one of Ours.
func Plan(in Input) ([]Change, error) {
	paths := maps.Clone(in.Base)
	if paths == nil {
		paths = render.FileSet{}
	}
	maps.Copy(paths, in.Theirs)
	var plan []Change
	for _, path := range paths.Paths() {
		f := file{in: &in, path: path, base: in.Base[path], theirs: in.Theirs[path]}
		if f.unchanged() && (!in.Restore || f.theirs.Kind != render.Generated) {
			continue
		}
		if err := f.read(); err != nil {
			return nil, err
		}
		if change, ok := f.decide(); ok {
			plan = append(plan, change)
		}
	}
	return plan, nil
}

// file is one path and what it has on the three sides.
type file struct {
	in           *Input
	path         string
	base, theirs *render.File // nil when absent
	ours         []byte       // nil when absent
	mode         fs.FileMode  // of ours
}

// unchanged reports whether the file is rendered as it was before.
func (f *file) unchanged() bool {
	if f.base == nil || f.theirs == nil {
		return false
	}
	if digestOnly(f.base) {
		if f.theirs.Digest != "" {
			return f.base.Digest == f.theirs.Digest
		}
		return f.base.Digest == digest(f.theirs.Data)
	}
	return slices.Equal(f.base.Data, f.theirs.Data)
}

// read gets the file of the user.
func (f *file) read() error {
	data, mode, err := f.in.Ours(f.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("reading %s: %w", f.path, err)
	}
	f.ours, f.mode = present(data), mode
	return nil
}

// decide returns what becomes of a file that is rendered differently than
// before, and false when nothing does.
func (f *file) decide() (Change, bool) {
	switch {
	case f.theirs == nil:
		return f.gone()
	case f.base == nil:
		return f.added(), true
	case f.once():
		return Change{}, false // written once, and the user's since, wherever it is now
	default:
		return f.changed(), true
	}
}

// once reports whether the file is one that stays as it was written first.
func (f *file) once() bool {
	return !f.in.Renew && (f.base.Kind == render.Once || f.theirs != nil && f.theirs.Kind == render.Once)
}

// gone decides about a file that is not rendered any more.
func (f *file) gone() (Change, bool) {
	switch {
	case f.ours == nil, f.once():
		return Change{}, false
	case is(f.base, f.ours), f.in.Force != nil && f.in.Force(f.path):
		return Change{Path: f.path, Status: Remove, Old: f.ours, Mode: f.mode}, true
	default:
		return f.decided(f.keep(Conflicted, "edited; not removed"), nil), true
	}
}

// added decides about a file that was not rendered before.
func (f *file) added() Change {
	switch {
	case f.ours == nil:
		return f.create()
	case is(f.theirs, f.ours):
		return f.keep(Identical, "")
	default:
		return f.decided(f.keep(Conflicted, "is there already and was not written by layup; rename or move it"), nil)
	}
}

// changed decides about a file that is rendered differently.
func (f *file) changed() Change {
	kind := f.theirs.Kind
	switch {
	case f.ours == nil && kind != render.Starter:
		return f.create()
	case f.ours == nil:
		return f.keep(Skip, "deleted by you; not brought back")
	case is(f.theirs, f.ours):
		return f.keep(Identical, "")
	case is(f.base, f.ours):
		return f.write(Update, dressed(f.theirs.Data, f.ours))
	case kind == render.Generated && marked(f.ours): // git could not merge what two branches rendered
		return f.write(Update, dressed(f.theirs.Data, nil))
	case kind == render.Generated:
		return f.decided(f.keep(Conflicted, "edited, though layup writes all of it; take your edits elsewhere and delete it, and it is written anew"), nil)
	case digestOnly(f.base):
		return f.decided(f.keep(Conflicted, "edited; it was generated, so there is no base to merge it by"), nil)
	default:
		return f.merge()
	}
}

// merge combines the edits of both sides.
func (f *file) merge() Change {
	if f.in.Semantic != nil {
		merged, handled, err := f.in.Semantic(f.path, f.base.Data, normal(f.ours), f.theirs.Data)
		switch {
		case err != nil:
			return f.decided(f.keep(Conflicted, fmt.Sprintf("edited, and cannot be merged: %v", err)), nil)
		case handled:
			return f.merged(dressed(merged, f.ours))
		}
	}
	r := Text(f.base.Data, f.ours, f.theirs.Data)
	if !r.Clean() {
		c := f.keep(Conflicted, "edited in the same places")
		c.Conflicts = r.Conflicts()
		return f.decided(c, &r)
	}
	data := r.Bytes()
	if f.in.Check != nil {
		if err := f.in.Check(f.path, data); err != nil {
			return f.decided(f.keep(Conflicted, fmt.Sprintf("edited, and not valid when merged: %v", err)), nil)
		}
	}
	return f.merged(data)
}

func (f *file) merged(data []byte) Change {
	if slices.Equal(data, f.ours) {
		return f.keep(Identical, "")
	}
	return f.write(Merge, data)
}

// create writes theirs where nothing is.
func (f *file) create() Change {
	return Change{Path: f.path, Status: Create, New: present(f.theirs.Data), Mode: f.theirs.Mode}
}

// write replaces the contents of a file that is there.
func (f *file) write(status Status, data []byte) Change {
	return Change{Path: f.path, Status: status, Old: f.ours, New: present(data), Mode: f.mode}
}

// keep leaves the file, or its absence, alone.
func (f *file) keep(status Status, note string) Change {
	generated := f.base != nil && f.base.Kind == render.Generated && f.theirs != nil && f.theirs.Kind == render.Generated
	return Change{Path: f.path, Status: status, Old: f.ours, New: f.ours, Mode: f.mode, Generated: generated, Note: note}
}

// present returns data as the contents of a file that exists.
func present(data []byte) []byte {
	if data == nil {
		return []byte{}
	}
	return data
}
