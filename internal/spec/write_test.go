package spec

import (
	"reflect"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

func TestEncodeParsesBack(t *testing.T) {
	axes := []string{"router", "auth"}
	field := func(s string) Field {
		f, err := ParseField(s)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	s := &Spec{
		Templates: "0.1.0", Stack: "go", Name: "shop", Module: "example.com/shop",
		Description: "it's \"quoted\"\n# and: {{ odd }} \u2028 \x00 \\",
		Choices:     map[string]string{"router": "chi", "auth": "none"},
		With:        []string{"jobs", "metrics"},
		Example:     "store",
		Resources: []Resource{
			{Name: "no", Plural: "nos", Access: AccessPublicRead, Migration: "00100", Fields: []Field{field("on:bool:default(true)"), field(`x:string:default(": #")`)}},
			{Name: "empty"},
		},
	}
	got, err := Parse("layup.yaml", s.Encode(axes), axes)
	if err != nil {
		t.Fatalf("%v\n%s", err, s.Encode(axes))
	}
	if !reflect.DeepEqual(s, got) {
		t.Errorf("got %+v\nwant %+v", got, s)
	}
}

func TestYAMLString(t *testing.T) {
	for _, s := range []string{
		"", " ", "a", "true", "No", "null", "~", "1", "1.5", "0x1f", "a: b", "a #b", "- a", "a\nb", "a\r\nb", "\t", `"`, "'", `\`, "é", "日本", "🙂",
		"\u0085", "\u2028", "\ufeff", "\x1b[31m", "a:", ":a", "?", "{a}", "[a]", "*a", "&a", "!a", "%a", "@a", "`a`", "<script>", "${X}", "2024-01-01", "a,b",
	} {
		encoded := YAMLString(s)
		if strings.Contains(encoded, "\n") {
			t.Errorf("%q spans lines: %s", s, encoded)
		}
		var got map[string]string
		if err := yaml.Unmarshal([]byte("k: "+encoded+"\n"), &got); err != nil || got["k"] != s {
			t.Errorf("%q written as %s reads %q, %v", s, encoded, got["k"], err)
		}
	}
}

func TestClosest(t *testing.T) {
	tests := []struct{ word, want string }{{"chache", "cache"}, {"routr", "router"}, {"xyz", ""}, {"", ""}}
	for _, tt := range tests {
		if got := Closest(tt.word, []string{"router", "database", "auth", "cache"}); got != tt.want {
			t.Errorf("Closest(%q) = %q, want %q", tt.word, got, tt.want)
		}
	}
}
