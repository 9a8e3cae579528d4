//go:build unix

package prompt_test

import (
	"strconv"
	"strings"
)

// screen is as much of a terminal as the forms use: it shows what a person
// would see, where the bytes alone are only differences.
type screen struct {
	cols, rows, x, y int
	cells            [][]rune
	pending          []rune // an unfinished escape sequence
	last             rune
}

func newScreen(cols, rows int) *screen {
	s := &screen{cols: cols, rows: rows}
	for range rows {
		s.cells = append(s.cells, blank(cols))
	}
	return s
}

func blank(n int) []rune { return []rune(strings.Repeat(" ", n)) }

func (s *screen) String() string {
	var b strings.Builder
	for _, row := range s.cells {
		b.WriteString(strings.TrimRight(string(row), " ") + "\n")
	}
	return b.String()
}

func (s *screen) write(text string) {
	for _, r := range text {
		if len(s.pending) > 0 || r == '\x1b' {
			s.escape(r)
			continue
		}
		s.put(r)
	}
}

func (s *screen) put(r rune) {
	switch r {
	case '\r':
		s.x = 0
	case '\n':
		s.lineFeed()
	case '\b':
		s.x = max(0, s.x-1)
	case '\t':
		s.x = min(s.cols-1, s.x/8*8+8)
	default:
		if r < ' ' {
			return
		}
		if s.x == s.cols {
			s.x = 0
			s.lineFeed()
		}
		s.cells[s.y][s.x] = r
		s.x++
		s.last = r
	}
}

func (s *screen) lineFeed() {
	if s.y < s.rows-1 {
		s.y++
		return
	}
	s.cells = append(s.cells[1:], blank(s.cols))
}

// escape collects a sequence and carries it out when it is complete.
func (s *screen) escape(r rune) {
	s.pending = append(s.pending, r)
	n := len(s.pending)
	switch {
	case n == 1:
	case n == 2 && strings.ContainsRune("[]P_", r):
	case n == 2:
		if r == 'M' {
			s.y = max(0, s.y-1)
		}
		s.pending = nil
	case s.pending[1] == '[':
		if r >= '@' && r <= '~' {
			parameters := string(s.pending[2 : n-1])
			s.pending = nil
			s.control(r, parameters)
		}
	case r == '\a', r == '\\' && s.pending[n-2] == '\x1b':
		s.pending = nil
	}
}

func (s *screen) control(final rune, parameters string) {
	if strings.ContainsAny(parameters, "?>=<$") {
		return
	}
	first, second, _ := strings.Cut(parameters, ";")
	n, _ := strconv.Atoi(first)
	m, _ := strconv.Atoi(second)
	count := max(1, n)
	x := min(s.x, s.cols-1)
	switch final {
	case 'A':
		s.y = max(0, s.y-count)
	case 'B':
		s.y = min(s.rows-1, s.y+count)
	case 'C':
		s.x = min(s.cols-1, x+count)
	case 'D':
		s.x = max(0, x-count)
	case 'G':
		s.x = min(s.cols, count) - 1
	case 'd':
		s.y = min(s.rows, count) - 1
	case 'H':
		s.y, s.x = min(s.rows, count)-1, min(s.cols, max(1, m))-1
	case 'J':
		s.erase(n)
	case 'K':
		s.eraseLine(n)
	case 'X':
		copy(s.cells[s.y][x:], blank(min(count, s.cols-x)))
	case 'P':
		s.cells[s.y] = append(append(s.cells[s.y][:x:x], s.cells[s.y][min(s.cols, x+count):]...), blank(min(count, s.cols-x))...)
	case '@':
		s.cells[s.y] = append(append(s.cells[s.y][:x:x], blank(count)...), s.cells[s.y][x:]...)[:s.cols]
	case 'b':
		for range count {
			s.put(s.last)
		}
	}
}

func (s *screen) erase(mode int) {
	if mode == 0 {
		s.eraseLine(0)
	}
	for y := range s.rows {
		if mode >= 2 || mode == 0 && y > s.y || mode == 1 && y < s.y {
			s.cells[y] = blank(s.cols)
		}
	}
}

func (s *screen) eraseLine(mode int) {
	x := min(s.x, s.cols-1)
	switch mode {
	case 0:
		copy(s.cells[s.y][x:], blank(s.cols-x))
	case 1:
		copy(s.cells[s.y], blank(x+1))
	default:
		s.cells[s.y] = blank(s.cols)
	}
}
