package httpx

import (
	"testing"

	"example.com/shop/internal/model"
)

func TestParseDecimal(t *testing.T) {
	if got, err := ParseDecimal(2)("1.5"); err != nil || got != model.NewDecimal(150, 2) {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := ParseDecimal(2)("1.555"); err == nil {
		t.Error("digits were lost")
	}
}
