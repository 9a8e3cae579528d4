package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"

	"example.com/shop/internal/auth"
	"example.com/shop/internal/model"
)

// Credentials are what somebody signs in with.
type Credentials struct {
	Email    string
	Password string
	// IP is where the attempt comes from; failures are counted per account and per pair of account and address.
	IP netip.Addr
}

// identityRepository is what Identity needs of the store of accounts.
type identityRepository interface {
	Get(ctx context.Context, id string) (model.User, error)
	GetByEmail(ctx context.Context, email string) (model.User, error)
	// ReplaceHash changes the password's hash if it is still the old one, and nothing else: the version stays.
	ReplaceHash(ctx context.Context, id string, old, replacement model.PasswordHash) error
}

// Identity finds out whether somebody is who they say.
type Identity struct {
	users     identityRepository
	passwords *auth.Passwords
	attempts  *auth.Attempts
	audit     *auth.Audit
}

// NewIdentity returns an Identity over the accounts in users.
func NewIdentity(users identityRepository, passwords *auth.Passwords, attempts *auth.Attempts, audit *auth.Audit) *Identity {
	return &Identity{users: users, passwords: passwords, attempts: attempts, audit: audit}
}

// Verify returns the account that the credentials belong to. For a wrong password, an account that does not exist and one that is
// switched off it returns the same model.ErrUnauthenticated after the same work; after too many failures a
// *model.RateLimitedError. An outage is never taken for a wrong password.
func (s *Identity) Verify(ctx context.Context, c Credentials) (model.User, error) {
	if err := checkLength("/password", c.Password); err != nil {
		return model.User{}, err
	}
	email, err := model.CanonicalEmail(c.Email)
	known := err == nil
	if !known {
		email = c.Email // no account has it; it is counted all the same
	}
	attempt, err := s.attempts.Start("login "+email, c.IP)
	if err != nil {
		s.audit.Record(ctx, auth.EventRateLimit, "", slog.String("limit", "login"))
		return model.User{}, err
	}
	var user model.User
	if known {
		user, err = s.users.GetByEmail(ctx, email)
	}
	if err != nil && !errors.Is(err, model.ErrNotFound) {
		attempt.Abandon()
		return model.User{}, fmt.Errorf("look up the account: %w", err)
	}
	match, outdated, err := s.passwords.Verify(ctx, user.PasswordHash, c.Password)
	if err != nil {
		attempt.Abandon()
		return model.User{}, fmt.Errorf("verify the password: %w", err)
	}
	if !match || !user.Active {
		s.audit.Record(ctx, auth.EventLoginFail, user.ID)
		return model.User{}, fmt.Errorf("wrong credentials: %w", model.ErrUnauthenticated)
	}
	attempt.Succeed()
	if outdated {
		user.PasswordHash = s.rehash(ctx, user, c.Password)
	}
	return user, nil
}

// Unchanged returns an error unless the account still has the password that was verified and is still switched on. It is asked in
// the transaction that opens a session.
func (s *Identity) Unchanged(ctx context.Context, user model.User) error {
	current, err := s.users.Get(ctx, user.ID)
	if err != nil && !errors.Is(err, model.ErrNotFound) {
		return fmt.Errorf("look up the account again: %w", err)
	}
	if err != nil || !current.Active || current.PasswordHash != user.PasswordHash {
		return fmt.Errorf("the account has changed: %w", model.ErrUnauthenticated)
	}
	return nil
}

// rehash brings a hash up to the current cost while the password is known, and returns the hash that the account has now. When that
// fails, the old hash still does, and the next login tries again.
func (s *Identity) rehash(ctx context.Context, user model.User, password string) model.PasswordHash {
	hash, err := s.passwords.Hash(ctx, password)
	if err != nil || s.users.ReplaceHash(ctx, user.ID, user.PasswordHash, hash) != nil {
		return user.PasswordHash
	}
	return hash
}

// Confirm makes sure that whoever uses the account now knows its password: a session alone is not enough to take an account
// over. A wrong password is a violation at pointer.
func (s *Identity) Confirm(ctx context.Context, user model.User, pointer, password string) error {
	if err := checkLength(pointer, password); err != nil {
		return err
	}
	// Kept apart from the budget for signing in: a thief's guesses must not keep the owner out, nor the other way round.
	// The prefixes keep them apart even for somebody who signs in as "confirm …".
	attempt, err := s.attempts.Start("confirm "+user.ID, netip.Addr{})
	if err != nil {
		s.audit.Record(ctx, auth.EventRateLimit, user.ID, slog.String("limit", "confirm"))
		return err
	}
	match, _, err := s.passwords.Verify(ctx, user.PasswordHash, password)
	if err != nil {
		attempt.Abandon()
		return fmt.Errorf("verify the password: %w", err)
	}
	if !match {
		s.audit.Record(ctx, auth.EventPasswordFail, user.ID)
		return wrongPassword(pointer)
	}
	attempt.Succeed()
	return nil
}

// checkLength refuses what cannot be anybody's password before any work is done on it.
func checkLength(pointer, password string) error {
	var v model.Violations
	v.Bytes(pointer, password, auth.MaxPassword)
	return v.Err()
}

func wrongPassword(pointer string) error {
	var v model.Violations
	v.Add(pointer, "incorrect", "is not the current password")
	return v.Err()
}
