package golang

import (
	"testing"

	"github.com/layup-dev/layup/internal/spec"
)

func TestStored(t *testing.T) {
	for _, tt := range []struct{ field, value, want string }{
		{"a:decimal(12,2)", "-1.5", "-150"},
		{"a:decimal(18,18)", "0.000000000000000001", "1"},
		{"a:decimal(18,0)", "007", "7"},
		{"a:datetime", "2024-01-01T01:00:00.1234567+02:00", "2023-12-31T23:00:00.123456Z"},
		{"a:float", "0x1p-2", "0.25"},
		{"a:int", "+5", "5"},
		{"a:string", "+5", "+5"},
	} {
		f, err := spec.ParseField(tt.field)
		if err != nil {
			t.Fatal(err)
		}
		if got := stored(f, tt.value); got != tt.want {
			t.Errorf("%s of %s is %q, want %q", tt.value, tt.field, got, tt.want)
		}
	}
}

// TestNeutral wants values that the field takes, for every type that has one.
func TestNeutral(t *testing.T) {
	inputs := []string{"a:string:min(3)", "a:int:min(5):max(6)", "a:decimal(4,2):max(-1)", "a:json", "a:bool", "a:date:min(2030-01-01)", "a:url", "a:email", "a:uuid", "a:enum(x,y)"}
	for _, typ := range spec.Types() {
		if typ.Name != "ref" {
			inputs = append(inputs, typ.Example)
		}
	}
	for _, input := range inputs {
		s, err := spec.ParseField(input)
		if err != nil {
			t.Fatal(err)
		}
		f, err := newField(s, nil)
		if err != nil {
			t.Fatal(err)
		}
		if v := f.neutral(); s.CheckValue(v) != nil {
			t.Errorf("%s: %q: %v", input, v, s.CheckValue(v))
		}
	}
}
