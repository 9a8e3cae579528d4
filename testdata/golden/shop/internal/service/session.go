package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"example.com/shop/internal/auth"
	"example.com/shop/internal/config"
	"example.com/shop/internal/model"
)

// sessionRepository is what Session needs of the store of sessions and refresh tokens.
type sessionRepository interface {
	Create(ctx context.Context, session model.Session) error
	AddToken(ctx context.Context, token model.RefreshToken) error
	// Token returns a refresh token by its hash with the state of its session, or model.ErrNotFound.
	Token(ctx context.Context, hash []byte) (model.RefreshToken, model.SessionState, error)
	// UseToken marks a token as used, and reports false when it was before.
	UseToken(ctx context.Context, hash, nonce []byte, at time.Time) (bool, error)
	// Revoke ends a session. One that has ended, or is not there, stays as it is.
	Revoke(ctx context.Context, id string, at time.Time) error
	// RevokeUser ends all sessions of an account but the one to keep ("" keeps none).
	RevokeUser(ctx context.Context, userID, keep string, at time.Time) error
	// DeleteExpired removes at most limit sessions that had expired by then, with their tokens, and returns how many.
	DeleteExpired(ctx context.Context, before time.Time, limit int) (int64, error)
}

// identifier is what Session needs of Identity.
type identifier interface {
	Verify(ctx context.Context, c Credentials) (model.User, error)
	// Unchanged returns an error unless the account is still as it was when it was verified.
	Unchanged(ctx context.Context, user model.User) error
}

// sessionMemory is what Session needs of whoever remembers sessions, the authenticator.
type sessionMemory interface {
	SessionOf(authorization []string) (auth.Principal, bool)
	ForgetSession(id string)
	ForgetUser(userID string)
}

// tokenIssuer makes access tokens.
type tokenIssuer interface {
	Issue(p auth.Principal, sessionEnd time.Time) (config.Secret, time.Duration, error)
}

// Session is what can be done with sessions: to begin, to prolong and to end them.
type Session struct {
	o SessionOptions
}

// SessionOptions is what NewSession needs; all of it.
type SessionOptions struct {
	Sessions sessionRepository
	Tx       transactor
	Identity identifier
	Tokens   tokenIssuer
	Memory   sessionMemory
	Audit    *auth.Audit
	// TTL is how long a session lasts, from its login on.
	TTL time.Duration
	// Grace is how long a refresh token that was used may be sent again; 0 means never.
	Grace time.Duration
	Now   func() time.Time
}

// NewSession returns the service for sessions.
func NewSession(o SessionOptions) *Session {
	return &Session{o: o}
}

// TokenPair is what somebody gets who has signed in.
type TokenPair struct {
	AccessToken  config.Secret
	RefreshToken config.Secret
	// ExpiresIn is how long the access token is valid, in whole seconds.
	ExpiresIn time.Duration
}

// Login begins a session. It refuses what Identity.Verify refuses.
func (s *Session) Login(ctx context.Context, c Credentials) (TokenPair, error) {
	user, err := s.o.Identity.Verify(ctx, c)
	if err != nil {
		return TokenPair{}, err
	}
	id, err := newID()
	if err != nil {
		return TokenPair{}, err
	}
	at := s.now()
	session := model.Session{ID: id, UserID: user.ID, CreatedAt: at, ExpiresAt: at.Add(s.o.TTL)}
	refresh := auth.NewRefreshToken()
	err = s.o.Tx.WithTx(ctx, func(ctx context.Context) error {
		// The password may have been changed while it was verified; then this session would outlive the change.
		if err := s.o.Identity.Unchanged(ctx, user); err != nil {
			return err
		}
		if err := s.o.Sessions.Create(ctx, session); err != nil {
			return fmt.Errorf("create the session: %w", err)
		}
		return s.addToken(ctx, id, refresh, at)
	})
	if err != nil {
		return TokenPair{}, err
	}
	s.o.Audit.Record(ctx, auth.EventLoginSuccess, user.ID, slog.String("session_id", id))
	return s.pair(auth.Principal{UserID: user.ID, Role: user.Role, SessionID: id}, session.ExpiresAt, refresh)
}

// Logout ends the session of an access token, given as the values of the Authorization header, and that of a refresh token; either
// may be missing. It succeeds when there is nothing to end: afterwards neither gives access, and that is what was asked for.
func (s *Session) Logout(ctx context.Context, authorization []string, refreshToken string) error {
	if p, ok := s.o.Memory.SessionOf(authorization); ok {
		if err := s.end(ctx, p.UserID, p.SessionID); err != nil {
			return err
		}
	}
	state, found, err := s.sessionOf(ctx, refreshToken)
	if err != nil || !found {
		return err
	}
	return s.end(ctx, state.UserID, state.ID)
}

// sessionOf returns the session of a refresh token; false when there is none, or it is no token.
func (s *Session) sessionOf(ctx context.Context, refreshToken string) (state model.SessionState, found bool, err error) {
	token, err := auth.ParseRefreshToken(refreshToken)
	if err == nil {
		_, state, err = s.o.Sessions.Token(ctx, token.Hash())
	}
	switch {
	case errors.Is(err, auth.ErrInvalidToken), errors.Is(err, model.ErrNotFound):
		return model.SessionState{}, false, nil
	case err != nil:
		return model.SessionState{}, false, fmt.Errorf("look up the refresh token: %w", err)
	default:
		return state, true, nil
	}
}

func (s *Session) end(ctx context.Context, userID, id string) error {
	if err := s.o.Sessions.Revoke(ctx, id, s.now()); err != nil {
		return fmt.Errorf("revoke the session: %w", err)
	}
	s.o.Memory.ForgetSession(id)
	s.o.Audit.Record(ctx, auth.EventRevoked, userID, slog.String("session_id", id))
	return nil
}

// RevokeUser ends all sessions of an account but the one to keep ("" keeps none), within the caller's transaction.
func (s *Session) RevokeUser(ctx context.Context, userID, keep string) error {
	return s.o.Sessions.RevokeUser(ctx, userID, keep, s.now())
}

// Forget drops what this process remembers of the account's sessions.
func (s *Session) Forget(userID string) {
	s.o.Memory.ForgetUser(userID)
}

func (s *Session) pair(p auth.Principal, sessionEnd time.Time, refresh auth.RefreshToken) (TokenPair, error) {
	access, life, err := s.o.Tokens.Issue(p, sessionEnd)
	if err != nil {
		return TokenPair{}, err
	}
	return TokenPair{AccessToken: access, RefreshToken: refresh.Text(), ExpiresIn: life}, nil
}

func (s *Session) addToken(ctx context.Context, sessionID string, token auth.RefreshToken, at time.Time) error {
	err := s.o.Sessions.AddToken(ctx, model.RefreshToken{Hash: token.Hash(), SessionID: sessionID, CreatedAt: at})
	if err != nil {
		return fmt.Errorf("add a refresh token: %w", err)
	}
	return nil
}

func (s *Session) now() time.Time {
	return model.CanonicalTime(s.o.Now())
}
