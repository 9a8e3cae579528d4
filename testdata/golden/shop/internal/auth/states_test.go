package auth

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"example.com/shop/internal/model"
)

func TestAuthenticateAsksTheStoreSeldom(t *testing.T) {
	t.Parallel()
	a, store, clock, header := newTestAuthenticator(t)
	for range 100 {
		if _, err := a.Authenticate(t.Context(), header); err != nil {
			t.Fatal(err)
		}
	}
	if store.asked != 1 {
		t.Errorf("the store was asked %d times for 100 requests, want once", store.asked)
	}
	if _, ok := a.verified.get(strings.TrimPrefix(header[0], "Bearer ")); !ok {
		t.Error("the token is verified anew for each request")
	}
	clock.advance(stateFresh)
	store.before = func() { // while one request asks, another one makes do with what is known
		if _, err := a.Authenticate(t.Context(), header); err != nil {
			t.Error(err)
		}
	}
	if _, err := a.Authenticate(t.Context(), header); err != nil {
		t.Fatal(err)
	}
	if store.asked != 2 {
		t.Errorf("the store was asked %d times more by two requests at once, want once", store.asked-1)
	}
}

func TestForgettingEndsASessionAtOnce(t *testing.T) {
	t.Parallel()
	for name, forget := range map[string]func(*Authenticator){
		"session": func(a *Authenticator) { a.ForgetSession("session-1") },
		"user":    func(a *Authenticator) { a.ForgetUser("user-1") },
	} {
		a, store, _, header := newTestAuthenticator(t)
		if _, err := a.Authenticate(t.Context(), header); err != nil {
			t.Fatal(err)
		}
		delete(store.states, "session-1")
		forget(a)
		if _, err := a.Authenticate(t.Context(), header); !errors.Is(err, ErrInvalidToken) {
			t.Errorf("%s: after the end Authenticate = %v, want ErrInvalidToken", name, err)
		}
	}
}

// TestForgettingBeatsALoadUnderWay ends a session while its state is being read: what was read is of before.
func TestForgettingBeatsALoadUnderWay(t *testing.T) {
	t.Parallel()
	a, store, _, header := newTestAuthenticator(t)
	store.before = func() {
		store.set(func(f *fakeStates) { delete(f.states, "session-1") })
		a.ForgetSession("session-1")
	}
	if _, err := a.Authenticate(t.Context(), header); err != nil {
		t.Fatalf("the request that was there before the end = %v", err)
	}
	store.before = nil
	if _, err := a.Authenticate(t.Context(), header); !errors.Is(err, ErrInvalidToken) {
		t.Errorf("the next request = %v, want ErrInvalidToken", err)
	}
}

func TestStoreDown(t *testing.T) {
	t.Parallel()
	a, store, clock, header := newTestAuthenticator(t)
	if _, err := a.Authenticate(t.Context(), header); err != nil {
		t.Fatal(err)
	}
	store.err = context.DeadlineExceeded // of the driver's own making
	const step = stateRetry * 3 / 5      // the last retry comes just before the end, and the next would come after it
	for elapsed := time.Duration(0); elapsed < stateLast; elapsed += step {
		if _, err := a.Authenticate(t.Context(), header); err != nil {
			t.Fatalf("%v after the store went down: %v, want the last known state", elapsed, err)
		}
		clock.advance(step)
	}
	_, err := a.Authenticate(t.Context(), header)
	if !errors.Is(err, model.ErrUnavailable) || errors.Is(err, model.ErrUnauthenticated) || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v after the store went down: %v, want ErrUnavailable alone", stateLast, err)
	}
	store.err = nil
	if _, err := a.Authenticate(t.Context(), header); err != nil {
		t.Errorf("after the store came back: %v", err)
	}
}

func TestStoreDownFromTheStart(t *testing.T) {
	t.Parallel()
	a, store, _, header := newTestAuthenticator(t)
	store.err = errors.New("connection refused")
	if _, err := a.Authenticate(t.Context(), header); !errors.Is(err, model.ErrUnavailable) {
		t.Errorf("Authenticate = %v, want ErrUnavailable", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.Authenticate(ctx, header); !errors.Is(err, context.Canceled) {
		t.Errorf("Authenticate for a caller that has gone = %v, want context.Canceled", err)
	}
}
