package model

import (
	"encoding/json"
	"errors"
	"testing"
)

func TestParseDecimal(t *testing.T) {
	tests := []struct {
		text  string
		scale int
		want  string
	}{
		{"0", 0, "0"},
		{"0", 2, "0.00"},
		{"9.9", 2, "9.90"},
		{"9.99", 2, "9.99"},
		{"9.990", 2, "9.99"},
		{"-0.05", 2, "-0.05"},
		{"-0", 2, "0.00"},
		{"007.5", 1, "7.5"},
		{"-123456789012345678", 0, "-123456789012345678"},
		{"0.123456789012345678"[:19], 17, "0.12345678901234567"},
		{"9999999999.99", 2, "9999999999.99"},
		{"0.999999999999999999", 18, "0.999999999999999999"},
	}
	for _, tt := range tests {
		if got, err := ParseDecimal(tt.text, tt.scale); err != nil || got.String() != tt.want || got.Scale() != tt.scale {
			t.Errorf("%s: got %v, %v, want %s", tt.text, got, err, tt.want)
		}
	}
}

func TestParseDecimalRefuses(t *testing.T) {
	texts := []string{
		"", "-", ".", ".5", "5.", "+5", "1e3", "1,5", " 1", "1 ", "0x1", "١", "NaN", "1.2.3", "--1", "1_000", "1.-5",
		"9.999", "1234567890123456789", "123456789012345678.9", "999999999999999999",
	}
	for _, text := range texts {
		_, err := ParseDecimal(text, 2)
		if _, ok := errors.AsType[*FormatError](err); !ok {
			t.Errorf("%q: got %v, want a *FormatError", text, err)
		}
	}
}

func TestDecimalInJSON(t *testing.T) {
	type holder struct {
		Price Decimal `json:"price"`
	}
	body, err := json.Marshal(holder{NewDecimal(990, 2)})
	if err != nil || string(body) != `{"price":"9.90"}` {
		t.Errorf("got %s, %v", body, err)
	}
	var got holder
	if err := json.Unmarshal(body, &got); err != nil || got.Price != NewDecimal(990, 2) {
		t.Errorf("got %+v, %v", got, err)
	}
	if err := json.Unmarshal([]byte(`{"price":9.9}`), &got); err == nil {
		t.Error("a number was accepted")
	}
}

func TestDecimalString(t *testing.T) {
	tests := map[Decimal]string{
		{}:                      "0",
		NewDecimal(5, 3):        "0.005",
		NewDecimal(-5, 3):       "-0.005",
		NewDecimal(-1500, 3):    "-1.500",
		NewDecimal(1<<63-1, 18): "9.223372036854775807",
		NewDecimal(-1<<63, 18):  "-9.223372036854775808",
		NewDecimal(7, -1):       "7",
		NewDecimal(7, 99):       "0.000000000000000007",
	}
	for d, want := range tests {
		if got := d.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestDecimalCmp(t *testing.T) {
	// In order, and each entry spelt in several scales.
	values := [][]Decimal{
		{NewDecimal(-1<<63, 0)},
		{NewDecimal(-15, 1), NewDecimal(-1500, 3)},
		{NewDecimal(-1, 0), NewDecimal(-100, 2)},
		{NewDecimal(-1, 18)},
		{NewDecimal(0, 0), NewDecimal(0, 18)},
		{NewDecimal(5, 2), NewDecimal(50, 3)},
		{NewDecimal(5, 1)},
		{NewDecimal(9, 0), NewDecimal(9_000_000_000_000_000_000, 18)},
		{NewDecimal(1<<63-1, 0)},
	}
	for i, as := range values {
		for j, bs := range values {
			for _, a := range as {
				for _, b := range bs {
					if got, want := a.Cmp(b), max(-1, min(1, i-j)); got != want {
						t.Errorf("%v to %v: got %d, want %d", a, b, got, want)
					}
				}
			}
		}
	}
}

func TestRescale(t *testing.T) {
	tests := []struct {
		from  Decimal
		scale int
		want  Decimal
		ok    bool
	}{
		{NewDecimal(15, 1), 2, NewDecimal(150, 2), true},
		{NewDecimal(150, 2), 1, NewDecimal(15, 1), true},
		{NewDecimal(155, 2), 1, Decimal{}, false},
		{NewDecimal(1<<62, 0), 1, Decimal{}, false},
		{NewDecimal(-1<<62, 0), 1, Decimal{}, false},
		{NewDecimal(1, 0), 19, Decimal{}, false},
		{NewDecimal(1, 0), -1, Decimal{}, false},
		{NewDecimal(0, 0), 18, NewDecimal(0, 18), true},
	}
	for _, tt := range tests {
		if got, ok := tt.from.Rescale(tt.scale); got != tt.want || ok != tt.ok {
			t.Errorf("%v to %d: got %v, %t", tt.from, tt.scale, got, ok)
		}
	}
}

func TestDecimalRules(t *testing.T) {
	tests := map[string]string{
		"999.99": "", "-999.99": "", "1000": CodeTooLarge, "-1000.00": CodeTooLarge, "1.234": CodeFormat, "1.230": "", "123456789012345678": CodeTooLarge,
	}
	for text, want := range tests {
		var d Decimal
		if err := d.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if got := code(t, func(v *Violations) { v.Decimal("/x", d, 5, 2) }); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]string{"1.00": "", "0.99": CodeTooSmall, "1.01": CodeTooLarge} {
		got := code(t, func(v *Violations) {
			v.DecimalAtLeast("/x", MustDecimal(text, 2), NewDecimal(1, 0))
			v.DecimalAtMost("/x", MustDecimal(text, 2), NewDecimal(1, 0))
		})
		if got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

func TestMustDecimalPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a text with too many digits did not panic")
		}
	}()
	MustDecimal("9.999", 2)
}
