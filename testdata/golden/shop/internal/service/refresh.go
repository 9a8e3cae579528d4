package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"example.com/shop/internal/auth"
	"example.com/shop/internal/model"
)

// rotation is the outcome of using a refresh token.
type rotation struct {
	state  model.SessionState
	next   auth.RefreshToken
	ended  bool // the session was over before
	reused bool // the token was used before, too long ago for a retry: the session is over now
}

// Refresh exchanges a refresh token for a new pair. Each token works once. Sent again within the grace period, by a client that did
// not get the answer or has two tabs, it yields the same successor; sent again later it has been stolen, by this caller or from this
// caller, and its session ends. It returns auth.ErrInvalidToken for every token that is not good, and an outage as what it is.
func (s *Session) Refresh(ctx context.Context, refreshToken string) (TokenPair, error) {
	token, err := auth.ParseRefreshToken(refreshToken)
	if err != nil {
		return TokenPair{}, err
	}
	var r rotation
	err = s.o.Tx.WithTx(ctx, func(ctx context.Context) error {
		var err error
		r, err = s.rotate(ctx, token)
		return err
	})
	switch {
	case notThere(err):
		return TokenPair{}, fmt.Errorf("unknown refresh token: %w", auth.ErrInvalidToken)
	case err != nil:
		return TokenPair{}, err
	case r.reused:
		s.o.Memory.ForgetSession(r.state.ID)
		s.o.Audit.Record(ctx, auth.EventReuse, r.state.UserID, slog.String("session_id", r.state.ID))
		return TokenPair{}, fmt.Errorf("refresh token used again: %w", auth.ErrInvalidToken)
	case r.ended:
		s.o.Audit.Record(ctx, auth.EventSessionAfterEnd, r.state.UserID, slog.String("session_id", r.state.ID))
		return TokenPair{}, fmt.Errorf("the session is over: %w", auth.ErrInvalidToken)
	}
	p := auth.Principal{UserID: r.state.UserID, Role: r.state.Role, SessionID: r.state.ID}
	return s.pair(p, r.state.ExpiresAt, r.next)
}

// rotate uses a token, within a transaction. The end of a session is an outcome and no error: an error would undo it.
func (s *Session) rotate(ctx context.Context, token auth.RefreshToken) (rotation, error) {
	stored, state, err := s.o.Sessions.Token(ctx, token.Hash())
	if err != nil {
		return rotation{}, fmt.Errorf("look up the refresh token: %w", err)
	}
	at := s.now()
	if !state.Live(at) {
		return rotation{state: state, ended: true}, nil
	}
	if stored.UsedAt.IsZero() {
		next, won, err := s.use(ctx, token, state.ID, at)
		if err != nil || won {
			return rotation{state: state, next: next}, err
		}
		// Where writers run side by side, another one was faster. Its nonce is there now.
		if stored, _, err = s.o.Sessions.Token(ctx, token.Hash()); err != nil {
			return rotation{}, fmt.Errorf("look up the refresh token again: %w", err)
		}
	}
	if s.o.Grace > 0 && at.Sub(stored.UsedAt) < s.o.Grace {
		return rotation{state: state, next: token.Successor(stored.Nonce)}, nil
	}
	if err := s.o.Sessions.Revoke(ctx, state.ID, at); err != nil {
		return rotation{}, fmt.Errorf("revoke the session: %w", err)
	}
	return rotation{state: state, reused: true}, nil
}

// use makes the successor of a token; not when somebody else has used the token in the meantime.
func (s *Session) use(ctx context.Context, token auth.RefreshToken, sessionID string, at time.Time) (auth.RefreshToken, bool, error) {
	nonce := auth.NewNonce()
	won, err := s.o.Sessions.UseToken(ctx, token.Hash(), nonce, at)
	if err != nil {
		return auth.RefreshToken{}, false, fmt.Errorf("use the refresh token: %w", err)
	}
	if !won {
		return auth.RefreshToken{}, false, nil
	}
	next := token.Successor(nonce)
	return next, true, s.addToken(ctx, sessionID, next, at)
}

// purgeBatch is how many sessions are removed in one statement: nobody is to wait for the lock because of it.
const purgeBatch = 500

// Purge removes all sessions that have expired.
func (s *Session) Purge(ctx context.Context) error {
	for {
		removed, err := s.o.Sessions.DeleteExpired(ctx, s.now(), purgeBatch)
		if err != nil {
			return fmt.Errorf("remove expired sessions: %w", err)
		}
		if removed < purgeBatch {
			return nil
		}
	}
}

func notThere(err error) bool {
	return errors.Is(err, model.ErrNotFound)
}
