package repository

import (
	"context"
	"time"

	"example.com/shop/internal/database"
	"example.com/shop/internal/model"
)

// Session stores sessions and the hashes of their refresh tokens.
type Session struct {
	db *database.DB
}

// NewSession returns a store of sessions in db.
func NewSession(db *database.DB) *Session {
	return &Session{db: db}
}

// Create stores a session. It returns model.ErrConflict when the account is gone.
func (r *Session) Create(ctx context.Context, session model.Session) error {
	const query = "INSERT INTO `sessions` (`id`, `user_id`, `created_at`, `expires_at`) VALUES (?, ?, ?, ?)"
	_, err := exec(ctx, r.db, query, session.ID, session.UserID,
		session.CreatedAt, session.ExpiresAt)
	return err
}

const sessionStateColumns = "s.`id`, s.`user_id`, u.`role`, u.`active`, s.`expires_at`, s.`revoked_at`"

// sessionStateDest returns where a row of sessionStateColumns goes; the caller calls done after the scan.
func sessionStateDest(state *model.SessionState) (dest []any, done func()) {
	var revoked *time.Time
	dest = []any{
		&state.ID, &state.UserID, &state.Role, &state.Active, &state.ExpiresAt, &revoked,
	}
	return dest, func() { state.RevokedAt = orZero(revoked) }
}

func scanSessionState(r row) (model.SessionState, error) {
	var state model.SessionState
	dest, done := sessionStateDest(&state)
	err := r.Scan(dest...)
	done()
	return state, err
}

// State returns the state of a session and its account, or model.ErrNotFound.
func (r *Session) State(ctx context.Context, id string) (model.SessionState, error) {
	const query = "SELECT " + sessionStateColumns + " FROM `sessions` s JOIN `users` u ON u.`id` = s.`user_id` WHERE s.`id` = ?"
	return getOne(ctx, r.db, scanSessionState, query, id)
}

// Revoke ends a session. One that has ended, or is not there, stays as it is.
func (r *Session) Revoke(ctx context.Context, id string, at time.Time) error {
	const query = "UPDATE `sessions` SET `revoked_at` = ? WHERE `id` = ? AND `revoked_at` IS NULL"
	_, err := exec(ctx, r.db, query, at, id)
	return err
}

// RevokeUser ends all sessions of an account but the one to keep ("" keeps none).
func (r *Session) RevokeUser(ctx context.Context, userID, keep string, at time.Time) error {
	const query = "UPDATE `sessions` SET `revoked_at` = ? WHERE `user_id` = ? AND `id` <> ? AND `revoked_at` IS NULL"
	_, err := exec(ctx, r.db, query, at, userID, keep)
	return err
}

// DeleteExpired removes at most limit sessions that had expired by then, with their tokens, and returns how many.
func (r *Session) DeleteExpired(ctx context.Context, before time.Time, limit int) (int64, error) {
	const query = "DELETE FROM `sessions` WHERE `expires_at` < ? ORDER BY `expires_at` LIMIT ?"
	return exec(ctx, r.db, query, before, limit)
}

func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}
