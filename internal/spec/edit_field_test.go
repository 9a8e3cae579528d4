package spec_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/layup-dev/layup/internal/spec"
)

func fields(t *testing.T, inputs ...string) []spec.Field {
	t.Helper()
	var out []spec.Field
	for _, input := range inputs {
		f, err := spec.ParseField(input)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, f)
	}
	return out
}

// styles are the line ends and marks that every edit keeps.
func styles() map[string]func(string) string {
	return map[string]func(string) string{
		"LF":   func(s string) string { return s },
		"CRLF": func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		"BOM":  func(s string) string { return "\ufeff" + s },
	}
}

func TestAddAndRemoveFields(t *testing.T) {
	const more = "      - size:int?\n      - \"text:string:default(\\\"a, b\\\")\"\n"
	deeper := strings.ReplaceAll("\n"+more, "\n  ", "\n    ")[1:]
	level := strings.ReplaceAll("\n"+more, "\n  ", "\n")[1:]
	tests := []struct{ name, before, after string }{
		{"last", "resources:\n  - name: a\n    fields:\n      - x:int\n", "resources:\n  - name: a\n    fields:\n      - x:int\n" + more},
		{
			"first of two, comments and another key", "resources:\n  - name: a # it\n    fields: # all\n      # about x\n      - x:int # why\n\n    # who\n    access: shared\n  - name: b\n    fields:\n      - x:int\n",
			"resources:\n  - name: a # it\n    fields: # all\n      # about x\n      - x:int # why\n" + more + "\n    # who\n    access: shared\n  - name: b\n    fields:\n      - x:int\n",
		},
		{
			"a comment below", "resources:\n  - name: a\n    fields:\n      - x:int\n      # - y:int\n  - name: b\n",
			"resources:\n  - name: a\n    fields:\n      - x:int\n" + more + "      # - y:int\n  - name: b\n",
		},
		{"fields first", "resources:\n  - fields:\n      - x:int\n    name: a\nwith: []\n", "resources:\n  - fields:\n      - x:int\n" + more + "    name: a\nwith: []\n"},
		{"dashes below the key", "resources:\n  - name: a\n    fields:\n    - x:int\n    access: shared\n", "resources:\n  - name: a\n    fields:\n    - x:int\n" + level + "    access: shared\n"},
		{"deeper", "resources:\n  - name: a\n    fields:\n        - x:int\n", "resources:\n  - name: a\n    fields:\n        - x:int\n" + strings.ReplaceAll(deeper, "          -", "        -")},
		{"many lines", "resources:\n  - name: a\n    fields:\n      - >-\n        x:int\n      - 'y:int'\n", "resources:\n  - name: a\n    fields:\n      - >-\n        x:int\n      - 'y:int'\n" + more},
		{"no final newline", "resources:\n  - name: a\n    fields:\n      - x:int", "resources:\n  - name: a\n    fields:\n      - x:int\n" + strings.TrimSuffix(more, "\n")},
	}
	for _, tt := range tests {
		for name, style := range styles() {
			t.Run(tt.name+" "+name, func(t *testing.T) {
				before, after := style(head+tt.before), style(head+tt.after)
				got, err := spec.AddFields("layup.yaml", []byte(before), nil, "a", fields(t, "size:int?", `text:string:default("a, b")`))
				if err != nil || string(got) != after {
					t.Fatalf("%v\n%q\nwant\n%q", err, got, after)
				}
				back, err := spec.RemoveFields("layup.yaml", got, nil, "a", []string{"text", "size"})
				if err != nil || string(back) != before {
					t.Errorf("back: %v\n%q\nwant\n%q", err, back, before)
				}
			})
		}
	}
}

