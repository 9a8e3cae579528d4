package auth

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/shop/internal/config"
	"example.com/shop/internal/model"
)

// fakeStates is a store of session states that counts how often it is asked.
type fakeStates struct {
	mu     sync.Mutex
	states map[string]model.SessionState
	err    error
	asked  int
	before func() // runs while the store is asked
}

func (f *fakeStates) State(_ context.Context, id string) (model.SessionState, error) {
	f.mu.Lock()
	state, ok := f.states[id]
	err, before := f.err, f.before
	f.asked++
	f.mu.Unlock()
	if before != nil {
		before()
	}
	if err == nil && !ok {
		err = model.ErrNotFound
	}
	return state, err
}

func (f *fakeStates) set(change func(f *fakeStates)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(f)
}

// newTestAuthenticator returns an authenticator whose store knows the session of testPrincipal, and the header that signs it in.
func newTestAuthenticator(t *testing.T) (*Authenticator, *fakeStates, *clock, []string) {
	t.Helper()
	clock := newClock()
	store := &fakeStates{states: map[string]model.SessionState{
		"session-1": {ID: "session-1", UserID: "user-1", Role: "user", Active: true, ExpiresAt: clock.now().Add(24 * time.Hour)},
	}}
	tokens := newTestTokens(t, clock.now, "")
	return NewAuthenticator(tokens, store, nil, clock.now), store, clock, []string{"Bearer " + issue(t, tokens)}
}

func TestAuthenticateHeaders(t *testing.T) {
	t.Parallel()
	a, _, _, good := newTestAuthenticator(t)
	token := strings.TrimPrefix(good[0], "Bearer ")
	for name, test := range map[string]struct {
		header []string
		want   error
	}{
		"bearer":         {good, nil},
		"lower case":     {[]string{"bearer " + token}, nil},
		"upper case":     {[]string{"BEARER " + token}, nil},
		"none":           {nil, ErrNoCredentials},
		"empty":          {[]string{""}, ErrInvalidToken},
		"no token":       {[]string{"Bearer"}, ErrInvalidToken},
		"empty token":    {[]string{"Bearer "}, ErrInvalidToken},
		"two spaces":     {[]string{"Bearer  " + token}, ErrInvalidToken},
		"two tokens":     {[]string{"Bearer " + token + " " + token}, ErrInvalidToken},
		"trailing space": {[]string{"Bearer " + token + " "}, ErrInvalidToken},
		"tab":            {[]string{"Bearer\t" + token}, ErrInvalidToken},
		"raw token":      {[]string{token}, ErrInvalidToken},
		"basic":          {[]string{"Basic " + token}, ErrInvalidToken},
		"comma":          {[]string{"Bearer " + token + ", Bearer " + token}, ErrInvalidToken},
		"two headers":    {[]string{good[0], good[0]}, ErrInvalidToken},
		"garbage":        {[]string{"Bearer a.b.c"}, ErrInvalidToken},
		"very long":      {[]string{"Bearer " + strings.Repeat("a", 1<<20)}, ErrInvalidToken},
		"refresh token":  {[]string{"Bearer " + NewRefreshToken().Text().Reveal()}, ErrInvalidToken},
	} {
		p, err := a.Authenticate(t.Context(), test.header)
		if !errors.Is(err, test.want) || (err == nil) != (p == testPrincipal) {
			t.Errorf("%s: Authenticate = %+v, %v, want %v", name, p, err, test.want)
		}
		if err != nil && !errors.Is(err, model.ErrUnauthenticated) {
			t.Errorf("%s: %v is no ErrUnauthenticated", name, err)
		}
	}
}

func TestChallenge(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]string{
		ErrNoCredentials:         `Bearer`,
		ErrInvalidToken:          `Bearer error="invalid_token"`,
		model.ErrUnauthenticated: `Bearer`,
		model.ErrForbidden:       ``,
		model.ErrUnavailable:     ``,
	} {
		if got := Challenge(errors.Join(err)); got != want {
			t.Errorf("Challenge(%v) = %q, want %q", err, got, want)
		}
	}
}

