package service

import (
	"context"
	"fmt"
	"log/slog"

	"example.com/shop/internal/auth"
	"example.com/shop/internal/model"
)

// Update changes the role of an account or switches it on and off. What it takes away is gone at once: sessions of an account
// that is switched off end, and roles are read anew. It refuses versions that are not the stored one with model.ErrPrecondition,
// and to leave no active admin with a *model.ConflictError.
func (s *User) Update(ctx context.Context, actor auth.Principal, id string, versions []int64, patch model.UserPatch) (model.User, error) {
	var before, after model.User
	err := s.tx.WithTx(ctx, func(ctx context.Context) error {
		var err error
		if before, err = s.lock(ctx, id, versions); err != nil {
			return err
		}
		after = before
		patch.Apply(&after)
		if after == before {
			return nil
		}
		return s.administer(ctx, before, &after)
	})
	if err != nil {
		return model.User{}, err
	}
	if after != before {
		s.sessions.Forget(id)
		s.recordChange(ctx, actor, before, after)
	}
	return after, nil
}

// administer stores what an admin has changed.
func (s *User) administer(ctx context.Context, before model.User, after *model.User) error {
	if err := after.Validate(); err != nil {
		return err
	}
	if before.IsAdmin() && !after.IsAdmin() {
		if err := s.keepAnAdmin(ctx, before.ID); err != nil {
			return err
		}
	}
	if before.Active && !after.Active {
		if err := s.sessions.RevokeUser(ctx, before.ID, ""); err != nil {
			return fmt.Errorf("end the sessions: %w", err)
		}
	}
	return s.store(ctx, before, after)
}

// Delete removes an account with its sessions and everything it owns. It refuses what Update refuses.
func (s *User) Delete(ctx context.Context, actor auth.Principal, id string, versions []int64) error {
	err := s.tx.WithTx(ctx, func(ctx context.Context) error {
		user, err := s.lock(ctx, id, versions)
		if err != nil {
			return err
		}
		if user.IsAdmin() {
			if err := s.keepAnAdmin(ctx, id); err != nil {
				return err
			}
		}
		if err := s.sessions.RevokeUser(ctx, id, ""); err != nil {
			return fmt.Errorf("end the sessions: %w", err)
		}
		return s.users.Delete(ctx, id, user.Version)
	})
	if err != nil {
		return err
	}
	s.sessions.Forget(id)
	s.audit.Record(ctx, auth.EventUserDeleted, id, actorAttr(actor))
	return nil
}

// lock reads an account within a transaction and compares its version with those that the caller expects.
func (s *User) lock(ctx context.Context, id string, versions []int64) (model.User, error) {
	user, err := s.users.Get(ctx, id)
	if err != nil {
		return model.User{}, err
	}
	return user, checkVersion(versions, user.Version)
}

// store writes a changed account as the next version.
func (s *User) store(ctx context.Context, before model.User, after *model.User) error {
	after.Version = before.Version + 1
	after.UpdatedAt = now()
	return s.users.Update(ctx, *after, before.Version)
}

// keepAnAdmin refuses a change that would leave nobody to administer the service.
func (s *User) keepAnAdmin(ctx context.Context, id string) error {
	others, err := s.users.HasOtherAdmin(ctx, id)
	if err != nil {
		return fmt.Errorf("look for another admin: %w", err)
	}
	if !others {
		return &model.ConflictError{Detail: "This is the last active admin."}
	}
	return nil
}

func (s *User) recordChange(ctx context.Context, actor auth.Principal, before, after model.User) {
	if before.Role != after.Role {
		s.audit.Record(ctx, auth.EventPermissions, after.ID, actorAttr(actor),
			slog.String("from", before.Role), slog.String("to", after.Role))
	}
	if before.Active != after.Active {
		s.audit.Record(ctx, auth.EventUserUpdated, after.ID, actorAttr(actor), slog.Bool("active", after.Active))
	}
}

func actorAttr(actor auth.Principal) slog.Attr {
	return slog.String("actor_id", actor.UserID)
}
