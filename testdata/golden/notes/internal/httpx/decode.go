package httpx

import (
	"errors"
	"fmt"
	"reflect"
	"unicode/utf8"

	"example.com/notes/internal/model"
)

const (
	// maxViolations bounds the answer to a body that is all mistakes.
	maxViolations = 50
	// maxNameShown bounds what an unknown member may put into the answer.
	maxNameShown = 64
)

// Decode reads a JSON object into the struct that dst points to. Every exported
// field of it has a json tag, and its type says what the client may do:
//
//	T                 the member is required, and null is refused
//	*T                the member may be missing, or null
//	model.Change[T]   the member may be missing, and dst knows; null is refused
//	model.Change[*T]  the same, and null empties the field
//
// T is a string, int, float64, bool, time.Time, json.RawMessage, a type that reads
// itself from a text, a struct, or a slice of these.
//
// Decode returns a *SyntaxError for what is not one JSON object: also for duplicate
// members, invalid UTF-8, half surrogate pairs and too much depth. It returns a
// *model.ValidationError with everything else that is wrong: unknown, missing and
// null members, other types, numbers out of range, NUL characters. Names match by
// case. Any other error means that dst is unfit.
//
// Where something is wrong and dst has a method Validate() error, what that says
// about the members that could be read is reported too. Otherwise it is left to the
// service, which applies the rules anyway.
func Decode(body []byte, dst any) error {
	target := reflect.ValueOf(dst)
	if target.Kind() != reflect.Pointer || target.IsNil() || target.Elem().Kind() != reflect.Struct {
		return fmt.Errorf("decode into %T: want a pointer to a struct", dst)
	}
	s, err := shapeOf(target.Type().Elem())
	if err != nil {
		return err
	}
	d := decoder{scanner: scanner{data: body}}
	if err := d.document(s, target.Elem()); err != nil {
		return err
	}
	if d.count > 0 {
		d.rules(s, dst)
	}
	return d.violations.Err() //nolint:wrapcheck // made here
}

// decoder reads values of known shape. Syntax errors end it at once; broken rules
// are collected, and the rest of the body is read all the same.
type decoder struct {
	scanner
	violations model.Violations
	count      int
	seen       []bool // which fields of the outermost object are there
}

func (d *decoder) document(s *shape, target reflect.Value) error {
	if !utf8.Valid(d.data) {
		return d.fail("is not valid UTF-8")
	}
	if c := d.peek(); c != '{' && c != 0 {
		return d.fail("is not a JSON object")
	}
	if err := d.object(s, target, ""); err != nil {
		return err
	}
	if d.space(); d.pos < len(d.data) {
		return d.fail("goes on behind its end")
	}
	return nil
}

func (d *decoder) refuse(path, code, detail string) {
	if d.count++; d.count <= maxViolations {
		d.violations.Add(path, code, detail)
	}
}

// object reads the members of a struct.
func (d *decoder) object(s *shape, target reflect.Value, path string) error {
	if err := d.enter('{'); err != nil {
		return err
	}
	seen := make([]bool, len(s.fields))
	if path == "" {
		d.seen = seen
	}
	var strangers nameSet
	for n := 0; ; n++ {
		more, err := d.more('}', n)
		if err != nil {
			return err
		}
		if !more {
			break
		}
		if err := d.member(s, target, path, seen, &strangers); err != nil {
			return err
		}
	}
	for i, f := range s.fields {
		if f.required && !seen[i] {
			d.refuse(path+f.token, model.CodeRequired, "is required")
		}
	}
	return nil
}

func (d *decoder) member(s *shape, target reflect.Value, path string, seen []bool, strangers *nameSet) error {
	name, err := d.key()
	if err != nil {
		return err
	}
	i, known := s.names[string(name)]
	if !known {
		if !strangers.add(name) {
			return d.fail("has a member twice")
		}
		return d.stranger(path, name)
	}
	if seen[i] {
		return d.fail("has a member twice")
	}
	seen[i] = true
	f := &s.fields[i]
	return d.value(f.shape, target.Field(f.index), path+f.token)
}

// rules adds what the input's own rules say about the members that could be read.
func (d *decoder) rules(s *shape, dst any) {
	input, ok := dst.(interface{ Validate() error })
	if !ok {
		return
	}
	broken, ok := errors.AsType[*model.ValidationError](input.Validate())
	if !ok {
		return
	}
	unsound := d.unsound()
	for _, f := range broken.Fields {
		i, known := s.names[member(f.Pointer)]
		if known && d.seen[i] && !unsound[member(f.Pointer)] {
			d.refuse(f.Pointer, f.Code, f.Detail)
		}
	}
}

// unsound names the members of the outermost object that something is wrong with.
func (d *decoder) unsound() map[string]bool {
	names := map[string]bool{}
	if soFar, ok := errors.AsType[*model.ValidationError](d.violations.Err()); ok {
		for _, f := range soFar.Fields {
			names[member(f.Pointer)] = true
		}
	}
	return names
}

func (d *decoder) stranger(path string, name []byte) error {
	shown := string(name[:min(len(name), maxNameShown)])
	d.refuse(pointer(path, shown), model.CodeUnknown, "is not a member of this object")
	return d.skip(&oddities{})
}
