package httpx

import (
	"context"
	"strings"
	"testing"
)

func TestExchangeTravelsInTheContext(t *testing.T) {
	e := &Exchange{RequestID: "r1"}
	if got := ExchangeFrom(WithExchange(t.Context(), e)); got != e {
		t.Errorf("got %p, want %p", got, e)
	}
	if got := ExchangeFrom(context.Background()); got == nil || got.RequestID != "" {
		t.Errorf("outside of a request: got %+v, want an empty exchange", got)
	}
}

func TestRequestIDKeepsWhatIsHarmless(t *testing.T) {
	for _, id := range []string{"a", "0af7651916cd43dd8448eb211c80319c", "A.b_c-9", strings.Repeat("x", 64)} {
		if got := RequestID(id); got != id {
			t.Errorf("%q became %q", id, got)
		}
	}
}

func TestRequestIDReplacesTheRest(t *testing.T) {
	seen := map[string]bool{}
	hostile := []string{"", "", "a b", "a\r\nX: 1", "a%0d%0a", `"}`, "\x1b[31m", "é", "a/b", strings.Repeat("x", 65), strings.Repeat("x", 10_000), "\x00"}
	for _, id := range hostile {
		got := RequestID(id)
		if got == id || got != RequestID(got) || seen[got] {
			t.Errorf("%q became %q, want a new harmless id", id, got)
		}
		seen[got] = true
	}
}
