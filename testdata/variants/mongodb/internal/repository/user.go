package repository

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"

	"example.com/shop/internal/database"
	"example.com/shop/internal/database/document"
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
		collection: userCollection,
		fields: map[string]listElement{
			"id":         {name: "_id"},
			"email":      {name: "email"},
			"role":       {name: "role"},
			"active":     {name: "active"},
			"created_at": {name: "created_at"},
			"updated_at": {name: "updated_at"},
		},
	}}
}

const userCollection = "users"

func readUser(r *document.Reader) model.User {
	return model.User{
		ID:           document.Get(r, "_id", document.Text),
		Email:        document.Get(r, "email", document.Text),
		PasswordHash: model.PasswordHash(document.Get(r, "password_hash", document.Text)),
		Role:         document.Get(r, "role", document.Text),
		Active:       document.Get(r, "active", document.Bool),
		Version:      document.Get(r, "version", document.Int),
		CreatedAt:    document.Get(r, "created_at", document.Time),
		UpdatedAt:    document.Get(r, "updated_at", document.Time),
	}
}

// Create stores an account. It returns a *model.ConflictError when the e-mail address is taken.
func (r *User) Create(ctx context.Context, user model.User) error {
	return insert(ctx, r.db, userCollection, document.New(bson.D{
		{Key: "_id", Value: user.ID},
		{Key: "email", Value: user.Email},
		{Key: "password_hash", Value: string(user.PasswordHash)},
		{Key: "role", Value: user.Role},
		{Key: "active", Value: user.Active},
		{Key: "version", Value: user.Version},
		{Key: "created_at", Value: user.CreatedAt},
		{Key: "updated_at", Value: user.UpdatedAt},
	}))
}

// Get returns the account of that id, or model.ErrNotFound.
func (r *User) Get(ctx context.Context, id string) (model.User, error) {
	return getOne(ctx, r.db, userCollection, equal("_id", id), readUser)
}

// GetByEmail returns the account of that e-mail address in canonical form, or model.ErrNotFound.
func (r *User) GetByEmail(ctx context.Context, email string) (model.User, error) {
	return getOne(ctx, r.db, userCollection, equal("email", email), readUser)
}

// List returns a page of accounts: with a cursor up to one more than q.Limit, which says that there is more.
func (r *User) List(ctx context.Context, q model.Query) ([]model.User, error) {
	command, err := r.listing.page(q)
	if err != nil {
		return nil, err
	}
	return getAll(ctx, r.db, command, readUser)
}

// Count returns how many accounts the filters of q find.
func (r *User) Count(ctx context.Context, q model.Query) (int64, error) {
	filter, err := r.listing.all(q)
	if err != nil {
		return 0, err
	}
	return count(ctx, r.db, userCollection, filter)
}

// Update replaces the account if it still has the given version. Otherwise it returns model.ErrPrecondition, or
// model.ErrNotFound when it is gone; a *model.ConflictError when the e-mail address is taken.
func (r *User) Update(ctx context.Context, user model.User, version int64) error {
	return r.change(ctx, user.ID, equal("_id", user.ID, "version", version), document.Changes(bson.D{
		{Key: "email", Value: user.Email},
		{Key: "password_hash", Value: string(user.PasswordHash)},
		{Key: "role", Value: user.Role},
		{Key: "active", Value: user.Active},
		{Key: "version", Value: user.Version},
		{Key: "updated_at", Value: user.UpdatedAt},
	}))
}

// ReplaceHash changes the password's hash if it is still the old one, and nothing else: to whoever sees the account it is the same.
func (r *User) ReplaceHash(ctx context.Context, id string, old, replacement model.PasswordHash) error {
	return r.change(ctx, id, equal("_id", id, "password_hash", string(old)), document.Changes(bson.D{
		{Key: "password_hash", Value: string(replacement)},
	}))
}

func (r *User) change(ctx context.Context, id string, filter, changes bson.D) error {
	found, err := update(ctx, r.db, userCollection, filter, changes)
	if err != nil || found {
		return err
	}
	return r.missed(ctx, id)
}

// Delete removes the account if it still has the given version; 0 stands for any. Whatever belongs to the account goes with it. Its
// errors are those of Update, or a *model.ConflictError when something of somebody else refers to the account.
func (r *User) Delete(ctx context.Context, id string, version int64) error {
	filter := equal("_id", id)
	if version != 0 {
		filter = append(filter, bson.E{Key: "version", Value: version})
	}
	found, err := deleteOne(ctx, r.db, userCollection, filter)
	if err != nil || found {
		return err
	}
	return r.missed(ctx, id)
}

// HasOtherAdmin reports whether an active admin other than this one exists, and makes sure that one does until the transaction
// ends: two admins who demote each other at the same time meet.
func (r *User) HasOtherAdmin(ctx context.Context, id string) (bool, error) {
	return hold(ctx, r.db, userCollection, bson.D{
		{Key: "role", Value: model.RoleAdmin},
		{Key: "active", Value: true},
		{Key: "_id", Value: bson.D{{Key: "$ne", Value: id}}},
	})
}

// missed says why a guarded command changed nothing.
func (r *User) missed(ctx context.Context, id string) error {
	if _, err := r.Get(ctx, id); err != nil {
		return err
	}
	return model.ErrPrecondition
}
