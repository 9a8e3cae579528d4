package httpx

import (
	"bytes"
	"strconv"
)

// oddities are what JSON allows and a database cannot hold, found in a value that
// was read without being understood.
type oddities struct {
	nul  bool // a NUL character in a text
	huge bool // a number beyond float64
}

// skip reads one value of any type and checks all of it, duplicate members
// included.
func (s *scanner) skip(odd *oddities) error {
	switch c := s.peek(); c {
	case '{':
		return s.skipObject(odd)
	case '[':
		return s.skipArray(odd)
	case '"':
		text, err := s.text()
		odd.nul = odd.nul || bytes.IndexByte(text, 0) >= 0
		return err
	case 't':
		return s.literal("true")
	case 'f':
		return s.literal("false")
	case 'n':
		return s.literal("null")
	default:
		return s.skipNumber(odd)
	}
}

func (s *scanner) skipObject(odd *oddities) error {
	if err := s.enter('{'); err != nil {
		return err
	}
	var names nameSet
	for n := 0; ; n++ {
		more, err := s.more('}', n)
		if !more || err != nil {
			return err
		}
		name, err := s.key()
		if err != nil {
			return err
		}
		if !names.add(name) {
			return s.fail("has a member twice")
		}
		odd.nul = odd.nul || bytes.IndexByte(name, 0) >= 0
		if err := s.skip(odd); err != nil {
			return err
		}
	}
}

func (s *scanner) skipArray(odd *oddities) error {
	if err := s.enter('['); err != nil {
		return err
	}
	for n := 0; ; n++ {
		more, err := s.more(']', n)
		if !more || err != nil {
			return err
		}
		if err := s.skip(odd); err != nil {
			return err
		}
	}
}

// skipNumber reads a number. Only one with an exponent or a great many digits can
// be out of range, so the others need not be converted.
func (s *scanner) skipNumber(odd *oddities) error {
	const safeDigits = 300
	number, err := s.number()
	if err == nil && (len(number) > safeDigits || bytes.ContainsAny(number, "eE")) {
		_, overflow := strconv.ParseFloat(string(number), 64)
		odd.huge = odd.huge || overflow != nil
	}
	return err
}

// nameSet finds duplicate members: by looking at each in a small object, and with a
// map in a large one, so that no object costs more than its size.
type nameSet struct {
	few  [][]byte
	many map[string]struct{}
}

// add returns false when the name is there already.
func (n *nameSet) add(name []byte) bool {
	const few = 16
	if n.many != nil {
		_, found := n.many[string(name)]
		n.many[string(name)] = struct{}{}
		return !found
	}
	for _, other := range n.few {
		if bytes.Equal(name, other) {
			return false
		}
	}
	if n.few = append(n.few, name); len(n.few) == few {
		n.many = make(map[string]struct{}, 2*few)
		for _, other := range n.few {
			n.many[string(other)] = struct{}{}
		}
	}
	return true
}
