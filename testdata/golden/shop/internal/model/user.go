package model

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"time"
)

// The roles an account can have.
const (
	RoleUser  = "user"
	RoleAdmin = "admin"
)

// User is an account: somebody who can sign in.
type User struct {
	ID string
	// Email is in canonical form; see CanonicalEmail.
	Email        string
	PasswordHash PasswordHash `json:"-"`
	Role         string
	// Active is false for an account that an admin has switched off: it cannot sign in.
	Active    bool
	Version   int64
	CreatedAt time.Time
	UpdatedAt time.Time
}

// IsAdmin reports whether the account may do what only admins may, now.
func (u User) IsAdmin() bool {
	return u.Active && u.Role == RoleAdmin
}

// Validate refuses a role that does not exist. The rules for e-mail addresses are in CanonicalEmail, those for passwords in
// package auth.
func (u User) Validate() error {
	var v Violations
	v.OneOf("/role", u.Role, RoleUser, RoleAdmin)
	return v.Err()
}

// UserPatch is what an admin may change of an account.
type UserPatch struct {
	Role   Change[string]
	Active Change[bool]
}

// Apply makes the changes that are set.
func (c UserPatch) Apply(u *User) {
	c.Role.Apply(&u.Role)
	c.Active.Apply(&u.Active)
}

// PasswordHash is a hashed password. It never shows itself: formatting, logging and encoding all yield a placeholder, so that
// a whole User in a log line is an annoyance and not a leak. string(h) is the hash.
type PasswordHash string

const redactedHash = "[redacted]"

// Format implements fmt.Formatter for every verb.
func (PasswordHash) Format(s fmt.State, _ rune) { _, _ = fmt.Fprint(s, redactedHash) }

// String implements fmt.Stringer.
func (PasswordHash) String() string { return redactedHash }

// LogValue implements slog.LogValuer.
func (PasswordHash) LogValue() slog.Value { return slog.StringValue(redactedHash) }

// MarshalJSON implements json.Marshaler.
func (PasswordHash) MarshalJSON() ([]byte, error) { return json.Marshal(redactedHash) }

// MarshalText implements encoding.TextMarshaler.
func (PasswordHash) MarshalText() ([]byte, error) { return []byte(redactedHash), nil }
