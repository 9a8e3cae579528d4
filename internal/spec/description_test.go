package spec

import (
	"strings"
	"testing"
)

func TestCheckDescription(t *testing.T) {
	for _, good := range []string{"", "A shop.", `"quoted" -- # {{ .X }} <b> 日本 😀`, strings.Repeat("a", MaxDescription)} {
		if err := CheckDescription(good); err != nil {
			t.Errorf("%.40q: %v", good, err)
		}
	}
	for _, bad := range []string{"a\nb", "a\rb", "a\tb", "a\x00b", "a\x1b[31m", "a\u2028b", "a\u202eb", "a\xffb", strings.Repeat("a", MaxDescription+1)} {
		if err := CheckDescription(bad); err == nil || !IsInvalid(err) {
			t.Errorf("%.40q: %v, want a refusal", bad, err)
		}
	}
}
