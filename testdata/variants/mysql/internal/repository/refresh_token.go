package repository

import (
	"context"
	"time"

	"example.com/shop/internal/model"
)

// AddToken stores the hash of a new refresh token.
func (r *Session) AddToken(ctx context.Context, token model.RefreshToken) error {
	const query = "INSERT INTO `refresh_tokens` (`hash`, `session_id`, `created_at`) VALUES (?, ?, ?)"
	_, err := exec(ctx, r.db, query, token.Hash, token.SessionID, token.CreatedAt)
	return err
}

// refreshTokenState is a refresh token with the state of its session.
type refreshTokenState struct {
	token model.RefreshToken
	state model.SessionState
}

func scanRefreshTokenState(r row) (refreshTokenState, error) {
	var t refreshTokenState
	var used *time.Time
	dest, done := sessionStateDest(&t.state)
	err := r.Scan(append([]any{
		&t.token.Hash, &t.token.SessionID, &t.token.CreatedAt, &used, &t.token.Nonce,
	}, dest...)...)
	done()
	t.token.UsedAt = orZero(used)
	return t, err
}

// Token returns a refresh token by its hash with the state of its session, or model.ErrNotFound.
func (r *Session) Token(ctx context.Context, hash []byte) (model.RefreshToken, model.SessionState, error) {
	const query = "SELECT t.`hash`, t.`session_id`, t.`created_at`, t.`used_at`, t.`nonce`, " + sessionStateColumns + " " +
		"FROM `refresh_tokens` t JOIN `sessions` s ON s.`id` = t.`session_id` JOIN `users` u ON u.`id` = s.`user_id` " +
		"WHERE t.`hash` = ?"
	found, err := getOne(ctx, r.db, scanRefreshTokenState, query, hash)
	return found.token, found.state, err
}

// UseToken marks a token as used, and reports false when it was before.
func (r *Session) UseToken(ctx context.Context, hash, nonce []byte, at time.Time) (bool, error) {
	const query = "UPDATE `refresh_tokens` SET `used_at` = ?, `nonce` = ? WHERE `hash` = ? AND `used_at` IS NULL"
	n, err := exec(ctx, r.db, query, at, nonce, hash)
	return n > 0, err
}
