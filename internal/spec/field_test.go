package spec

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

// TestFieldRoundTrip walks every type × optional × modifier: each spelling is
// accepted, and its canonical form parses back to the same field.
func TestFieldRoundTrip(t *testing.T) {
	values := map[string]map[string]string{
		"string": {"default": `"a, (b) \"c\""`, "min": "1", "max": "9"}, "text": {"default": "x", "min": "0", "max": "100"},
		"int": {"default": "-3", "min": "-5", "max": "5"}, "float": {"default": "1.5", "min": "-1", "max": "2e3"},
		"decimal": {"default": "0.05", "min": "-1.00", "max": "99999.99"}, "bool": {"default": "true"},
		"date":     {"default": "2024-02-29", "min": "2000-01-01", "max": "2100-01-01"},
		"datetime": {"default": "2024-02-29T10:00:00Z", "min": "2000-01-01T00:00:00Z", "max": "2100-01-01T00:00:00Z"},
		"uuid":     {"default": "018f0000-0000-7000-8000-000000000001"}, "email": {"default": "a@example.com"},
		"url": {"default": "https://example.com/?a=1"}, "enum": {"default": "b-c"}, "json": {},
		"ref": {"on_delete": "cascade"},
	}
	args := map[string]string{"decimal": "(12,2)", "enum": "(a,b-c)", "ref": "(order_item)"}
	for _, typ := range Types() {
		for _, optional := range []string{"", "?"} {
			for _, modifier := range append([]string{""}, typ.Modifiers...) {
				input := "field:" + typ.Name + args[typ.Name] + optional
				if modifier != "" {
					input += ":" + modifier
				}
				if v := values[typ.Name][modifier]; v != "" {
					input += "(" + v + ")"
				}
				f, err := ParseField(input)
				if err != nil {
					t.Errorf("%s: %v", input, err)
					continue
				}
				again, err := ParseField(f.String())
				if err != nil || !reflect.DeepEqual(f, again) {
					t.Errorf("%s became %s: %+v, %v", input, f.String(), again, err)
				}
				if f.Type != typ.Name || f.Optional != (optional != "") {
					t.Errorf("%s parsed as %+v", input, f)
				}
			}
		}
	}
}

func TestFieldErrors(t *testing.T) {
	tests := []struct {
		input    string
		offset   int
		expected string
	}{
		{"", 0, "a field name"},
		{"name", 4, "':' and a type"},
		{":string", 0, "a field name"},
		{"name:", 5, "a type"},
		{"name:strin", 5, "a type"},
		{"name:string(3)", 11, "no arguments"},
		{"price:decimal", 13, "two numbers"},
		{"price:decimal(12)", 13, "two numbers"},
		{"price:decimal(19,2)", 13, "precision"},
		{"price:decimal(4,5)", 13, "precision"},
		{"s:enum", 6, "enum takes"},
		{"s:enum()", 7, "a value"},
		{"s:enum(a,A)", 6, "too much alike"},
		{"s:enum(a b)", 6, "must start with a letter"},
		{"s:enum(a", 8, "',' or ')'"},
		{"n:string!", 2, "a type"},
		{"n:string?x", 9, "'?', ':' and a modifier"},
		{"n:string:", 9, "a modifier of string"},
		{"n:string:uniqe", 9, "a modifier of string"},
		{"n:string:unique(1)", 15, "no argument"},
		{"n:string:min", 12, "one argument"},
		{"n:string:min(1,2)", 12, "one argument"},
		{"n:string:min(-1)", 13, "a length"},
		{"n:string:max(256)", 13, "a length"},
		{"n:text:unique", 7, "a modifier of text"},
		{"n:int:default(1.5)", 14, "whole number"},
		{"n:int:max(9223372036854775808)", 10, "whole number"},
		{"n:int:default(010)", 14, "without leading zeros"},
		{"n:int:max(-007)", 10, "without leading zeros"},
		{"n:int:min(1):default(0)", 0, "a default within min and max"},
		{"n:string:max(2):default(abc)", 0, "a default within min and max"},
		{"n:float:default(NaN)", 16, "finite"},
		{"n:float:max(inf)", 12, "finite"},
		{"n:float:max(-Infinity)", 12, "finite"},
		{"n:float:max(1e309)", 12, "finite"},
		{"n:float:max(1e99999)", 12, "finite"},
		{"n:float:min(1e-99999)", 12, "finite"},
		{"n:float:max(0x1p4)", 12, "decimal notation"},
		{"n:float:max(0x10)", 12, "decimal notation"},
		{"n:float:max(1_000)", 12, "decimal notation"},
		{"n:float:max(010)", 12, "decimal notation"},
		{"n:float:max(1.)", 12, "decimal notation"},
		{"n:float:max(.5)", 12, "decimal notation"},
		{"n:float:max(1e)", 12, "decimal notation"},
		{"p:decimal(4,2):default(100)", 23, "at most 2 digits"},
		{"d:date:default(2024-02-30)", 15, "a day"},
		{"b:bool:default(yes)", 15, "true or false"},
		{"e:enum(a,b):default(c)", 20, "one of a, b"},
		{`n:string:default("a)`, 17, "closing quote"},
		{"n:json:default({})", 7, "a modifier of json"},
		{"c:ref", 5, "the name of one resource"},
		{"c:ref(a,b)", 5, "the name of one resource"},
		{"c:ref()", 6, "a value"},
		{"c:ref(a b)", 5, `"a b" is no name`},
		{"c:ref(a):default(x)", 9, "a modifier of ref"},
		{"c:ref(a):on_delete", 18, "one argument"},
		{"c:ref(a):on_delete(keep)", 19, "one of restrict, cascade, null"},
		{"c:ref(a):on_delete(null)", 19, "write '?' after ref(a)"},
		{"c:ref(a):on_delete(restrict):on_delete(cascade)", 29, "on_delete only once"},
	}
	for _, tt := range tests {
		_, err := ParseField(tt.input)
		var g *GrammarError
		if !errors.As(err, &g) {
			t.Errorf("%q: %v, want a grammar error", tt.input, err)
			continue
		}
		if g.Offset != tt.offset || !strings.Contains(g.Expected, tt.expected) {
			t.Errorf("%q: character %d, expected %q; want %d, %q", tt.input, g.Offset, g.Expected, tt.offset, tt.expected)
		}
		if tt.input != "" && !strings.Contains(err.Error(), "for example") {
			t.Errorf("%q: no example in %v", tt.input, err)
		}
	}
}

