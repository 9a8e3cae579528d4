package column

import (
	"testing"

	"example.com/shop/internal/model"
)

func TestDecimalValue(t *testing.T) {
	tests := []struct {
		in, want any
	}{
		{model.NewDecimal(-990, 2), "-9.90"},
		{new(model.NewDecimal(5, 1)), "0.5"},
		{(*model.Decimal)(nil), nil},
	}
	for _, test := range tests {
		if got := Value(test.in); got != test.want {
			t.Errorf("Value(%v) = %v, want %v", test.in, got, test.want)
		}
	}
}

func TestDecimal(t *testing.T) {
	var d model.Decimal
	if err := Decimal(&d, 2).Scan([]byte("-9.90")); err != nil || d != model.NewDecimal(-990, 2) {
		t.Errorf("-9.90 gives %v, %v", d, err)
	}
	for _, src := range []any{nil, int64(5), []byte("much")} {
		if err := Decimal(&d, 2).Scan(src); err == nil {
			t.Errorf("Scan(%v) is accepted", src)
		}
	}
	p := &d
	if err := OptionalDecimal(&p, 2).Scan(nil); err != nil || p != nil {
		t.Errorf("NULL gives %v, %v", p, err)
	}
}
