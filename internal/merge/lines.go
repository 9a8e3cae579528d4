package merge

import (
	"bytes"
	"strings"
)

const (
	byteOrderMark = "\xef\xbb\xbf"
	lf            = "\n"
	crlf          = "\r\n"
)

// text is a text as its lines.
type text struct {
	lines []string // as they are, with their ends
	keys  []string // what they are compared by: all that end do so with LF
	mark  bool     // a byte order mark stood before them
	// How many lines end with LF alone, and how many with CRLF.
	lfs, crlfs int
}

func newText(data []byte) text {
	rest, mark := bytes.CutPrefix(data, []byte(byteOrderMark))
	t := text{lines: splitLines(string(rest)), mark: mark}
	t.keys = t.lines
	if bytes.Contains(rest, []byte(crlf)) {
		t.keys = make([]string, len(t.lines))
	}
	for i, line := range t.lines {
		switch {
		case strings.HasSuffix(line, crlf):
			t.keys[i] = strings.TrimSuffix(line, crlf) + lf
			t.crlfs++
			continue
		case strings.HasSuffix(line, lf):
			t.lfs++
		}
		t.keys[i] = line
	}
	return t
}

func splitLines(s string) []string {
	lines := make([]string, 0, strings.Count(s, lf)+1)
	for len(s) > 0 {
		end := strings.IndexByte(s, '\n') + 1
		if end == 0 {
			end = len(s)
		}
		lines = append(lines, s[:end])
		s = s[end:]
	}
	return lines
}

// eol is how a line is ended that is added to the text.
func (t text) eol() string {
	if t.crlfs > t.lfs {
		return crlf
	}
	return lf
}

// endAs gives the lines of t the ends that all lines of other have. It leaves
// them alone when other has both.
func (t *text) endAs(other text) {
	switch {
	case other.lfs == 0 && other.crlfs > 0 && t.lfs > 0:
		t.lines = make([]string, len(t.keys))
		for i, key := range t.keys {
			t.lines[i] = key
			if line, ended := strings.CutSuffix(key, lf); ended {
				t.lines[i] = line + crlf
			}
		}
	case other.crlfs == 0 && other.lfs > 0 && t.lfs == 0:
		t.lines = t.keys
	}
}

// normal returns data without what an editor may change unasked: as LF, without
// a byte order mark.
func normal(data []byte) []byte {
	data = bytes.TrimPrefix(data, []byte(byteOrderMark))
	if bytes.IndexByte(data, '\r') < 0 {
		return data
	}
	return bytes.ReplaceAll(data, []byte(crlf), []byte(lf))
}

// dressed returns data, which has neither CRLF nor a byte order mark, with those
// that like has: CRLF when all of its lines end so.
func dressed(data, like []byte) []byte {
	if bytes.IndexByte(like, '\r') < 0 && !bytes.HasPrefix(like, []byte(byteOrderMark)) {
		return data
	}
	was := newText(like)
	if isBinary(like) || isBinary(data) || was.crlfs == 0 && !was.mark {
		return data
	}
	t := newText(data)
	t.endAs(was)
	out := strings.Join(t.lines, "")
	if was.mark && !t.mark {
		out = byteOrderMark + out
	}
	return []byte(out)
}
