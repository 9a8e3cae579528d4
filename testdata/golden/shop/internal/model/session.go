package model

import "time"

// Session is one sign-in of an account. It lasts from its login to ExpiresAt, or until it is revoked.
type Session struct {
	ID        string
	UserID    string
	CreatedAt time.Time
	ExpiresAt time.Time
}

// SessionState is what a request needs to know of a session and its account now.
type SessionState struct {
	ID        string
	UserID    string
	Role      string
	Active    bool // the account is switched on
	ExpiresAt time.Time
	RevokedAt time.Time // zero when it is not revoked
}

// Live reports whether the session gives access at that time.
func (s SessionState) Live(at time.Time) bool {
	return s.Active && s.RevokedAt.IsZero() && at.Before(s.ExpiresAt)
}

// RefreshToken is what is stored of a refresh token: never the token itself.
type RefreshToken struct {
	Hash      []byte // SHA-256 of the token
	SessionID string
	CreatedAt time.Time
	UsedAt    time.Time // zero while the token has not been used
	// Nonce is random and set on use: the token's successor is derived from the token and it, so that only who has the
	// token can have the successor.
	Nonce []byte
}
