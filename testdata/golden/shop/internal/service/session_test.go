package service_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/shop/internal/auth"
	"example.com/shop/internal/config"
	"example.com/shop/internal/database/databasetest"
	"example.com/shop/internal/model"
	"example.com/shop/internal/repository"
	"example.com/shop/internal/service"
)

const sessionTTL = 24 * time.Hour

// movableClock is a time that tests move by hand.
type movableClock struct {
	mu sync.Mutex
	at time.Time
}

func (c *movableClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *movableClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// lockedBuffer is a log that many may write to.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// signIn is everything about signing in, over a real database.
type signIn struct {
	*service.Session

	users         *service.User
	store         *repository.Session
	options       service.SessionOptions
	authenticator *auth.Authenticator
	clock         *movableClock
	log           *lockedBuffer
	ann           model.User
}

// newSignIn returns a service with the account of ann.
func newSignIn(t *testing.T, grace time.Duration) signIn {
	t.Helper()
	db := databasetest.Open(t)
	s := signIn{
		store: repository.NewSession(db), log: &lockedBuffer{}, clock: &movableClock{at: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)},
	}
	audit := auth.NewAudit(slog.New(slog.NewJSONHandler(s.log, nil)))
	tokens, err := auth.NewTokens(auth.TokenOptions{
		Name: "shop", Secret: config.Secret(strings.Repeat("k3y!", 8)), TTL: 15 * time.Minute, Now: s.clock.now,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.authenticator = auth.NewAuthenticator(tokens, s.store, audit, s.clock.now)
	passwords, accounts := cheapHashing(), repository.NewUser(db)
	identity := service.NewIdentity(accounts, passwords, auth.NewAttempts(0, 0, s.clock.now), audit)
	s.options = service.SessionOptions{
		Sessions: s.store, Tx: db, Identity: identity, Tokens: tokens, Memory: s.authenticator, Audit: audit,
		TTL: sessionTTL, Grace: grace, Now: s.clock.now,
	}
	s.Session = service.NewSession(s.options)
	s.users = service.NewUser(service.UserOptions{
		Users: accounts, Tx: db, Identity: identity, Passwords: passwords, Policy: auth.PasswordPolicy{Service: "shop"},
		Sessions: s.Session, Audit: audit,
	})
	if s.ann, err = s.users.Register(t.Context(), service.Registration{Email: annEmail, Password: annPassword}); err != nil {
		t.Fatalf("Register = %v", err)
	}
	return s
}

func (s signIn) login(t *testing.T) service.TokenPair {
	t.Helper()
	pair, err := s.Login(t.Context(), service.Credentials{Email: annEmail, Password: annPassword, IP: home()})
	if err != nil {
		t.Fatalf("Login = %v", err)
	}
	return pair
}

func (s signIn) refresh(t *testing.T, pair service.TokenPair) service.TokenPair {
	t.Helper()
	next, err := s.Refresh(t.Context(), pair.RefreshToken.Reveal())
	if err != nil {
		t.Fatalf("Refresh = %v", err)
	}
	return next
}

func header(pair service.TokenPair) []string { return []string{"Bearer " + pair.AccessToken.Reveal()} }

// wantIn and wantOut check whether a pair of tokens gives access.
func (s signIn) wantIn(t *testing.T, pair service.TokenPair) auth.Principal {
	t.Helper()
	p, err := s.authenticator.Authenticate(t.Context(), header(pair))
	if err != nil || p.UserID != s.ann.ID {
		t.Errorf("Authenticate = %+v, %v, want ann", p, err)
	}
	return p
}

func (s signIn) wantOut(t *testing.T, pair service.TokenPair) {
	t.Helper()
	if p, err := s.authenticator.Authenticate(t.Context(), header(pair)); !errors.Is(err, auth.ErrInvalidToken) {
		t.Errorf("Authenticate = %+v, %v, want ErrInvalidToken", p, err)
	}
	if _, err := s.Refresh(t.Context(), pair.RefreshToken.Reveal()); !errors.Is(err, auth.ErrInvalidToken) {
		t.Errorf("Refresh = %v, want ErrInvalidToken", err)
	}
}

func (s signIn) wantEvent(t *testing.T, event auth.Event) {
	t.Helper()
	if !strings.Contains(s.log.String(), `"`+string(event)+`"`) {
		t.Errorf("no %s in the log: %s", event, s.log)
	}
}

func TestLogin(t *testing.T) {
	t.Parallel()
	s := newSignIn(t, time.Second)
	pair := s.login(t)
	p := s.wantIn(t, pair)
	if p.Role != model.RoleUser || !model.IsUUID(p.SessionID) || pair.ExpiresIn != 15*time.Minute {
		t.Errorf("Login = %+v for %v", p, pair.ExpiresIn)
	}
	if other := s.wantIn(t, s.login(t)); other.SessionID == p.SessionID {
		t.Error("two logins share a session")
	}
	if _, err := s.Login(t.Context(), service.Credentials{Email: annEmail, Password: "wrong"}); !errors.Is(err, model.ErrUnauthenticated) {
		t.Errorf("Login with a wrong password = %v", err)
	}
	s.wantEvent(t, auth.EventLoginSuccess)
	s.wantEvent(t, auth.EventLoginFail)
	if strings.Contains(s.log.String(), pair.RefreshToken.Reveal()) || strings.Contains(s.log.String(), pair.AccessToken.Reveal()) {
		t.Error("a token is in the log")
	}
}

// staleIdentity verifies an account as it was before its password changed.
type staleIdentity struct {
	*service.Identity

	before model.User
}

func (i staleIdentity) Verify(context.Context, service.Credentials) (model.User, error) {
	return i.before, nil
}

func TestLoginWhileThePasswordChanges(t *testing.T) {
	t.Parallel()
	s := newSignIn(t, time.Second)
	p := s.wantIn(t, s.login(t))
	if err := s.users.ChangePassword(t.Context(), p, service.PasswordChange{Current: annPassword, New: "another walk at dusk"}); err != nil {
		t.Fatal(err)
	}
	identity, _ := s.options.Identity.(*service.Identity)
	s.options.Identity = staleIdentity{Identity: identity, before: s.ann}
	_, err := service.NewSession(s.options).Login(t.Context(), service.Credentials{})
	if !errors.Is(err, model.ErrUnauthenticated) {
		t.Errorf("Login = %v, want ErrUnauthenticated", err)
	}
}

func TestLogout(t *testing.T) {
	t.Parallel()
	for name, logout := range map[string]func(s signIn, pair service.TokenPair) error{
		"by access token": func(s signIn, pair service.TokenPair) error { return s.Logout(t.Context(), header(pair), "") },
		"by refresh token": func(s signIn, pair service.TokenPair) error {
			return s.Logout(t.Context(), nil, pair.RefreshToken.Reveal())
		},
		"by both": func(s signIn, pair service.TokenPair) error {
			return s.Logout(t.Context(), header(pair), pair.RefreshToken.Reveal())
		},
		"by an access token that has expired": func(s signIn, pair service.TokenPair) error {
			s.clock.advance(time.Hour)
			return s.Logout(t.Context(), header(pair), "")
		},
		"by a refresh token that was used": func(s signIn, pair service.TokenPair) error {
			if _, err := s.Refresh(t.Context(), pair.RefreshToken.Reveal()); err != nil {
				return err
			}
			return s.Logout(t.Context(), nil, pair.RefreshToken.Reveal())
		},
	} {
		s := newSignIn(t, 10*time.Second)
		pair, other := s.login(t), s.login(t)
		s.wantIn(t, pair)
		for i := range 2 {
			if err := logout(s, pair); err != nil && i == 0 {
				t.Errorf("%s: %v", name, err)
			}
		}
		s.wantOut(t, pair)
		s.refresh(t, other)
		s.wantEvent(t, auth.EventRevoked)
	}
}

func TestLogoutOfNothing(t *testing.T) {
	t.Parallel()
	s := newSignIn(t, time.Second)
	pair := s.login(t)
	for range 2 {
		for _, refresh := range []string{"", "nonsense", auth.NewRefreshToken().Text().Reveal()} {
			for _, authorization := range [][]string{nil, {""}, {"Bearer x.y.z"}, {"Basic abc"}} {
				if err := s.Logout(t.Context(), authorization, refresh); err != nil {
					t.Errorf("Logout(%q, %q) = %v", authorization, refresh, err)
				}
			}
		}
	}
	s.wantIn(t, pair)
}

// TestWhatEndsSessions checks that access is over at once in this process.
func TestWhatEndsSessions(t *testing.T) {
	t.Parallel()
	admin := auth.Principal{UserID: "admin", Role: model.RoleAdmin}
	for name, end := range map[string]func(s signIn, p auth.Principal) error{
		"switched off": func(s signIn, p auth.Principal) error {
			return second(s.users.Update(t.Context(), admin, p.UserID, nil, model.UserPatch{Active: model.Changed(false)}))
		},
		"deleted by an admin": func(s signIn, p auth.Principal) error { return s.users.Delete(t.Context(), admin, p.UserID, nil) },
		"deleted by herself":  func(s signIn, p auth.Principal) error { return s.users.DeleteAccount(t.Context(), p, nil) },
		"password changed elsewhere": func(s signIn, p auth.Principal) error {
			p.SessionID = "another"
			return s.users.ChangePassword(t.Context(), p, service.PasswordChange{Current: annPassword, New: "another walk at dusk"})
		},
	} {
		s := newSignIn(t, 10*time.Second)
		pair := s.login(t)
		if err := end(s, s.wantIn(t, pair)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		s.wantOut(t, pair)
	}
}

func TestChangingThePasswordKeepsTheSessionItCameFrom(t *testing.T) {
	t.Parallel()
	s := newSignIn(t, time.Second)
	here, there := s.login(t), s.login(t)
	p := s.wantIn(t, here)
	s.wantIn(t, there)
	if err := s.users.ChangePassword(t.Context(), p, service.PasswordChange{Current: annPassword, New: "another walk at dusk"}); err != nil {
		t.Fatalf("ChangePassword = %v", err)
	}
	s.wantOut(t, there)
	s.wantIn(t, here)
	s.refresh(t, here)
}

func TestANewRoleCountsAtOnce(t *testing.T) {
	t.Parallel()
	s := newSignIn(t, time.Second)
	pair := s.login(t)
	s.wantIn(t, pair)
	admin := auth.Principal{UserID: "admin"}
	for _, role := range []string{model.RoleAdmin, model.RoleUser} {
		if role == model.RoleUser {
			if _, err := s.users.Create(t.Context(), service.NewAccount{Email: "b@example.com", Password: annPassword, Role: model.RoleAdmin}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.users.Update(t.Context(), admin, s.ann.ID, nil, model.UserPatch{Role: model.Changed(role)}); err != nil {
			t.Fatalf("Update = %v", err)
		}
		if p := s.wantIn(t, pair); p.Role != role {
			t.Errorf("the role is %q, want %q", p.Role, role)
		}
	}
}
