package service

import (
	"context"
	"fmt"

	"example.com/shop/internal/auth"
	"example.com/shop/internal/model"
)

// userRepository is what User needs of the store of accounts. Emails are unique there: Create and Update return a
// *model.ConflictError for one that is taken.
type userRepository interface {
	Create(ctx context.Context, user model.User) error
	Get(ctx context.Context, id string) (model.User, error)
	List(ctx context.Context, q model.Query) ([]model.User, error)
	Count(ctx context.Context, q model.Query) (int64, error)
	Update(ctx context.Context, user model.User, version int64) error
	Delete(ctx context.Context, id string, version int64) error
	// HasOtherAdmin reports whether an active admin other than this one exists. Within a transaction it holds them: none of
	// them stops being one before the transaction ends.
	HasOtherAdmin(ctx context.Context, id string) (bool, error)
}

// sessionEnder is what User needs of whatever keeps people signed in.
type sessionEnder interface {
	// RevokeUser ends all sessions of an account but the one to keep ("" keeps none), within the caller's transaction.
	RevokeUser(ctx context.Context, userID, keep string) error
	// Forget drops what this process remembers of the account's sessions. It is called after the transaction.
	Forget(userID string)
}

// User is what can be done with accounts.
type User struct {
	users     userRepository
	tx        transactor
	identity  *Identity
	passwords *auth.Passwords
	policy    auth.PasswordPolicy
	sessions  sessionEnder
	audit     *auth.Audit
}

// UserOptions is what NewUser needs; all of it.
type UserOptions struct {
	Users     userRepository
	Tx        transactor
	Identity  *Identity
	Passwords *auth.Passwords
	Policy    auth.PasswordPolicy
	Sessions  sessionEnder
	Audit     *auth.Audit
}

// NewUser returns the service for accounts.
func NewUser(o UserOptions) *User {
	return &User{
		users: o.Users, tx: o.Tx, identity: o.Identity, passwords: o.Passwords, policy: o.Policy, sessions: o.Sessions, audit: o.Audit,
	}
}

// Registration is what somebody gives to get an account.
type Registration struct {
	Email    string
	Password string
}

// Register makes an account with the role of a user. It refuses what Create refuses.
func (s *User) Register(ctx context.Context, in Registration) (model.User, error) {
	return s.Create(ctx, NewAccount{Email: in.Email, Password: in.Password, Role: model.RoleUser})
}

// NewAccount is an account to be made by somebody who may choose its role.
type NewAccount struct {
	Email    string
	Password string
	Role     string
}

// Create makes an account. It refuses an e-mail address that is not one, a password against the policy and a role that does not
// exist with a *model.ValidationError, and an address that is taken with a *model.ConflictError.
func (s *User) Create(ctx context.Context, in NewAccount) (model.User, error) {
	email, err := s.checkAccount(in)
	if err != nil {
		return model.User{}, err
	}
	hash, err := s.passwords.Hash(ctx, in.Password)
	if err != nil {
		return model.User{}, fmt.Errorf("hash the password: %w", err)
	}
	id, err := newID()
	if err != nil {
		return model.User{}, err
	}
	at := now()
	user := model.User{
		ID: id, Email: email, PasswordHash: hash, Role: in.Role, Active: true, Version: 1, CreatedAt: at, UpdatedAt: at,
	}
	if err := s.users.Create(ctx, user); err != nil {
		return model.User{}, fmt.Errorf("create the account: %w", err)
	}
	s.audit.Record(ctx, auth.EventUserCreated, user.ID)
	return user, nil
}

// checkAccount returns the canonical e-mail address, or everything that is wrong with a new account at once.
func (s *User) checkAccount(in NewAccount) (string, error) {
	var v model.Violations
	email, err := model.CanonicalEmail(in.Email)
	if err != nil {
		v.Add("/email", model.CodeFormat, err.Error())
	}
	s.policy.Check(&v, "/password", in.Password, in.Email)
	v.OneOf("/role", in.Role, model.RoleUser, model.RoleAdmin)
	return email, v.Err()
}

// Get returns an account, or model.ErrNotFound.
func (s *User) Get(ctx context.Context, id string) (model.User, error) {
	return s.users.Get(ctx, id)
}

// List returns one page of the accounts, with the keys of the next page in cursor mode and the total in page mode.
func (s *User) List(ctx context.Context, q model.Query) (users []model.User, next []any, total int64, err error) {
	return lister[model.User]{list: s.users.List, count: s.users.Count, value: userValue}.page(ctx, q)
}

// userValue returns the value of a field by which accounts can be sorted.
func userValue(u model.User, field string) any {
	switch field {
	case "email":
		return u.Email
	case "created_at":
		return u.CreatedAt
	case "updated_at":
		return u.UpdatedAt
	default:
		return u.ID
	}
}