func TestAuthenticateChecksTheSession(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*model.SessionState)
		want   error
	}{
		"live":            {func(*model.SessionState) {}, nil},
		"revoked":         {func(s *model.SessionState) { s.RevokedAt = s.ExpiresAt.Add(-time.Hour) }, ErrInvalidToken},
		"switched off":    {func(s *model.SessionState) { s.Active = false }, ErrInvalidToken},
		"expired":         {func(s *model.SessionState) { s.ExpiresAt = s.ExpiresAt.Add(-24 * time.Hour) }, ErrInvalidToken},
		"somebody else's": {func(s *model.SessionState) { s.UserID = "user-2" }, ErrInvalidToken},
	} {
		a, store, _, header := newTestAuthenticator(t)
		state := store.states["session-1"]
		test.change(&state)
		store.states["session-1"] = state
		if _, err := a.Authenticate(t.Context(), header); !errors.Is(err, test.want) {
			t.Errorf("%s: Authenticate = %v, want %v", name, err, test.want)
		}
	}
	a, store, _, header := newTestAuthenticator(t)
	delete(store.states, "session-1")
	if _, err := a.Authenticate(t.Context(), header); !errors.Is(err, ErrInvalidToken) {
		t.Errorf("a session that is gone: Authenticate = %v, want ErrInvalidToken", err)
	}
}

func TestRoleIsTheAccountsNow(t *testing.T) {
	t.Parallel()
	a, store, clock, header := newTestAuthenticator(t)
	promote := func(role string) {
		store.set(func(f *fakeStates) {
			state := f.states["session-1"]
			state.Role = role
			f.states["session-1"] = state
		})
	}
	role := func() string {
		p, err := a.Authenticate(t.Context(), header)
		if err != nil {
			t.Fatalf("Authenticate = %v", err)
		}
		return p.Role
	}
	promote("admin")
	if got := role(); got != "admin" {
		t.Errorf("the role is %q, want the account's and not the token's", got)
	}
	promote("user")
	a.ForgetUser("user-1")
	if got := role(); got != "user" {
		t.Errorf("after the change in this process the role is %q", got)
	}
	promote("admin")
	clock.advance(stateFresh)
	if got := role(); got != "admin" {
		t.Errorf("%v after the change in another process the role is %q", stateFresh, got)
	}
}

func TestVerifiedTokensExpire(t *testing.T) {
	t.Parallel()
	a, _, clock, header := newTestAuthenticator(t)
	if _, err := a.Authenticate(t.Context(), header); err != nil {
		t.Fatal(err)
	}
	clock.advance(15*time.Minute + leeway + time.Second)
	if _, err := a.Authenticate(t.Context(), header); !errors.Is(err, ErrInvalidToken) {
		t.Errorf("a remembered token outlived its time: %v", err)
	}
}

func TestAuthenticatorMemoryIsBounded(t *testing.T) {
	t.Parallel()
	a, store, _, _ := newTestAuthenticator(t)
	const size = 100
	a.states.known, a.verified = newRecent[string, knownState](size), newRecent[string, Claims](size)
	template := store.states["session-1"]
	for i := range 10 * size {
		id := strconv.Itoa(i)
		store.states[id] = template
		if _, err := a.states.get(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		a.verified.put(id, Claims{})
	}
	if n := len(a.states.known.young) + len(a.states.known.old); n > 2*size {
		t.Errorf("%d states are remembered", n)
	}
	if n := len(a.verified.young) + len(a.verified.old); n > 2*size {
		t.Errorf("%d tokens are remembered", n)
	}
}

func TestSessionOf(t *testing.T) {
	t.Parallel()
	a, _, clock, header := newTestAuthenticator(t)
	clock.advance(2 * time.Hour) // expired, and still good for signing out
	if p, ok := a.SessionOf(header); !ok || p.SessionID != "session-1" || p.UserID != "user-1" {
		t.Errorf("SessionOf an expired token = %+v, %v", p, ok)
	}
	forger, err := NewTokens(TokenOptions{Name: "shop", Secret: config.Secret(strings.Repeat("x", 40)), TTL: time.Minute, Now: clock.now})
	if err != nil {
		t.Fatal(err)
	}
	forged, _, err := forger.Issue(testPrincipal, clock.now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range [][]string{nil, {""}, {"Bearer x"}, {"Bearer " + forged.Reveal()}, {header[0], header[0]}} {
		if p, ok := a.SessionOf(bad); ok {
			t.Errorf("SessionOf(%.40q) = %+v", bad, p)
		}
	}
}
