package merge

import "slices"

// none stands for the counterpart of a line that the other text lacks.
const none = -1

// diff returns what makes b of a, in order. Of the ways to say it that are
// equally short it chooses as git does.
func diff(a, b []string) []hunk {
	if slices.Equal(a, b) {
		return nil
	}
	inB := align(a, b)
	slide(a, inB, len(b))
	inA := inverse(inB, len(b))
	slide(b, inA, len(a))
	return hunks(inA, len(a))
}

// align returns for each line of a its counterpart in b, or none.
func align(a, b []string) []int {
	inB := make([]int, len(a))
	head, tail := common(a, b)
	for i := range inB {
		switch {
		case i < head:
			inB[i] = i
		case i >= len(a)-tail:
			inB[i] = i - len(a) + len(b)
		default:
			inB[i] = none
		}
	}
	x, y := shared(a, b, head, tail)
	for _, m := range matches(x.ids, y.ids) {
		for i := range m.length {
			inB[head+x.at[m.a+i]] = head + y.at[m.b+i]
		}
	}
	return inB
}

// common counts the lines that both texts begin and end with.
func common(a, b []string) (head, tail int) {
	shorter := min(len(a), len(b))
	for head < shorter && a[head] == b[head] {
		head++
	}
	for tail < shorter-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	return head, tail
}

// sequence is some of the lines of a text: numbers, equal for equal lines, and
// where they are in the text.
type sequence struct{ ids, at []int }

// shared returns those lines between a common head and tail of two texts that
// occur anywhere in the other one: the rest can have no counterpart. What
// occurs in the head or the tail counts because it does so in git.
func shared(a, b []string, head, tail int) (x, y sequence) {
	if head+tail == len(a) || head+tail == len(b) {
		return x, y
	}
	middleA, middleB := a[head:len(a)-tail], b[head:len(b)-tail]
	const inA, inB = 1, 2
	type entry struct{ id, in int }
	known := make(map[string]entry, len(middleA))
	see := func(lines []string, in int) {
		for _, line := range lines {
			e, ok := known[line]
			if !ok {
				e.id = len(known)
			}
			if e.in&in != in {
				known[line] = entry{e.id, e.in | in}
			}
		}
	}
	see(middleA, inA)
	see(middleB, inB)
	for _, lines := range [][]string{a[:head], a[len(a)-tail:]} {
		for _, line := range lines {
			if e, ok := known[line]; ok {
				known[line] = entry{e.id, inA | inB}
			}
		}
	}
	pick := func(lines []string) (s sequence) {
		for i, line := range lines {
			if e := known[line]; e.in == inA|inB {
				s.ids, s.at = append(s.ids, e.id), append(s.at, i)
			}
		}
		return s
	}
	return pick(middleA), pick(middleB)
}

// inverse turns the counterparts of one text into those of the other, which has
// that many lines.
func inverse(counterparts []int, lines int) []int {
	inv := make([]int, lines)
	for i := range inv {
		inv[i] = none
	}
	for i, j := range counterparts {
		if j != none {
			inv[j] = i
		}
	}
	return inv
}

// hunks lists what lies between lines and their counterparts in another text,
// of which other is the number of lines.
func hunks(inA []int, other int) []hunk {
	var list []hunk
	var a, b int // lines of both that are done
	upTo := func(i, j int) {
		if a < i || b < j {
			list = append(list, hunk{a: span{a, i}, b: span{b, j}})
		}
		a, b = i+1, j+1
	}
	for j, i := range inA {
		if i != none {
			upTo(i, j)
		}
	}
	upTo(other, len(inA))
	return list
}
