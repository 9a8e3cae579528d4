package model

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// The codes of a FieldError. Clients may rely on them; details are for people.
const (
	CodeRequired   = "required"    // the member is missing
	CodeUnknown    = "unknown"     // there is no such member
	CodeType       = "type"        // another JSON type is expected
	CodeNull       = "null"        // null is not a value of this field
	CodeFormat     = "format"      // the text does not have the right form
	CodeText       = "text"        // the text holds a character that cannot be stored
	CodeTooShort   = "too_short"   // fewer characters than allowed
	CodeTooLong    = "too_long"    // more characters or bytes than allowed
	CodeTooSmall   = "too_small"   // below the least value
	CodeTooLarge   = "too_large"   // above the greatest value
	CodeNotAllowed = "not_allowed" // not one of the allowed values
	CodeTaken      = "taken"       // somebody else has this value already

	CodeUnknownReference = "unknown_reference" // the id is that of nothing, or of nothing that the caller can see
)

// FieldError is one broken rule. It never repeats the value that broke it.
type FieldError struct {
	Pointer string `json:"pointer"` // RFC 6901, into the request body
	Code    string `json:"code"`
	Detail  string `json:"detail"`
}

// ValidationError is everything that is wrong with one input.
type ValidationError struct {
	Fields []FieldError
}

// Error lists the pointers and their codes.
func (e *ValidationError) Error() string {
	var b strings.Builder
	b.WriteString("invalid input")
	for i, field := range e.Fields {
		b.WriteString([]string{": ", ", "}[min(i, 1)])
		b.WriteString(field.Pointer + " " + field.Code)
	}
	return b.String()
}

// Violations collects broken rules, so that a client learns all of them at once.
// The zero value is ready to use.
type Violations struct {
	fields []FieldError
}

// Add notes one broken rule.
func (v *Violations) Add(pointer, code, detail string) {
	v.fields = append(v.fields, FieldError{Pointer: pointer, Code: code, Detail: detail})
}

// Err returns nil when nothing was added, and a *ValidationError otherwise.
func (v *Violations) Err() error {
	if len(v.fields) == 0 {
		return nil
	}
	return &ValidationError{Fields: slices.Clone(v.fields)}
}

// Length wants storable text of least to most characters; most 0 is no bound.
func (v *Violations) Length(pointer, s string, least, most int) {
	if !v.text(pointer, s) {
		return
	}
	// A text never has more runes than bytes: counting is for the rare long one.
	if most > 0 && len(s) > most && utf8.RuneCountInString(s) > most {
		v.Add(pointer, CodeTooLong, fmt.Sprintf("must have at most %d characters", most))
	}
	if least > 0 && utf8.RuneCountInString(s) < least {
		v.Add(pointer, CodeTooShort, atLeastCharacters(least))
	}
}

// Bytes wants storable text of at most so many bytes of UTF-8.
func (v *Violations) Bytes(pointer, s string, most int) {
	if v.text(pointer, s) && len(s) > most {
		v.Add(pointer, CodeTooLong, fmt.Sprintf("must have at most %d bytes", most))
	}
}

// OneOf wants one of the allowed values.
func (v *Violations) OneOf(pointer, s string, allowed ...string) {
	if !slices.Contains(allowed, s) {
		v.Add(pointer, CodeNotAllowed, "must be one of "+strings.Join(allowed, ", "))
	}
}

// AtLeast wants value ≥ least.
func AtLeast[T cmp.Ordered](v *Violations, pointer string, value, least T) {
	if value < least {
		v.Add(pointer, CodeTooSmall, fmt.Sprintf("must be at least %v", least))
	}
}

// AtMost wants value ≤ most.
func AtMost[T cmp.Ordered](v *Violations, pointer string, value, most T) {
	if value > most {
		v.Add(pointer, CodeTooLarge, fmt.Sprintf("must be at most %v", most))
	}
}

// text refuses what not every database can hold in a text column.
func (v *Violations) text(pointer, s string) bool {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return true
	}
	v.Add(pointer, CodeText, "must be text without NUL characters")
	return false
}

func atLeastCharacters(n int) string {
	if n == 1 {
		return "must not be empty"
	}
	return fmt.Sprintf("must have at least %d characters", n)
}
