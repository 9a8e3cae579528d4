package document

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// ErrMalformed means that a document is not what this version of the service stores.
var ErrMalformed = errors.New("a document cannot be read")

// Reader reads the elements of one document. After the first that is not what it should be, Err says so.
type Reader struct {
	doc bson.Raw
	err error
}

// NewReader returns a reader of doc.
func NewReader(doc bson.Raw) *Reader { return &Reader{doc: doc} }

// Err returns why some element could not be read, or nil.
func (r *Reader) Err() error { return r.err }

func (r *Reader) fail(name string, err error) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: its element %s %w", ErrMalformed, name, err)
	}
}

// parser makes a T of what a document holds.
type parser[T any] func(raw bson.RawValue) (T, error)

// Get returns an element that every document has.
func Get[T any](r *Reader, name string, parse parser[T]) T {
	v, err := parse(r.doc.Lookup(name))
	if err != nil {
		r.fail(name, err)
	}
	return v
}

// Find returns an element that a document may lack; then it is nil.
func Find[T any](r *Reader, name string, parse parser[T]) *T {
	raw, err := r.doc.LookupErr(name)
	if err != nil || raw.Type == bson.TypeNull {
		return nil
	}
	v, err := parse(raw)
	if err != nil {
		r.fail(name, err)
	}
	return &v
}

// read returns a parser of values that are of one type of BSON.
func read[T any](get func(raw bson.RawValue) (T, bool)) parser[T] {
	return func(raw bson.RawValue) (T, error) {
		v, ok := get(raw)
		if !ok {
			return v, fmt.Errorf("is a %s, and cannot be a %T", raw.Type, v)
		}
		return v, nil
	}
}

// Text reads text.
func Text(raw bson.RawValue) (string, error) { return read(bson.RawValue.StringValueOK)(raw) }

// Int reads a whole number.
func Int(raw bson.RawValue) (int64, error) { return read(bson.RawValue.Int64OK)(raw) }

// Float reads a binary fraction.
func Float(raw bson.RawValue) (float64, error) { return read(bson.RawValue.DoubleOK)(raw) }

// Bool reads a truth value.
func Bool(raw bson.RawValue) (bool, error) { return read(bson.RawValue.BooleanOK)(raw) }

// Bytes reads bytes.
func Bytes(raw bson.RawValue) ([]byte, error) {
	return read(func(raw bson.RawValue) ([]byte, bool) {
		_, data, ok := raw.BinaryOK()
		return data, ok
	})(raw)
}

// Time reads a time.
func Time(raw bson.RawValue) (time.Time, error) {
	return parseText(raw, func(text string) (time.Time, error) { return time.Parse(timeLayout, text) })
}

// JSON reads a JSON value.
func JSON(raw bson.RawValue) (json.RawMessage, error) {
	return parseText(raw, func(text string) (json.RawMessage, error) { return json.RawMessage(text), nil })
}

func parseText[T any](raw bson.RawValue, parse func(text string) (T, error)) (T, error) {
	text, err := Text(raw)
	if err != nil {
		var none T
		return none, err
	}
	v, err := parse(text)
	if err != nil {
		return v, fmt.Errorf("is no %T: %w", v, err)
	}
	return v, nil
}
