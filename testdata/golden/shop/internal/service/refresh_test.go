package service_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/shop/internal/auth"
	"example.com/shop/internal/model"
	"example.com/shop/internal/repository"
	"example.com/shop/internal/service"
)

const grace = 10 * time.Second

func TestRefreshRotates(t *testing.T) {
	t.Parallel()
	s := newSignIn(t, grace)
	pair := s.login(t)
	first := s.wantIn(t, pair)
	seen := map[string]bool{pair.RefreshToken.Reveal(): true}
	for range 10 {
		s.clock.advance(time.Minute)
		pair = s.refresh(t, pair)
		if token := pair.RefreshToken.Reveal(); seen[token] {
			t.Fatal("a refresh token came twice")
		}
		seen[pair.RefreshToken.Reveal()] = true
		if p := s.wantIn(t, pair); p.SessionID != first.SessionID {
			t.Error("a refresh began another session")
		}
	}
}

func TestRefreshTokensAreStoredHashed(t *testing.T) {
	t.Parallel()
	s := newSignIn(t, grace)
	token, err := auth.ParseRefreshToken(s.login(t).RefreshToken.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.store.Token(t.Context(), token.Hash()); err != nil {
		t.Errorf("the hash is not there: %v", err)
	}
	if _, _, err := s.store.Token(t.Context(), token[:]); !errors.Is(err, model.ErrNotFound) {
		t.Errorf("the token itself is there: %v", err)
	}
}

func TestRefreshRefuses(t *testing.T) {
	t.Parallel()
	s := newSignIn(t, grace)
	pair := s.login(t)
	token := pair.RefreshToken.Reveal()
	for name, bad := range map[string]string{
		"nothing":      "",
		"unknown":      auth.NewRefreshToken().Text().Reveal(),
		"access token": pair.AccessToken.Reveal(),
		"truncated":    token[:len(token)-1],
		"padded":       token + "=",
		"with a blank": " " + token,
		"in capitals":  strings.ToUpper(token),
		"endless":      strings.Repeat("a", 1<<20),
	} {
		if _, err := s.Refresh(t.Context(), bad); !errors.Is(err, auth.ErrInvalidToken) {
			t.Errorf("%s: Refresh = %v, want ErrInvalidToken", name, err)
		}
	}
	s.refresh(t, pair) // none of that did harm
}

func TestReuseEndsTheSession(t *testing.T) {
	t.Parallel()
	s := newSignIn(t, time.Second)
	first, other := s.login(t), s.login(t)
	next := s.refresh(t, first)
	s.wantIn(t, next)
	s.clock.advance(time.Second)

	if _, err := s.Refresh(t.Context(), first.RefreshToken.Reveal()); !errors.Is(err, auth.ErrInvalidToken) {
		t.Errorf("Refresh with a used token = %v, want ErrInvalidToken", err)
	}
	s.wantOut(t, next)
	s.wantEvent(t, auth.EventReuse)
	s.wantEvent(t, auth.EventSessionAfterEnd)
	s.refresh(t, other) // another session of the account is not touched
}

func TestReuseOfAnOldTokenEndsTheSession(t *testing.T) {
	t.Parallel()
	s := newSignIn(t, grace)
	stolen := s.login(t)
	pair := stolen
	for range 5 {
		s.clock.advance(time.Minute)
		pair = s.refresh(t, pair)
	}
	if _, err := s.Refresh(t.Context(), stolen.RefreshToken.Reveal()); !errors.Is(err, auth.ErrInvalidToken) {
		t.Errorf("Refresh with a token five turns old = %v", err)
	}
	s.wantOut(t, pair)
}

func TestRetryWithinGraceGetsTheSameSuccessor(t *testing.T) {
	t.Parallel()
	s := newSignIn(t, grace)
	first := s.login(t)
	next := s.refresh(t, first)
	s.clock.advance(grace - time.Millisecond)
	retried := s.refresh(t, first)
	if retried.RefreshToken != next.RefreshToken {
		t.Error("a retry got another successor: two chains are alive")
	}
	s.wantIn(t, retried)
	s.refresh(t, next)
}

// refreshAtOnce uses one token many times in parallel and returns the successors and how many were refused.
func refreshAtOnce(t *testing.T, s signIn, token string) (successors []string, refused int) {
	t.Helper()
	const callers = 20
	var mu sync.Mutex
	var group sync.WaitGroup
	for range callers {
		group.Go(func() {
			pair, err := s.Refresh(t.Context(), token)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				successors = append(successors, pair.RefreshToken.Reveal())
			case errors.Is(err, auth.ErrInvalidToken):
				refused++
			default:
				t.Errorf("Refresh = %v, want success or ErrInvalidToken", err)
			}
		})
	}
	group.Wait()
	return successors, refused
}

func TestParallelRefreshWithGrace(t *testing.T) {
	t.Parallel()
	s := newSignIn(t, grace)
	successors, refused := refreshAtOnce(t, s, s.login(t).RefreshToken.Reveal())
	if refused != 0 {
		t.Errorf("%d callers were refused within the grace period", refused)
	}
	for _, token := range successors {
		if token != successors[0] {
			t.Fatal("callers got different successors")
		}
	}
	if _, err := s.Refresh(t.Context(), successors[0]); err != nil {
		t.Errorf("the successor does not work: %v", err)
	}
}

