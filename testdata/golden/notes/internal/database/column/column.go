// Package column turns values into what SQLite columns hold and back: times are text of a fixed width, in UTC, so that
// they sort as they should; dates are text; decimals are whole numbers of their smallest unit.
package column

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"reflect"
	"time"
)

const timeLayout = "2006-01-02T15:04:05.000000Z"

// FormatTime returns t as a column holds it, to the microsecond.
func FormatTime(t time.Time) string {
	return t.UTC().Format(timeLayout)
}

func parseTime(text string) (time.Time, error) {
	return time.Parse(timeLayout, text)
}

// Value returns v, a value of a field or nil, as an argument of a statement. What a pointer points to counts, and nil is NULL.
func Value(v any) any {
	if p := reflect.ValueOf(v); p.Kind() == reflect.Pointer {
		if p.IsNil() {
			return nil
		}
		return Value(p.Elem().Interface())
	}
	switch v := v.(type) {
	case time.Time:
		return FormatTime(v)
	case json.RawMessage:
		return string(v)
	case interface{ Unscaled() int64 }: // a decimal; it is a Stringer, too
		return v.Unscaled()
	case fmt.Stringer: // a date
		return v.String()
	default:
		return v
	}
}

// scan reads a column into dst: S is what the driver delivers, parse makes a T of it.
type scan[S, T any] struct {
	dst   *T
	parse func(S) (T, error)
}

// Scan implements sql.Scanner.
func (s scan[S, T]) Scan(src any) error {
	raw, ok := src.(S)
	if !ok {
		return fmt.Errorf("the column holds %T, want %T", src, raw)
	}
	v, err := s.parse(raw)
	if err != nil {
		return fmt.Errorf("the column holds no %T: %w", v, err)
	}
	*s.dst = v
	return nil
}

// scanOptional is scan for a column that may be NULL.
type scanOptional[S, T any] struct {
	dst   **T
	parse func(S) (T, error)
}

// Scan implements sql.Scanner.
func (s scanOptional[S, T]) Scan(src any) error {
	*s.dst = nil
	if src == nil {
		return nil
	}
	v := new(T)
	if err := (scan[S, T]{dst: v, parse: s.parse}).Scan(src); err != nil {
		return err
	}
	*s.dst = v
	return nil
}

// Time scans a time into dst.
func Time(dst *time.Time) sql.Scanner {
	return scan[string, time.Time]{dst: dst, parse: parseTime}
}

// OptionalTime scans a time that may be NULL into dst.
func OptionalTime(dst **time.Time) sql.Scanner {
	return scanOptional[string, time.Time]{dst: dst, parse: parseTime}
}

// JSON scans a JSON value into dst.
func JSON(dst *json.RawMessage) sql.Scanner {
	return scan[string, json.RawMessage]{dst: dst, parse: parseJSON}
}

// OptionalJSON scans a JSON value that may be NULL into dst.
func OptionalJSON(dst **json.RawMessage) sql.Scanner {
	return scanOptional[string, json.RawMessage]{dst: dst, parse: parseJSON}
}

func parseJSON(text string) (json.RawMessage, error) {
	return json.RawMessage(text), nil
}
