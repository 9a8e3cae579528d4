package model

import (
	"strings"
	"testing"
)

func TestIsUUID(t *testing.T) {
	const id = "018f0000-abcd-7000-8000-0123456789ef"
	if !IsUUID(id) || !IsUUID("00000000-0000-0000-0000-000000000000") {
		t.Error("a canonical UUID is refused")
	}
	wrong := []string{"", id[:35], id + "0", strings.ToUpper(id), "{" + id + "}", strings.ReplaceAll(id, "-", ""), id[:35] + "g", "018f0000_abcd-7000-8000-0123456789ef"}
	for _, s := range wrong {
		if got := code(t, func(v *Violations) { v.UUID("/x", s) }); got != CodeFormat {
			t.Errorf("%q: got %q", s, got)
		}
	}
}
