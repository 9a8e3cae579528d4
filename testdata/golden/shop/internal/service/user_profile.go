package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"example.com/shop/internal/auth"
	"example.com/shop/internal/model"
)

// ProfilePatch is what somebody may change of their own account. A new e-mail address wants the current password.
type ProfilePatch struct {
	Email           model.Change[string]
	CurrentPassword model.Change[string]
}

// UpdateProfile changes the caller's own account. It refuses a new address without the right password, or one that is not an
// address, with a *model.ValidationError and one that is taken with a *model.ConflictError.
func (s *User) UpdateProfile(ctx context.Context, p auth.Principal, versions []int64, in ProfilePatch) (model.User, error) {
	before, err := s.users.Get(ctx, p.UserID)
	if err != nil {
		return model.User{}, orEnded(err)
	}
	if err := checkVersion(versions, before.Version); err != nil {
		return model.User{}, err
	}
	if !in.Email.Set {
		return before, nil
	}
	email, err := checkNewEmail(in)
	if err != nil {
		return model.User{}, err
	}
	// Outside of the transaction: hashing takes long, and others wait to write.
	if err := s.identity.Confirm(ctx, before, "/current_password", in.CurrentPassword.Value); err != nil {
		return model.User{}, err
	}
	if email == before.Email {
		return before, nil
	}
	after, err := s.change(ctx, before, versions, func(_ context.Context, u *model.User) error {
		u.Email = email
		return nil
	})
	if err != nil {
		return model.User{}, err
	}
	s.audit.Record(ctx, auth.EventUserUpdated, p.UserID, slog.String("changed", "email"))
	return after, nil
}

func checkNewEmail(in ProfilePatch) (string, error) {
	var v model.Violations
	email, err := model.CanonicalEmail(in.Email.Value)
	if err != nil {
		v.Add("/email", model.CodeFormat, err.Error())
	}
	if !in.CurrentPassword.Set {
		v.Add("/current_password", model.CodeRequired, "is required to change the e-mail address")
	}
	return email, v.Err()
}

// PasswordChange replaces a password.
type PasswordChange struct {
	Current string
	New     string
}

// ChangePassword gives the caller's account a new password and ends all its sessions but the caller's. It refuses a wrong
// current password and a new one against the policy with a *model.ValidationError.
func (s *User) ChangePassword(ctx context.Context, p auth.Principal, in PasswordChange) error {
	before, err := s.users.Get(ctx, p.UserID)
	if err != nil {
		return orEnded(err)
	}
	var v model.Violations
	s.policy.Check(&v, "/new_password", in.New, before.Email)
	if err := v.Err(); err != nil {
		return err
	}
	if err := s.identity.Confirm(ctx, before, "/current_password", in.Current); err != nil {
		return err
	}
	hash, err := s.passwords.Hash(ctx, in.New)
	if err != nil {
		return fmt.Errorf("hash the password: %w", err)
	}
	_, err = s.change(ctx, before, nil, func(ctx context.Context, u *model.User) error {
		u.PasswordHash = hash
		return s.sessions.RevokeUser(ctx, u.ID, p.SessionID)
	})
	if err != nil {
		return err
	}
	s.sessions.Forget(p.UserID)
	s.audit.Record(ctx, auth.EventPasswordChange, p.UserID)
	return nil
}

// change edits the account whose password was confirmed, in a transaction. When the password has changed since then, the
// confirmation is worth nothing any more.
func (s *User) change(
	ctx context.Context, confirmed model.User, versions []int64, edit func(context.Context, *model.User) error,
) (model.User, error) {
	var after model.User
	err := s.tx.WithTx(ctx, func(ctx context.Context) error {
		before, err := s.lock(ctx, confirmed.ID, versions)
		if err != nil {
			return orEnded(err)
		}
		if before.PasswordHash != confirmed.PasswordHash {
			return wrongPassword("/current_password")
		}
		after = before
		if err := edit(ctx, &after); err != nil {
			return err
		}
		return s.store(ctx, before, &after)
	})
	return after, err
}

// DeleteAccount removes the caller's own account. It refuses what Delete refuses.
func (s *User) DeleteAccount(ctx context.Context, p auth.Principal, versions []int64) error {
	return orEnded(s.Delete(ctx, p, p.UserID, versions))
}

// orEnded turns the disappearance of the caller's own account into what it means for a session: that it is over.
func orEnded(err error) error {
	if errors.Is(err, model.ErrNotFound) {
		return fmt.Errorf("the account is gone: %w", model.ErrUnauthenticated)
	}
	return err
}
