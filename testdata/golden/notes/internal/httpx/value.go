package httpx

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"time"

	"example.com/notes/internal/model"
)

// maxElements bounds what a short text such as [{},{},{}] costs in memory.
const maxElements = 1000

// value reads one value of a shape.
func (d *decoder) value(s *shape, target reflect.Value, path string) error {
	if s.change {
		change, _ := reflect.TypeAssert[receiver](target.Addr()) // the shape says that it is one
		target = reflect.ValueOf(change.Receive()).Elem()
	}
	first := d.peek()
	if first == 'n' {
		if !s.nullable {
			d.refuse(path, model.CodeNull, "must not be null")
		}
		return d.literal("null")
	}
	if s.nullable {
		target.Set(reflect.New(s.typ))
		target = target.Elem()
	}
	switch s.kind {
	case kindString, kindTime, kindText:
		if first == '"' {
			return d.textual(s, target, path)
		}
		return d.wrongType(path, "must be a string")
	case kindInteger, kindFloat:
		if first == '-' || '0' <= first && first <= '9' {
			return d.numeric(s, target, path)
		}
		return d.wrongType(path, "must be a number")
	case kindBool:
		return d.boolean(first, target, path)
	case kindList:
		return d.list(s, first, target, path)
	case kindObject:
		if first == '{' {
			return d.object(s, target, path)
		}
		return d.wrongType(path, "must be an object")
	default:
		return d.raw(target, path)
	}
}

func (d *decoder) wrongType(path, detail string) error {
	d.refuse(path, model.CodeType, detail)
	return d.skip(&oddities{})
}

// textual reads a string into a string, a time or a type that reads itself.
func (d *decoder) textual(s *shape, target reflect.Value, path string) error {
	text, err := d.text()
	if err != nil {
		return err
	}
	if bytes.IndexByte(text, 0) >= 0 {
		d.refuse(path, model.CodeText, "must not contain a NUL character")
		return nil
	}
	if s.kind == kindString {
		target.SetString(string(text))
		return nil
	}
	reads, _ := reflect.TypeAssert[encoding.TextUnmarshaler](target.Addr()) // the shape says that it does
	if err := reads.UnmarshalText(text); err != nil {
		d.refuse(path, model.CodeFormat, formatRule(s, err))
		return nil
	}
	if t, ok := reads.(*time.Time); ok {
		*t = model.CanonicalTime(*t)
	}
	return nil
}

// formatRule says what is wanted, in words that are known to be harmless.
func formatRule(s *shape, err error) string {
	if s.kind == kindTime {
		return "must be a time such as 2026-01-31T12:00:00Z"
	}
	if format, ok := errors.AsType[*model.FormatError](err); ok {
		return format.Error()
	}
	return "does not have the right form"
}

func (d *decoder) numeric(s *shape, target reflect.Value, path string) error {
	number, err := d.number()
	if err != nil {
		return err
	}
	if s.kind == kindFloat {
		f, err := strconv.ParseFloat(string(number), s.typ.Bits())
		if err != nil {
			d.outOfRange(path, number)
		}
		if f == 0 {
			f = 0 // not all databases keep the sign of -0, and the answer must not change when it is read again
		}
		target.SetFloat(f)
		return nil
	}
	if bytes.ContainsAny(number, ".eE") {
		d.refuse(path, model.CodeType, "must be a whole number")
		return nil
	}
	i, err := strconv.ParseInt(string(number), 10, s.typ.Bits())
	if err != nil {
		d.outOfRange(path, number)
	}
	target.SetInt(i)
	return nil
}

func (d *decoder) outOfRange(path string, number []byte) {
	if number[0] == '-' {
		d.refuse(path, model.CodeTooSmall, "is out of range")
		return
	}
	d.refuse(path, model.CodeTooLarge, "is out of range")
}

func (d *decoder) boolean(first byte, target reflect.Value, path string) error {
	switch first {
	case 't':
		target.SetBool(true)
		return d.literal("true")
	case 'f':
		target.SetBool(false)
		return d.literal("false")
	default:
		return d.wrongType(path, "must be true or false")
	}
}

// list reads an array into a slice, which is empty and not nil when there are no
// elements.
func (d *decoder) list(s *shape, first byte, target reflect.Value, path string) error {
	if first != '[' {
		return d.wrongType(path, "must be an array")
	}
	if err := d.enter('['); err != nil {
		return err
	}
	target.Set(reflect.MakeSlice(s.typ, 0, 0))
	for n := 0; ; n++ {
		more, err := d.more(']', n)
		if err != nil || !more {
			return err
		}
		if err := d.element(s, n, target, path); err != nil {
			return err
		}
	}
}

func (d *decoder) element(s *shape, n int, target reflect.Value, path string) error {
	if n >= maxElements {
		if n == maxElements {
			d.refuse(path, model.CodeTooLong, fmt.Sprintf("must have at most %d elements", maxElements))
		}
		return d.skip(&oddities{})
	}
	target.Set(reflect.Append(target, reflect.Zero(s.typ.Elem())))
	return d.value(s.elem, target.Index(n), path+"/"+strconv.Itoa(n))
}

// raw keeps a value of any type, without its white space.
func (d *decoder) raw(target reflect.Value, path string) error {
	start := d.pos
	var odd oddities
	if err := d.skip(&odd); err != nil {
		return err
	}
	if odd.nul {
		d.refuse(path, model.CodeText, "must not contain a NUL character")
	}
	if odd.huge {
		d.refuse(path, model.CodeTooLarge, "has a number that is out of range")
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, d.data[start:d.pos]); err != nil {
		return fmt.Errorf("compact a checked value: %w", err)
	}
	target.SetBytes(compact.Bytes())
	return nil
}
