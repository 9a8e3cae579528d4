package merge

import "math"

// match is a run of equal numbers: length of them from a in one sequence and
// from b in the other.
type match struct{ a, b, length int }

// maxCost bounds the search for the shortest edit: texts that differ in more
// places are compared well, but not best. It keeps time linear in the length
// of the texts.
const maxCost = 1000

// matches returns a longest common subsequence of two sequences, in order, by
// the algorithm in linear space of Eugene W. Myers, "An O(ND) Difference
// Algorithm and Its Variations", 1986.
func matches(a, b []int) []match {
	if len(a) == 0 || len(b) == 0 {
		return nil
	}
	size := len(a) + len(b) + 3 // a diagonal more on either side, which nobody reaches
	s := search{
		a: a, b: b,
		forward:  furthest{make([]int, size), len(b) + 1},
		backward: furthest{make([]int, size), len(b) + 1},
	}
	s.between(point{0, 0}, point{len(a), len(b)})
	return s.found
}

// point is a position in both sequences.
type point struct{ a, b int }

// diagonal is the number of the diagonal that p is on.
func (p point) diagonal() int { return p.a - p.b }

// search is one comparison.
type search struct {
	a, b              []int
	forward, backward furthest
	found             []match
}

// furthest has, by diagonal, the position in a of the point furthest on the way.
type furthest struct {
	at     []int
	offset int
}

func (f furthest) get(diagonal int) int    { return f.at[diagonal+f.offset] }
func (f furthest) set(diagonal, value int) { f.at[diagonal+f.offset] = value }

// between finds the matches between two points.
func (s *search) between(from, to point) {
	start := from
	for from.a < to.a && from.b < to.b && s.a[from.a] == s.b[from.b] {
		from.a, from.b = from.a+1, from.b+1
	}
	s.add(start, from.a-start.a)
	end := to
	for from.a < to.a && from.b < to.b && s.a[to.a-1] == s.b[to.b-1] {
		to.a, to.b = to.a-1, to.b-1
	}
	if from.a < to.a && from.b < to.b {
		middle := s.middle(from, to)
		s.between(from, middle)
		s.between(middle, to)
	}
	s.add(to, end.a-to.a)
}

func (s *search) add(p point, length int) {
	if length > 0 {
		s.found = append(s.found, match{p.a, p.b, length})
	}
}

// reach is a range of diagonals, every second one.
type reach struct{ low, high int }

// widen adds a diagonal on each side. At the edge of the field there are none to
// add; the range is then that of the other parity within.
func (r *reach) widen(f furthest, field reach, unreached int) {
	if r.low > field.low {
		r.low--
		f.set(r.low-1, unreached)
	} else {
		r.low++
	}
	if r.high < field.high {
		r.high++
		f.set(r.high+1, unreached)
	} else {
		r.high--
	}
}

func (r reach) has(diagonal int) bool { return r.low <= diagonal && diagonal <= r.high }

// middle returns a point on a shortest way between two points that have neither
// a match behind the one nor before the other. It goes from both ends, one
// edit at a time, until the ways meet.
func (s *search) middle(from, to point) point {
	field := reach{from.a - to.b, to.a - from.b}
	fwd := reach{from.diagonal(), from.diagonal()}
	bwd := reach{to.diagonal(), to.diagonal()}
	s.forward.set(fwd.low, from.a)
	s.backward.set(bwd.low, to.a)
	odd := (from.diagonal()-to.diagonal())%2 != 0
	for cost := 1; ; cost++ {
		fwd.widen(s.forward, field, math.MinInt/2)
		for d := fwd.high; d >= fwd.low; d -= 2 {
			x := s.advance(d, to)
			if odd && bwd.has(d) && s.backward.get(d) <= x {
				return point{x, x - d}
			}
		}
		bwd.widen(s.backward, field, math.MaxInt/2)
		for d := bwd.high; d >= bwd.low; d -= 2 {
			x := s.retreat(d, from)
			if !odd && fwd.has(d) && x <= s.forward.get(d) {
				return point{x, x - d}
			}
		}
		if cost >= maxCost {
			return s.giveUp(fwd, bwd, from, to)
		}
	}
}

// advance takes the next edit onto a diagonal, and all matches from there.
func (s *search) advance(d int, to point) int {
	x := max(s.forward.get(d-1)+1, s.forward.get(d+1))
	for x < to.a && x-d < to.b && s.a[x] == s.b[x-d] {
		x++
	}
	s.forward.set(d, x)
	return x
}

func (s *search) retreat(d int, from point) int {
	x := min(s.backward.get(d-1), s.backward.get(d+1)-1)
	for x > from.a && x-d > from.b && s.a[x-1] == s.b[x-d-1] {
		x--
	}
	s.backward.set(d, x)
	return x
}

// giveUp returns the point that is furthest on the way from either end.
func (s *search) giveUp(fwd, bwd reach, from, to point) point {
	best, gain := from, 0
	for d := fwd.low; d <= fwd.high; d += 2 {
		x := min(s.forward.get(d), to.a, to.b+d)
		if done := x + x - d - from.a - from.b; done > gain {
			best, gain = point{x, x - d}, done
		}
	}
	for d := bwd.low; d <= bwd.high; d += 2 {
		x := max(s.backward.get(d), from.a, from.b+d)
		if done := to.a + to.b - x - x + d; done > gain {
			best, gain = point{x, x - d}, done
		}
	}
	return best
}
