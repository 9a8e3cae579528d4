package httpx

import (
	"bytes"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth is how deep objects and arrays may nest.
const maxDepth = 64

// scanner walks over one JSON text. It is stricter than encoding/json, which lets
// pass what two parsers may read in two ways: duplicate members, lone surrogates,
// invalid UTF-8. All its errors are *SyntaxError; the caller has checked UTF-8.
type scanner struct {
	data  []byte
	pos   int
	depth int
}

func (s *scanner) fail(reason string) error {
	return &SyntaxError{Offset: s.pos, Reason: reason}
}

func (s *scanner) space() {
	for s.pos < len(s.data) {
		switch s.data[s.pos] {
		case ' ', '\t', '\r', '\n':
			s.pos++
		default:
			return
		}
	}
}

// peek skips white space and returns the next byte, or 0 at the end.
func (s *scanner) peek() byte {
	s.space()
	if s.pos == len(s.data) {
		return 0
	}
	return s.data[s.pos]
}

// take consumes the byte c, or fails.
func (s *scanner) take(c byte) error {
	if s.peek() != c {
		return s.unexpected()
	}
	s.pos++
	return nil
}

func (s *scanner) unexpected() error {
	if s.pos >= len(s.data) {
		return s.fail("ends too early")
	}
	return s.fail("is not valid JSON")
}

// enter consumes the opening byte of an object or array.
func (s *scanner) enter(open byte) error {
	if s.depth++; s.depth > maxDepth {
		return s.fail("is nested too deeply")
	}
	return s.take(open)
}

// more reports whether another element follows, and consumes the comma before it
// or the closing byte. n is how many elements have been read.
func (s *scanner) more(closing byte, n int) (bool, error) {
	switch c := s.peek(); {
	case c == closing:
		s.pos++
		s.depth--
		return false, nil
	case n == 0:
		return true, nil
	default:
		return true, s.take(',')
	}
}

// key reads the name of a member and the colon behind it.
func (s *scanner) key() ([]byte, error) {
	if s.peek() != '"' {
		return nil, s.unexpected()
	}
	name, err := s.text()
	if err != nil {
		return nil, err
	}
	return name, s.take(':')
}

// literal consumes a word such as null.
func (s *scanner) literal(word string) error {
	if !bytes.HasPrefix(s.data[s.pos:], []byte(word)) {
		return s.fail("is not valid JSON")
	}
	s.pos += len(word)
	return nil
}

// text reads a string and returns what it stands for. The result may be a part of
// the input, so it is only good until the caller has copied it.
func (s *scanner) text() ([]byte, error) {
	s.pos++ // the quote
	start := s.pos
	for s.pos < len(s.data) {
		switch c := s.data[s.pos]; {
		case c == '"':
			s.pos++
			return s.data[start : s.pos-1], nil
		case c == '\\':
			return s.escaped(bytes.Clone(s.data[start:s.pos]))
		case c < ' ':
			return nil, s.fail("is not valid JSON")
		default:
			s.pos++
		}
	}
	return nil, s.unexpected()
}

// escaped reads the rest of a string that has an escape, behind what was read.
func (s *scanner) escaped(text []byte) ([]byte, error) {
	for s.pos < len(s.data) {
		switch c := s.data[s.pos]; {
		case c == '"':
			s.pos++
			return text, nil
		case c < ' ':
			return nil, s.fail("is not valid JSON")
		case c != '\\':
			text = append(text, c)
			s.pos++
		default:
			r, err := s.escape()
			if err != nil {
				return nil, err
			}
			text = utf8.AppendRune(text, r)
		}
	}
	return nil, s.unexpected()
}

// escape reads one escape sequence.
func (s *scanner) escape() (rune, error) {
	const letters, meanings = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	if s.pos+1 >= len(s.data) {
		s.pos = len(s.data)
		return 0, s.unexpected()
	}
	c := s.data[s.pos+1]
	if c == 'u' {
		return s.unicode()
	}
	i := strings.IndexByte(letters, c)
	if i < 0 {
		return 0, s.fail("is not valid JSON")
	}
	s.pos += 2
	return rune(meanings[i]), nil
}

// unicode reads \uXXXX, or two of them when they are a surrogate pair.
func (s *scanner) unicode() (rune, error) {
	first, err := s.hex()
	if err != nil || !utf16.IsSurrogate(first) {
		return first, err
	}
	if bytes.HasPrefix(s.data[s.pos:], []byte(`\u`)) {
		second, err := s.hex()
		if err != nil {
			return 0, err
		}
		if r := utf16.DecodeRune(first, second); r != utf8.RuneError {
			return r, nil
		}
	}
	return 0, s.fail("has half of a surrogate pair")
}

// hex reads the six bytes of \uXXXX.
func (s *scanner) hex() (rune, error) {
	const length = len(`\uXXXX`)
	if len(s.data)-s.pos < length {
		return 0, s.fail("is not valid JSON")
	}
	n := rune(0)
	for _, c := range s.data[s.pos+2 : s.pos+length] {
		digit, ok := hexDigit(c)
		if !ok {
			return 0, s.fail("is not valid JSON")
		}
		n = n<<4 | digit
	}
	s.pos += length
	return n, nil
}

func hexDigit(c byte) (rune, bool) {
	switch {
	case '0' <= c && c <= '9':
		return rune(c - '0'), true
	case 'a' <= c && c <= 'f':
		return rune(c-'a') + 10, true
	case 'A' <= c && c <= 'F':
		return rune(c-'A') + 10, true
	default:
		return 0, false
	}
}

// number reads a number and returns its text.
func (s *scanner) number() ([]byte, error) {
	start := s.pos
	s.optional("-")
	if s.optional("0") == 0 && s.digits() == 0 {
		return nil, s.unexpected()
	}
	if s.optional(".") > 0 && s.digits() == 0 {
		return nil, s.unexpected()
	}
	if s.optional("eE") > 0 {
		s.optional("+-")
		if s.digits() == 0 {
			return nil, s.unexpected()
		}
	}
	return s.data[start:s.pos], nil
}

// optional consumes one byte if it is one of these.
func (s *scanner) optional(set string) int {
	if s.pos < len(s.data) && strings.IndexByte(set, s.data[s.pos]) >= 0 {
		s.pos++
		return 1
	}
	return 0
}

func (s *scanner) digits() int {
	start := s.pos
	for s.pos < len(s.data) && '0' <= s.data[s.pos] && s.data[s.pos] <= '9' {
		s.pos++
	}
	return s.pos - start
}
