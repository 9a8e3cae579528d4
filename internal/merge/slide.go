package merge

// slide moves runs of lines without a counterpart up or down, where the lines
// around them leave the choice: next to lines that only the other text has, so
// that a replacement is seen as one, or else as far down as they go. Two people
// who insert the same are then found to do it at the same place.
func slide(lines []string, counterparts []int, other int) {
	s := slider{lines: lines, to: counterparts, other: other}
	for s.end < len(lines) {
		if s.to[s.end] != none {
			s.start, s.end = s.end+1, s.end+1
			continue
		}
		s.start = s.end
		s.grow()
		s.settle()
	}
}

// slider is a run of lines without a counterpart.
type slider struct {
	span
	lines []string
	to    []int
	other int // lines of the other text
}

// settle moves the run to where it is to be.
func (s *slider) settle() {
	for size := 0; size < s.end-s.start; { // each time it met another run
		size = s.end - s.start
		for s.up() {
		}
		highest, beside := s.end, none
		for ok := true; ok; ok = s.down() {
			if s.replaces() {
				beside = s.end
			}
		}
		if size < s.end-s.start || beside == none || s.end == highest {
			continue
		}
		for s.end > beside {
			s.up()
		}
	}
}

// replaces reports whether the other text has lines of its own at this place.
func (s *slider) replaces() bool {
	before, after := none, s.other
	if s.start > 0 {
		before = s.to[s.start-1]
	}
	if s.end < len(s.lines) {
		after = s.to[s.end]
	}
	return after-before > 1
}

// up moves the run by one line, if that says the same.
func (s *slider) up() bool {
	if s.start == 0 || s.lines[s.start-1] != s.lines[s.end-1] {
		return false
	}
	s.start, s.end = s.start-1, s.end-1
	s.to[s.start], s.to[s.end] = none, s.to[s.start]
	s.grow()
	return true
}

func (s *slider) down() bool {
	if s.end == len(s.lines) || s.lines[s.start] != s.lines[s.end] {
		return false
	}
	s.to[s.start], s.to[s.end] = s.to[s.end], none
	s.start, s.end = s.start+1, s.end+1
	s.grow()
	return true
}

// grow takes in the runs that this one touches.
func (s *slider) grow() {
	for s.start > 0 && s.to[s.start-1] == none {
		s.start--
	}
	for s.end < len(s.lines) && s.to[s.end] == none {
		s.end++
	}
}
