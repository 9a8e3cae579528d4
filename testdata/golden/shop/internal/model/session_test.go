package model_test

import (
	"testing"
	"time"

	"example.com/shop/internal/model"
)

func TestSessionStateLive(t *testing.T) {
	t.Parallel()
	at := time.Date(2030, 1, 1, 12, 0, 0, 0, time.UTC)
	live := model.SessionState{ID: "s", UserID: "u", Active: true, ExpiresAt: at.Add(time.Second)}
	for name, test := range map[string]struct {
		change func(*model.SessionState)
		want   bool
	}{
		"live":         {func(*model.SessionState) {}, true},
		"expires now":  {func(s *model.SessionState) { s.ExpiresAt = at }, false},
		"expired":      {func(s *model.SessionState) { s.ExpiresAt = at.Add(-time.Hour) }, false},
		"revoked":      {func(s *model.SessionState) { s.RevokedAt = at }, false},
		"switched off": {func(s *model.SessionState) { s.Active = false }, false},
	} {
		state := live
		test.change(&state)
		if got := state.Live(at); got != test.want {
			t.Errorf("%s: Live = %v, want %v", name, got, test.want)
		}
	}
	if (model.SessionState{}).Live(at) {
		t.Error("the zero state is live")
	}
}