func TestParallelRefreshWithoutGrace(t *testing.T) {
	t.Parallel()
	s := newSignIn(t, 0)
	successors, refused := refreshAtOnce(t, s, s.login(t).RefreshToken.Reveal())
	if len(successors) != 1 || refused != 19 {
		t.Fatalf("%d callers got a successor and %d were refused, want 1 and 19", len(successors), refused)
	}
	if _, err := s.Refresh(t.Context(), successors[0]); !errors.Is(err, auth.ErrInvalidToken) {
		t.Errorf("the session survived the reuse of its token: %v", err)
	}
}

func TestSessionsEndAbsolutely(t *testing.T) {
	t.Parallel()
	s := newSignIn(t, grace)
	pair := s.login(t)
	for elapsed := time.Duration(0); elapsed < sessionTTL-10*time.Minute; elapsed += 10 * time.Minute {
		s.clock.advance(10 * time.Minute)
		pair = s.refresh(t, pair)
	}
	if pair.ExpiresIn > 10*time.Minute {
		t.Errorf("the last access token lives for %v, longer than its session", pair.ExpiresIn)
	}
	s.clock.advance(10 * time.Minute)
	s.wantOut(t, pair)
	s.wantEvent(t, auth.EventSessionAfterEnd)
}

func TestPurge(t *testing.T) {
	t.Parallel()
	s := newSignIn(t, grace)
	old := s.wantIn(t, s.login(t))
	s.clock.advance(sessionTTL / 2)
	young := s.wantIn(t, s.login(t))
	s.clock.advance(sessionTTL/2 + time.Second)
	if err := s.Purge(t.Context()); err != nil {
		t.Fatalf("Purge = %v", err)
	}
	if _, err := s.store.State(t.Context(), old.SessionID); !errors.Is(err, model.ErrNotFound) {
		t.Errorf("the expired session: %v, want ErrNotFound", err)
	}
	if _, err := s.store.State(t.Context(), young.SessionID); err != nil {
		t.Errorf("the live session: %v", err)
	}
}

// brokenStore fails at the operation of that name.
type brokenStore struct {
	*repository.Session

	at string
}

func (b brokenStore) fail(operation string) error {
	if b.at == operation {
		return model.ErrUnavailable
	}
	return nil
}

func (b brokenStore) Token(ctx context.Context, hash []byte) (model.RefreshToken, model.SessionState, error) {
	if err := b.fail("token"); err != nil {
		return model.RefreshToken{}, model.SessionState{}, err
	}
	return b.Session.Token(ctx, hash)
}

func (b brokenStore) UseToken(ctx context.Context, hash, nonce []byte, at time.Time) (bool, error) {
	if err := b.fail("use"); err != nil {
		return false, err
	}
	return b.Session.UseToken(ctx, hash, nonce, at)
}

// AddToken fails after the fact, which a transaction must undo.
func (b brokenStore) AddToken(ctx context.Context, token model.RefreshToken) error {
	return errors.Join(b.fail("add"), b.Session.AddToken(ctx, token))
}

func (b brokenStore) Create(ctx context.Context, session model.Session) error {
	return errors.Join(b.fail("create"), b.Session.Create(ctx, session))
}

func (b brokenStore) Revoke(ctx context.Context, id string, at time.Time) error {
	if err := b.fail("revoke"); err != nil {
		return err
	}
	return b.Session.Revoke(ctx, id, at)
}

func TestOutagesAreNotRefusals(t *testing.T) {
	t.Parallel()
	for operation, call := range map[string]func(s *service.Session, pair service.TokenPair) error{
		"token": func(s *service.Session, pair service.TokenPair) error {
			return second(s.Refresh(t.Context(), pair.RefreshToken.Reveal()))
		},
		"use": func(s *service.Session, pair service.TokenPair) error {
			return second(s.Refresh(t.Context(), pair.RefreshToken.Reveal()))
		},
		"add": func(s *service.Session, pair service.TokenPair) error {
			return second(s.Refresh(t.Context(), pair.RefreshToken.Reveal()))
		},
		"create": func(s *service.Session, _ service.TokenPair) error {
			return second(s.Login(t.Context(), service.Credentials{Email: annEmail, Password: annPassword}))
		},
		"revoke": func(s *service.Session, pair service.TokenPair) error { return s.Logout(t.Context(), header(pair), "") },
	} {
		s := newSignIn(t, 0)
		pair := s.login(t)
		options := s.options
		options.Sessions = brokenStore{Session: s.store, at: operation}
		err := call(service.NewSession(options), pair)
		if !errors.Is(err, model.ErrUnavailable) || errors.Is(err, model.ErrUnauthenticated) {
			t.Errorf("%s: %v, want ErrUnavailable", operation, err)
		}
		s.refresh(t, pair) // what failed was undone: the token still is good
	}
}

func TestLogoutByRefreshTokenDuringAnOutage(t *testing.T) {
	t.Parallel()
	s := newSignIn(t, 0)
	pair := s.login(t)
	options := s.options
	options.Sessions = brokenStore{Session: s.store, at: "token"}
	if err := service.NewSession(options).Logout(t.Context(), nil, pair.RefreshToken.Reveal()); !errors.Is(err, model.ErrUnavailable) {
		t.Errorf("Logout = %v, want ErrUnavailable: the session still is alive", err)
	}
}
