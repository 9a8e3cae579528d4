package repository

import (
	"context"
	"slices"

	"example.com/shop/internal/database"
	"example.com/shop/internal/model"
)

// User stores accounts.
type User struct {
	db      *database.DB
	listing listing
}

// NewUser returns a store of accounts in db.
func NewUser(db *database.DB) *User {
	return &User{db: db, listing: listing{
		table:   "`users`",
		columns: userColumns,
		fields: map[string]listColumn{
			"id":         {name: "`id`"},
			"email":      {name: "`email`"},
			"role":       {name: "`role`"},
			"active":     {name: "`active`"},
			"created_at": {name: "`created_at`"},
			"updated_at": {name: "`updated_at`"},
		},
	}}
}

const userColumns = "`id`, `email`, `password_hash`, `role`, `active`, `version`, `created_at`, `updated_at`"

func scanUser(r row) (model.User, error) {
	var user model.User
	err := r.Scan(&user.ID, &user.Email, &user.PasswordHash, &user.Role, &user.Active, &user.Version, &user.CreatedAt, &user.UpdatedAt)
	return user, err
}

// Create stores an account. It returns a *model.ConflictError when the e-mail address is taken.
func (r *User) Create(ctx context.Context, user model.User) error {
	const query = "INSERT INTO `users` (" + userColumns + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
	_, err := exec(ctx, r.db, query, user.ID, user.Email, string(user.PasswordHash), user.Role, user.Active,
		user.Version, user.CreatedAt, user.UpdatedAt)
	return err
}

// Get returns the account of that id, or model.ErrNotFound. In a transaction it stays as it is until the end: what is decided by
// it must not be overtaken by a new password or by its end.
func (r *User) Get(ctx context.Context, id string) (model.User, error) {
	const query = "SELECT " + userColumns + " FROM `users` WHERE `id` = ?"
	return getOne(ctx, r.db, scanUser, query+forUpdate(ctx), id)
}

// GetByEmail returns the account of that e-mail address in canonical form, or model.ErrNotFound.
func (r *User) GetByEmail(ctx context.Context, email string) (model.User, error) {
	const query = "SELECT " + userColumns + " FROM `users` WHERE `email` = ?"
	return getOne(ctx, r.db, scanUser, query, email)
}

// List returns a page of accounts: with a cursor up to one more than q.Limit, which says that there is more.
func (r *User) List(ctx context.Context, q model.Query) ([]model.User, error) {
	query, args, err := r.listing.page(q)
	if err != nil {
		return nil, err
	}
	return getAll(ctx, r.db, scanUser, query, args...)
}

// Count returns how many accounts the filters of q find.
func (r *User) Count(ctx context.Context, q model.Query) (int64, error) {
	query, args, err := r.listing.count(q)
	if err != nil {
		return 0, err
	}
	return getOne(ctx, r.db, count, query, args...)
}

// Update replaces the account if it still has the given version. Otherwise it returns model.ErrPrecondition, or
// model.ErrNotFound when it is gone; a *model.ConflictError when the e-mail address is taken.
func (r *User) Update(ctx context.Context, user model.User, version int64) error {
	const query = "UPDATE `users` SET `email` = ?, `password_hash` = ?, `role` = ?, `active` = ?, " +
		"`version` = ?, `updated_at` = ? WHERE `id` = ? AND `version` = ?"
	n, err := exec(ctx, r.db, query, user.Email, string(user.PasswordHash), user.Role, user.Active, user.Version,
		user.UpdatedAt, user.ID, version)
	if err != nil || n > 0 {
		return err
	}
	return r.missed(ctx, user.ID)
}

// ReplaceHash changes the password's hash if it is still the old one, and nothing else: to whoever sees the account it is the same.
func (r *User) ReplaceHash(ctx context.Context, id string, old, replacement model.PasswordHash) error {
	const query = "UPDATE `users` SET `password_hash` = ? WHERE `id` = ? AND `password_hash` = ?"
	n, err := exec(ctx, r.db, query, string(replacement), id, string(old))
	if err != nil || n > 0 {
		return err
	}
	return r.missed(ctx, id)
}

// Delete removes the account if it still has the given version; 0 stands for any. Whatever belongs to the account goes with it. Its
// errors are those of Update, or a *model.ConflictError when something of somebody else refers to the account.
func (r *User) Delete(ctx context.Context, id string, version int64) error {
	n, err := remove(ctx, r.db, "users", "`id` = ? AND (? = 0 OR `version` = ?)", id, version, version)
	if err != nil || n > 0 {
		return inUse(err)
	}
	return r.missed(ctx, id)
}

// HasOtherAdmin reports whether an active admin other than this one exists. In a transaction all admins are locked: the answer
// holds until it ends.
func (r *User) HasOtherAdmin(ctx context.Context, id string) (bool, error) {
	const query = "SELECT `id` <> ? FROM `users` WHERE `role` = 'admin' AND `active` = 1"
	others, err := getAll(ctx, r.db, func(r row) (other bool, err error) { return other, r.Scan(&other) }, query+forUpdate(ctx), id)
	return slices.Contains(others, true), err
}

// missed says why a guarded statement changed nothing.
func (r *User) missed(ctx context.Context, id string) error {
	if _, err := r.Get(ctx, id); err != nil {
		return err
	}
	return model.ErrPrecondition
}
