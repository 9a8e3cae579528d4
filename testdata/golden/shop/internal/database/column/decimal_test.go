package column

import (
	"testing"

	"example.com/shop/internal/model"
)

func TestDecimalValue(t *testing.T) {
	tests := []struct {
		in, want any
	}{
		{model.NewDecimal(-990, 2), int64(-990)},
		{new(model.NewDecimal(5, 1)), int64(5)},
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
	if err := Decimal(&d, 2).Scan(int64(-990)); err != nil || d != model.NewDecimal(-990, 2) {
		t.Errorf("-990 of scale 2 gives %v, %v", d, err)
	}
	if err := Decimal(&d, 2).Scan("9.90"); err == nil {
		t.Error("text is accepted")
	}
	p := &d
	if err := OptionalDecimal(&p, 2).Scan(nil); err != nil || p != nil {
		t.Errorf("NULL gives %v, %v", p, err)
	}
}
