package merge

import (
	"slices"
	"strings"
)

// span is a run of lines, from and including start, to and without end.
type span struct{ start, end int }

func (s span) empty() bool { return s.start == s.end }

// hunk says that the lines a of one text are the lines b in another.
type hunk struct{ a, b span }

// origin says who changed a region.
type origin int

const (
	byOurs   origin = iota
	byTheirs        // to be taken
	byBoth          // inserted by both, to be kept both
	disputed        // changed by both: a conflict
)

// region is a place that was changed, and where it is in each text.
type region struct {
	origin             origin
	base, ours, theirs span
}

// merge3 compares three texts. What it leaves out is the same in all of them, or
// changed in the same way by both. Changes that touch count as one place, as
// they do for git, so that people find the conflicts that they know from there.
func merge3(base, ours, theirs []string) []region {
	m := merger{ours: ours, theirs: theirs}
	x, y := diff(base, ours), diff(base, theirs)
	for len(x) > 0 && len(y) > 0 {
		a, b := x[0], y[0]
		switch {
		case a.a.end < b.a.start:
			m.add(oursOnly(a, b.b.start-b.a.start))
			x = x[1:]
			continue
		case b.a.end < a.a.start:
			m.add(theirsOnly(b, a.b.start-a.a.start))
			y = y[1:]
			continue
		}
		if !m.same(a, b) {
			m.add(m.both(a, b))
		}
		if a.a.end >= b.a.end {
			y = y[1:]
		}
		if b.a.end >= a.a.end {
			x = x[1:]
		}
	}
	for _, a := range x {
		m.add(oursOnly(a, len(theirs)-len(base)))
	}
	for _, b := range y {
		m.add(theirsOnly(b, len(ours)-len(base)))
	}
	return m.regions
}

// oursOnly is the region of a hunk where theirs is base; shift is how much
// further down the lines of base are in theirs.
func oursOnly(h hunk, shift int) region {
	return region{origin: byOurs, base: h.a, ours: h.b, theirs: span{h.a.start + shift, h.a.end + shift}}
}

func theirsOnly(h hunk, shift int) region {
	return region{origin: byTheirs, base: h.a, theirs: h.b, ours: span{h.a.start + shift, h.a.end + shift}}
}

type merger struct {
	ours, theirs []string
	regions      []region
}

// same reports whether both made the same change.
func (m *merger) same(a, b hunk) bool {
	return a.a == b.a && slices.Equal(m.ours[a.b.start:a.b.end], m.theirs[b.b.start:b.b.end])
}

// both is the region of two hunks that overlap or touch: each side is extended
// by as many lines as the other one changed beyond it.
func (m *merger) both(a, b hunk) region {
	base := span{min(a.a.start, b.a.start), max(a.a.end, b.a.end)}
	r := region{origin: disputed, base: base, ours: extend(a, base), theirs: extend(b, base)}
	if base.empty() && !related(m.ours[r.ours.start:r.ours.end], m.theirs[r.theirs.start:r.theirs.end]) {
		r.origin = byBoth
	}
	return r
}

func extend(h hunk, to span) span {
	return span{h.b.start - (h.a.start - to.start), h.b.end + (to.end - h.a.end)}
}

// related reports whether two insertions look like versions of one thing, of
// which keeping both would be wrong: they begin in the same way, or one of them
// has all the lines of the other.
func related(a, b []string) bool {
	a, b = trimBlank(a), trimBlank(b)
	if len(a) == 0 || len(b) == 0 || a[0] == b[0] {
		return true
	}
	if len(a) < len(b) {
		a, b = b, a
	}
	for i := range len(a) - len(b) + 1 {
		if slices.Equal(a[i:i+len(b)], b) {
			return true
		}
	}
	return false
}

// trimBlank returns lines without the blank ones at both ends.
func trimBlank(lines []string) []string {
	blank := func(line string) bool { return strings.TrimSpace(line) == "" }
	for len(lines) > 0 && blank(lines[0]) {
		lines = lines[1:]
	}
	for len(lines) > 0 && blank(lines[len(lines)-1]) {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// add appends a region. One that touches the region before it belongs to that: a
// hunk of one side reaches there over several of the other.
func (m *merger) add(r region) {
	if len(m.regions) > 0 {
		last := &m.regions[len(m.regions)-1]
		if r.ours.start <= last.ours.end || r.theirs.start <= last.theirs.end {
			last.origin = disputed
			last.base.end, last.ours.end, last.theirs.end = r.base.end, r.ours.end, r.theirs.end
			return
		}
	}
	m.regions = append(m.regions, r)
}

// chunks turns regions into text.
func chunks(regions []region, base, ours, theirs text) []chunk {
	cut := func(lines []string, s span) string { return strings.Join(lines[s.start:s.end], "") }
	var list []chunk
	done := 0 // lines of ours
	for _, r := range regions {
		list = append(list, chunk{text: cut(ours.lines, span{done, r.ours.start})})
		done = r.ours.end
		o, t := cut(ours.lines, r.ours), cut(theirs.lines, r.theirs)
		switch r.origin {
		case byOurs:
			list = append(list, chunk{text: o})
		case byTheirs:
			list = append(list, chunk{text: t})
		case byBoth:
			list = append(list, chunk{text: o}, chunk{text: t})
		case disputed:
			list = append(list, chunk{conflict: &Conflict{
				Line: r.ours.start + 1, Base: cut(base.lines, r.base), Ours: o, Theirs: t,
			}})
		}
	}
	return append(list, chunk{text: cut(ours.lines, span{done, len(ours.lines)})})
}
