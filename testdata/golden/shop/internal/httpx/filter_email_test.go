package httpx

import (
	"errors"
	"testing"

	"example.com/shop/internal/model"
)

func TestParseEmail(t *testing.T) {
	if got, err := ParseEmail(" Ada@Example.COM"); err != nil || got != "ada@example.com" {
		t.Errorf("got %v, %v", got, err)
	}
	_, err := ParseEmail("ada")
	if _, ok := errors.AsType[*model.FormatError](err); !ok {
		t.Errorf("no address: %v, want a *model.FormatError", err)
	}
}
