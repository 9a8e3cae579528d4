package model

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// code returns the code of the one rule that was broken, or "" for none.
func code(t *testing.T, check func(v *Violations)) string {
	t.Helper()
	var v Violations
	check(&v)
	err := v.Err()
	if err == nil {
		return ""
	}
	invalid, ok := errors.AsType[*ValidationError](err)
	if !ok || len(invalid.Fields) != 1 || invalid.Fields[0].Pointer != "/x" || invalid.Fields[0].Detail == "" {
		t.Fatalf("got %v, want one rule about /x", err)
	}
	return invalid.Fields[0].Code
}

func TestLength(t *testing.T) {
	tests := []struct {
		text        string
		least, most int
		want        string
	}{
		{"", 0, 3, ""},
		{"", 1, 3, CodeTooShort},
		{"ab", 3, 3, CodeTooShort},
		{"abc", 3, 3, ""},
		{"abcd", 3, 3, CodeTooLong},
		{"äöü", 3, 3, ""},
		{"äöüß", 3, 3, CodeTooLong},
		{"😀", 2, 3, CodeTooShort},
		{"𠜎𠜱𠝹", 0, 3, ""},
		{strings.Repeat("x", 10_000), 0, 0, ""},
		{"a\x00b", 0, 0, CodeText},
		{"a\xffb", 0, 0, CodeText},
		{"\xed\xa0\x80", 0, 0, CodeText},
	}
	for _, tt := range tests {
		if got := code(t, func(v *Violations) { v.Length("/x", tt.text, tt.least, tt.most) }); got != tt.want {
			t.Errorf("%.20q %d–%d: got %q, want %q", tt.text, tt.least, tt.most, got, tt.want)
		}
	}
}

func TestBytes(t *testing.T) {
	for text, want := range map[string]string{"": "", "abc": "", "abcd": CodeTooLong, "ä": "", "ää": CodeTooLong, "\x00": CodeText} {
		if got := code(t, func(v *Violations) { v.Bytes("/x", text, 3) }); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestOneOf(t *testing.T) {
	for text, want := range map[string]string{"a": "", "b": "", "c": CodeNotAllowed, "A": CodeNotAllowed, "": CodeNotAllowed} {
		if got := code(t, func(v *Violations) { v.OneOf("/x", text, "a", "b") }); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestAtLeastAndAtMost(t *testing.T) {
	for value, want := range map[int64]string{-1: CodeTooSmall, 0: "", 5: "", 10: "", 11: CodeTooLarge} {
		got := code(t, func(v *Violations) {
			AtLeast(v, "/x", value, 0)
			AtMost(v, "/x", value, 10)
		})
		if got != want {
			t.Errorf("%d: got %q, want %q", value, got, want)
		}
	}
}

func TestViolationsCollect(t *testing.T) {
	var v Violations
	if v.Err() != nil {
		t.Error("an empty collection is an error")
	}
	v.Add("/a", CodeRequired, "is required")
	first := v.Err()
	v.Add("/b", CodeNull, "must not be null")
	if got := first.Error(); got != "invalid input: /a required" {
		t.Errorf("got %q", got)
	}
	if got := v.Err().Error(); got != "invalid input: /a required, /b null" {
		t.Errorf("got %q", got)
	}
}

func TestConflictErrorIsAConflict(t *testing.T) {
	err := fmt.Errorf("create: %w", &ConflictError{Field: "email", Detail: "is taken"})
	if !errors.Is(err, ErrConflict) || errors.Is(err, ErrNotFound) {
		t.Errorf("%v is not recognised", err)
	}
}
