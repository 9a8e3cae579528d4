package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"example.com/shop/internal/model"
)

// trackedTokens bounds the memory: so many verified tokens, at least, are remembered.
const trackedTokens = 4096

// Authenticator finds out who calls. A token that was verified is remembered until it expires, and the state of its session for
// some seconds: the signature of a token costs more than the rest of a small request. A session that ends in this process ends at
// once, one that ends elsewhere within 10 seconds, or 30 when the store does not answer.
type Authenticator struct {
	tokens *Tokens
	states *states
	audit  *Audit
	now    func() time.Time

	mu       sync.RWMutex
	verified *recent[string, Claims]
}

// NewAuthenticator returns an Authenticator that asks store about sessions.
func NewAuthenticator(tokens *Tokens, store stateStore, audit *Audit, now func() time.Time) *Authenticator {
	return &Authenticator{
		tokens: tokens, states: newStates(store, now), audit: audit, now: now, verified: newRecent[string, Claims](trackedTokens),
	}
}

// Authenticate returns who sent the values of an Authorization header. It returns ErrNoCredentials when there are none,
// ErrInvalidToken when they are not a valid token of a live session, and model.ErrUnavailable when that cannot be found out. The
// role is the account's role now, whatever it was when the token was made.
func (a *Authenticator) Authenticate(ctx context.Context, authorization []string) (Principal, error) {
	token, err := bearer(authorization)
	if err != nil {
		return Principal{}, err
	}
	claims, err := a.verify(token)
	if err != nil {
		return Principal{}, err
	}
	state, err := a.states.get(ctx, claims.SessionID)
	if err != nil && !errors.Is(err, model.ErrNotFound) {
		return Principal{}, err
	}
	if err != nil || state.UserID != claims.UserID || !state.Live(a.now()) {
		a.audit.Record(ctx, EventSessionAfterEnd, claims.UserID, slog.String("session_id", claims.SessionID))
		return Principal{}, fmt.Errorf("the session is over: %w", ErrInvalidToken)
	}
	return Principal{UserID: state.UserID, Role: state.Role, SessionID: claims.SessionID}, nil
}

// SessionOf returns whose session the values of an Authorization header belong to, for ending it: the token's time may be over and
// the session need not be live any more.
func (a *Authenticator) SessionOf(authorization []string) (Principal, bool) {
	token, err := bearer(authorization)
	if err != nil {
		return Principal{}, false
	}
	claims, err := a.tokens.VerifyEnded(token)
	return claims.Principal, err == nil
}

// ForgetSession makes the next request of a session ask the store again.
func (a *Authenticator) ForgetSession(id string) { a.states.forgetSession(id) }

// ForgetUser does so for all sessions of an account.
func (a *Authenticator) ForgetUser(userID string) { a.states.forgetUser(userID) }

func (a *Authenticator) verify(token string) (Claims, error) {
	a.mu.RLock()
	claims, ok := a.verified.get(token)
	a.mu.RUnlock()
	if ok && a.now().Before(claims.ExpiresAt) {
		return claims, nil
	}
	claims, err := a.tokens.Verify(token)
	if err != nil {
		return Claims{}, err
	}
	a.mu.Lock()
	a.verified.put(token, claims)
	a.mu.Unlock()
	return claims, nil
}
