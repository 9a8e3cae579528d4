package merge

import "github.com/layup-dev/layup/internal/render"

// Decision is what a user wants done about a conflict.
type Decision string

// The decisions.
const (
	Undecided   Decision = ""        // it stays a conflict
	KeepOurs    Decision = "ours"    // what the user has wins where both changed
	TakeTheirs  Decision = "theirs"  // what was rendered wins where both changed
	WriteMarker Decision = "markers" // both stand in the file, between markers
)

// labels name the texts between conflict markers.
func labels() Labels {
	return Labels{Ours: "yours", Base: "rendered before", Theirs: "layup"}
}

// decided asks for a decision about a conflict and carries it out. Where the
// files as a whole are in conflict there is no place for markers.
func (f *file) decided(c Change, r *Result) Change {
	if f.in.Decide == nil {
		return c
	}
	decision := f.in.Decide(c, data(f.theirs))
	switch {
	case decision == KeepOurs && r != nil:
		return f.merged(r.Resolve(Ours))
	case decision == TakeTheirs && r != nil:
		return f.merged(r.Resolve(Theirs))
	case decision == WriteMarker && r != nil && !r.binary:
		c = f.write(Merge, r.Markers(labels()))
		c.Note = "holds conflict markers; mend it"
		return c
	case decision == KeepOurs:
		return f.keep(Skip, "yours was kept")
	case decision == TakeTheirs && f.theirs == nil:
		return Change{Path: f.path, Status: Remove, Old: f.ours, Mode: f.mode}
	case decision == TakeTheirs:
		return f.write(Update, dressed(f.theirs.Data, f.ours))
	}
	return c
}

func data(f *render.File) []byte {
	if f == nil {
		return nil
	}
	return f.Data
}
