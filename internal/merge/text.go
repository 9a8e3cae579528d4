package merge

import (
	"bytes"
	"strings"
)

// Side says whose lines are taken where both changed the same place.
type Side int

// The sides of a conflict.
const (
	Ours   Side = iota // what the user has
	Theirs             // what was rendered now
)

// Labels name the three texts in conflict markers.
type Labels struct {
	Ours, Base, Theirs string
}

// Conflict is a place that both changed, each in another way.
type Conflict struct {
	// Line is the first line of the place in ours, counted from 1. When ours
	// has no line there, it is the line that follows.
	Line int
	// Base, Ours and Theirs are the lines that each of them has there.
	Base, Ours, Theirs string
}

// Result is a text that was merged.
type Result struct {
	chunks []chunk
	ours   text // says how lines end, and whether a byte order mark goes first
	mark   bool // a byte order mark goes first
	binary bool
}

// chunk is a piece of the result: text that both sides agree on, or a conflict.
type chunk struct {
	text     string
	conflict *Conflict
}

// Text merges into ours what theirs changed in base, by lines and in the way of
// git merge-file, with these differences:
//
//   - What both insert at the same place, replacing nothing, is no conflict:
//     both stay, ours first, unless they look like two versions of one thing
//     (see related).
//   - How a line ends, CRLF or LF, is the affair of ours. It makes no line
//     different, and lines from theirs end as all lines of ours do. The same
//     goes for a byte order mark.
//
// Changes that touch are a conflict, as in git, and so are different changes of
// a text with a NUL in it.
func Text(base, ours, theirs []byte) Result {
	switch {
	case bytes.Equal(ours, base), bytes.Equal(ours, theirs):
		return Result{chunks: []chunk{{text: string(theirs)}}}
	case bytes.Equal(base, theirs):
		return Result{chunks: []chunk{{text: string(ours)}}}
	case isBinary(base), isBinary(ours), isBinary(theirs):
		whole := &Conflict{Line: 1, Base: string(base), Ours: string(ours), Theirs: string(theirs)}
		return Result{chunks: []chunk{{conflict: whole}}, binary: true}
	}
	b, o, t := newText(base), newText(ours), newText(theirs)
	t.endAs(o)
	regions := merge3(b.keys, o.keys, t.keys)
	return Result{
		chunks: chunks(regions, b, o, t),
		ours:   o,
		mark:   o.mark || t.mark && !b.mark,
	}
}

// Clean reports whether there was no conflict.
func (r Result) Clean() bool { return len(r.Conflicts()) == 0 }

// Conflicts lists the conflicts in the order of their lines.
func (r Result) Conflicts() []Conflict {
	var list []Conflict
	for _, c := range r.chunks {
		if c.conflict != nil {
			list = append(list, *c.conflict)
		}
	}
	return list
}

// Bytes returns the merged text. It is nil when the result is not clean.
func (r Result) Bytes() []byte {
	if !r.Clean() {
		return nil
	}
	return r.Resolve(Ours)
}

// Resolve returns the merged text, with the lines of one side at every
// conflict.
func (r Result) Resolve(side Side) []byte {
	return r.write(func(c *Conflict) []string {
		if side == Theirs {
			return []string{c.Theirs}
		}
		return []string{c.Ours}
	})
}

// Markers returns the merged text with markers around every conflict, as
// git's diff3 style writes them. There is no place for markers in what is not
// text: then the result is ours.
func (r Result) Markers(labels Labels) []byte {
	if r.binary {
		return r.Resolve(Ours)
	}
	eol := r.ours.eol()
	line := func(mark, label string) string { return strings.TrimRight(mark+" "+label, " ") + eol }
	return r.write(func(c *Conflict) []string {
		return []string{
			line("<<<<<<<", labels.Ours), c.Ours,
			line("|||||||", labels.Base), c.Base,
			line("=======", ""), c.Theirs,
			line(">>>>>>>", labels.Theirs),
		}
	})
}

// write joins the chunks. Of two that follow each other, the first ends its
// last line, which it need not have done at the end of its text.
func (r Result) write(resolve func(*Conflict) []string) []byte {
	out := make([]byte, 0, r.size())
	if r.mark {
		out = append(out, byteOrderMark...)
	}
	start := len(out)
	put := func(text string) {
		if text == "" {
			return
		}
		if len(out) > start && out[len(out)-1] != '\n' {
			out = append(out, r.ours.eol()...)
		}
		out = append(out, text...)
	}
	for _, c := range r.chunks {
		if c.conflict == nil {
			put(c.text)
			continue
		}
		for _, part := range resolve(c.conflict) {
			put(part)
		}
	}
	return out
}

// size is about how long the result gets.
func (r Result) size() int {
	n := len(byteOrderMark)
	for _, c := range r.chunks {
		n += len(c.text)
		if c.conflict != nil {
			n += len(c.conflict.Base) + len(c.conflict.Ours) + len(c.conflict.Theirs) + 100
		}
	}
	return n
}

func isBinary(data []byte) bool { return bytes.IndexByte(data, 0) >= 0 }
