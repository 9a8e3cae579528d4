package model

import (
	"errors"
	"strings"
	"testing"
)

func TestCanonicalEmail(t *testing.T) {
	long := strings.Repeat("a", 64)
	tests := map[string]string{
		"ada@example.com":                 "ada@example.com",
		"  Ada.Lovelace@Example.COM \r\n": "ada.lovelace@example.com",
		"a+b_c-d@sub.example.co.uk":       "a+b_c-d@sub.example.co.uk",
		"o'brien@example.com":             "o'brien@example.com",
		"a@xn--bcher-kva.example":         "a@xn--bcher-kva.example",
		long + "@example.com":             long + "@example.com",
	}
	for text, want := range tests {
		if got, err := CanonicalEmail(text); got != want || err != nil {
			t.Errorf("%q: got %q, %v", text, got, err)
		}
	}
}

func TestCanonicalEmailRefuses(t *testing.T) {
	texts := []string{
		"", "@", "a", "a@", "@example.com", "a@b@example.com", "a@example", "a@localhost", "a b@example.com", "a@exam ple.com", ".a@example.com",
		"a.@example.com", "a..b@example.com", "a@-example.com", "a@example-.com", "a@example..com", "a@.example.com", "a@example.com.", "a@exam_ple.com",
		`"a"@example.com`, "a@[127.0.0.1]", "Ada <ada@example.com>", "ä@example.com", "a@bücher.example", "a\x00@example.com", "a\n@example.com", "a@example.com\nb",
		"\u212a@example.com", "a@\u212a.com", "a\u0130@example.com", "a,b@example.com", "a@example.com,b@example.com", strings.Repeat("a", 65) + "@example.com", "a@" + strings.Repeat("a", 64) + ".com",
		"a@" + strings.Repeat("abcdefg.", 32) + "com",
	}
	for _, text := range texts {
		got, err := CanonicalEmail(text)
		if _, ok := errors.AsType[*FormatError](err); !ok || got != "" {
			t.Errorf("%q: got %q, %v, want a *FormatError", text, got, err)
		}
		if c := code(t, func(v *Violations) { v.Email("/x", text) }); c != CodeFormat {
			t.Errorf("%q: got %q", text, c)
		}
	}
}
