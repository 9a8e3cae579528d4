package httpx

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"
)

// kind is how a value is read.
type kind int

const (
	kindString kind = iota
	kindInteger
	kindFloat
	kindBool
	kindTime
	kindText // a type that reads itself from a text
	kindRaw  // any JSON value, kept as it is
	kindList
	kindObject
)

// shape is what Decode needs to know about a type. It is found out once per type.
type shape struct {
	kind     kind
	change   bool // a model.Change of what follows
	nullable bool // a pointer to what follows
	typ      reflect.Type
	elem     *shape         // of a list
	fields   []field        // of an object
	names    map[string]int // of an object: indices of fields
}

// field is one member of an object.
type field struct {
	token    string // its part of a JSON pointer
	index    int    // in the struct
	required bool
	shape    *shape
}

// receiver is a *model.Change.
type receiver interface{ Receive() any }

// shapes remembers the shape of every type that was decoded.
var shapes sync.Map //nolint:gochecknoglobals // a cache of facts about types, which never change

// shapeOf returns the shape of a request type. An error is a mistake in the
// program: a type or a tag that Decode does not support.
func shapeOf(t reflect.Type) (*shape, error) {
	if known, ok := shapes.Load(t); ok {
		return known.(*shape), nil //nolint:forcetypeassert // nothing else is stored
	}
	s, err := compile(t, 0)
	if err != nil {
		return nil, fmt.Errorf("decode into %s: %w", t, err)
	}
	shapes.Store(t, s)
	return s, nil
}

func compile(t reflect.Type, depth int) (*shape, error) {
	const deepest = 16 // types that hold themselves have no end
	if depth > deepest {
		return nil, fmt.Errorf("%s is nested too deeply", t)
	}
	if change, ok := reflect.TypeAssert[receiver](reflect.New(t)); ok {
		s, err := compile(reflect.TypeOf(change.Receive()).Elem(), depth+1)
		if err == nil {
			s.change = true
		}
		return s, err
	}
	if t.Kind() == reflect.Pointer {
		s, err := compile(t.Elem(), depth+1)
		if err == nil {
			s.nullable = true
		}
		return s, err
	}
	s := &shape{typ: t}
	return s, s.fill(depth)
}

// fill finds the kind of a type that is neither a pointer nor a change.
func (s *shape) fill(depth int) error {
	switch reflect.New(s.typ).Interface().(type) {
	case *time.Time:
		s.kind = kindTime
		return nil
	case *json.RawMessage:
		s.kind = kindRaw
		return nil
	case encoding.TextUnmarshaler:
		s.kind = kindText
		return nil
	}
	switch s.typ.Kind() {
	case reflect.String:
		s.kind = kindString
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		s.kind = kindInteger
	case reflect.Float32, reflect.Float64:
		s.kind = kindFloat
	case reflect.Bool:
		s.kind = kindBool
	case reflect.Slice:
		s.kind = kindList
		elem, err := compile(s.typ.Elem(), depth+1)
		s.elem = elem
		return err
	case reflect.Struct:
		s.kind = kindObject
		return s.fillObject(depth)
	default:
		return fmt.Errorf("%s is not supported", s.typ)
	}
	return nil
}

func (s *shape) fillObject(depth int) error {
	s.names = map[string]int{}
	for i := range s.typ.NumField() {
		f := s.typ.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" || !f.IsExported() && !f.Anonymous {
			continue
		}
		if _, taken := s.names[name]; name == "" || taken {
			return fmt.Errorf("field %s needs a json name of its own", f.Name)
		}
		value, err := compile(f.Type, depth+1)
		if err != nil {
			return fmt.Errorf("field %s: %w", f.Name, err)
		}
		s.names[name] = len(s.fields)
		s.fields = append(s.fields, field{
			token: pointer("", name), index: i, required: !value.change && !value.nullable, shape: value,
		})
	}
	return nil
}

// member returns the name that a JSON pointer begins with.
func member(pointer string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(pointer, "/"), "/")
	return strings.ReplaceAll(strings.ReplaceAll(name, "~1", "/"), "~0", "~")
}

// pointer appends a member name to a JSON pointer (RFC 6901).
func pointer(parent, name string) string {
	if strings.ContainsAny(name, "~/") {
		name = strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
	}
	return parent + "/" + name
}
