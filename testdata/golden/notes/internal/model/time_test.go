package model

import (
	"testing"
	"time"
)

func TestCanonicalTime(t *testing.T) {
	at := time.Date(2026, 1, 31, 12, 0, 0, 123456789, time.FixedZone("", 2*3600))
	got := CanonicalTime(at)
	if want := time.Date(2026, 1, 31, 10, 0, 0, 123456000, time.UTC); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if CanonicalTime(got) != got {
		t.Error("a canonical time changes again")
	}
}