func TestRemoveFieldWithItsComment(t *testing.T) {
	const before = head + "resources:\n  - name: a\n    fields:\n      # of x\n      - x:int\n      # of y\n      # and more\n      - y:int # last\n    access: shared\n"
	for name, want := range map[string]string{
		"x": head + "resources:\n  - name: a\n    fields:\n      # of y\n      # and more\n      - y:int # last\n    access: shared\n",
		"y": head + "resources:\n  - name: a\n    fields:\n      # of x\n      - x:int\n    access: shared\n",
	} {
		got, err := spec.RemoveFields("layup.yaml", []byte(before), nil, "a", []string{name})
		if err != nil || string(got) != want {
			t.Errorf("%s: %v\n%s", name, err, got)
		}
	}
}

// TestFieldsByHand leaves layouts alone that cannot be edited line by line, and says
// what to write.
func TestFieldsByHand(t *testing.T) {
	for _, text := range []string{
		"resources:\n  - name: a\n    fields: [x:int]\n",
		"resources:\n  - name: a\n    fields: [\n      x:int\n    ]\n",
		"resources: [{name: a, fields: [\"x:int\"]}]\n",
		"resources:\n  - {name: a, fields: [\"x:int\"]}\n",
		"resources:\n  - name: a\n    \"fields\":\n      - x:int\n",
	} {
		var edit *spec.EditError
		_, err := spec.AddFields("layup.yaml", []byte(head+text), nil, "a", fields(t, "size:int?"))
		if !errors.As(err, &edit) || edit.Snippet != "- size:int?" || edit.Line < 6 {
			t.Errorf("%s: %v", text, err)
		}
		if _, err := spec.RemoveFields("layup.yaml", []byte(head+text), nil, "a", []string{"x"}); !errors.As(err, &edit) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := spec.AddFields("layup.yaml", []byte(head+"resources:\n  - name: a\n"), nil, "b", nil); !spec.IsInvalid(err) {
		t.Errorf("%v", err)
	}
}

func TestCheckValue(t *testing.T) {
	tests := []struct {
		field     string
		good, bad []string
	}{
		{"a:string:min(1):max(3)", []string{"a", "äöü"}, []string{"", "abcd"}},
		{"a:text", []string{"", "x\ny"}, []string{"x\x00"}},
		{"a:int:min(2):max(10)", []string{"2", "10"}, []string{"1", "11", "2.5", "x"}},
		{"a:float:max(0.5)", []string{"0.5", "-1e3"}, []string{"0.51", "NaN"}},
		{"a:decimal(5,2):min(-1)", []string{"-1.00", "999.99"}, []string{"-1.01", "1000", "0.001"}},
		{"a:bool", []string{"true", "false"}, []string{"1", ""}},
		{"a:date:min(2020-01-01)", []string{"2020-01-01"}, []string{"2019-12-31", "today"}},
		{"a:json", []string{`{"a":1}`, "null"}, []string{"", "{"}},
		{"a:enum(x,y)", []string{"y"}, []string{"z"}},
		{"a:ref(b)", nil, []string{"018f0000-0000-7000-8000-000000000001"}},
	}
	for _, tt := range tests {
		f := fields(t, tt.field)[0]
		for _, v := range tt.good {
			if err := f.CheckValue(v); err != nil {
				t.Errorf("%s refuses %q: %v", tt.field, v, err)
			}
		}
		for _, v := range tt.bad {
			if f.CheckValue(v) == nil {
				t.Errorf("%s takes %q", tt.field, v)
			}
		}
	}
}

func TestHolds(t *testing.T) {
	tests := []struct {
		wide, narrow string
		same         bool
	}{
		{"a:string", "a:string:min(0):max(255)", true},
		{"a:text", "a:string", false},
		{"a:int", "a:int:min(1)", false},
		{"a:int:min(0):max(9)", "a:int:min(1):max(9)", false},
		{"a:decimal(5,2):min(0.5)", "a:decimal(5,2):min(0.50)", true},
		{"a:date:max(2021-01-01)", "a:date:max(2020-01-01)", false},
	}
	for _, tt := range tests {
		wide, narrow := fields(t, tt.wide)[0], fields(t, tt.narrow)[0]
		if !wide.Holds(narrow) || narrow.Holds(wide) != tt.same {
			t.Errorf("%s and %s", tt.wide, tt.narrow)
		}
	}
}