func TestFloats(t *testing.T) {
	for _, v := range []string{"0", "-0", "+1", "10", "0.05", "-1.50", "1e308", "1E+308", "2.5e-10", "-1.7976931348623157e308", "5e-324"} {
		f, err := ParseField("n:float:default(" + v + ")")
		if err != nil || *f.Default != v {
			t.Errorf("%s: %+v, %v", v, f, err)
		}
	}
}

func TestOnDelete(t *testing.T) {
	for input, want := range map[string]Field{
		"c:ref(a)":                              {Name: "c", Type: "ref", Args: []string{"a"}},
		"c:ref(a):on_delete(restrict)":          {Name: "c", Type: "ref", Args: []string{"a"}},
		"c:ref(a):on_delete(cascade)":           {Name: "c", Type: "ref", Args: []string{"a"}, OnDelete: OnDeleteCascade},
		"c:ref(a)?:on_delete(null)":             {Name: "c", Type: "ref", Args: []string{"a"}, Optional: true, OnDelete: OnDeleteNull},
		"c:ref(a):on_delete( cascade ):private": {Name: "c", Type: "ref", Args: []string{"a"}, Private: true, OnDelete: OnDeleteCascade},
	} {
		got, err := ParseField(input)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v; want %+v", input, got, err, want)
		}
		if again, err := ParseField(got.String()); err != nil || !reflect.DeepEqual(again, want) {
			t.Errorf("%s became %s: %+v, %v", input, got.String(), again, err)
		}
	}
}

func TestSplitResource(t *testing.T) {
	name, fields := SplitResource("  product\tname:string \n status:enum(a, b):default(a) note:string:default(\"x ) y\")? ")
	want := []string{"name:string", "status:enum(a, b):default(a)", `note:string:default("x ) y")?`}
	if name != "product" || !reflect.DeepEqual(fields, want) {
		t.Errorf("got %q %q", name, fields)
	}
	if name, fields := SplitResource(" "); name != "" || fields != nil {
		t.Errorf("empty: %q %q", name, fields)
	}
}

func FuzzParseField(f *testing.F) {
	for _, typ := range Types() {
		f.Add(typ.Example)
	}
	f.Add(`a:string:default("\x00")`)
	f.Fuzz(func(t *testing.T, input string) {
		field, err := ParseField(input)
		if err != nil {
			return
		}
		again, err := ParseField(field.String())
		if err != nil || !reflect.DeepEqual(field, again) {
			t.Errorf("%q: %+v became %q: %+v, %v", input, field, field.String(), again, err)
		}
	})
}
