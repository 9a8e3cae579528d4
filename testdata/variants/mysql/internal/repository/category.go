package repository

import (
	"context"

	"example.com/shop/internal/database"
	"example.com/shop/internal/model"
)

// Category stores categories.
type Category struct {
	db      *database.DB
	listing listing
}

// NewCategory returns a store of categories in db.
func NewCategory(db *database.DB) *Category {
	return &Category{db: db, listing: listing{
		table:   "`categories`",
		columns: categoryColumns,
		fields: map[string]listColumn{
			"id":         {name: "`id`"},
			"name":       {name: "`name`"},
			"position":   {name: "`position`"},
			"parent_id":  {name: "`parent_id`", nullable: true},
			"created_at": {name: "`created_at`"},
			"updated_at": {name: "`updated_at`"},
		},
	}}
}

const categoryColumns = "`id`, `name`, `position`, `parent_id`, `version`, `created_at`, `updated_at`"

func scanCategory(r row) (model.Category, error) {
	var item model.Category
	err := r.Scan(&item.ID, &item.Name, &item.Position, &item.ParentID, &item.Version, &item.CreatedAt, &item.UpdatedAt)
	return item, err
}

// Create stores an item. It returns a *model.ConflictError when a value that must be unique is taken, and a *model.ValidationError
// when something that it refers to is gone.
func (r *Category) Create(ctx context.Context, item model.Category) error {
	const query = "INSERT INTO `categories` (" + categoryColumns + ") VALUES (?, ?, ?, ?, ?, ?, ?)"
	_, err := exec(ctx, r.db, query, item.ID, item.Name, item.Position, item.ParentID, item.Version, item.CreatedAt, item.UpdatedAt)
	return unknownReference(err)
}

// Get returns the category of that id, or model.ErrNotFound.
func (r *Category) Get(ctx context.Context, id string) (model.Category, error) {
	const query = "SELECT " + categoryColumns + " FROM `categories` WHERE `id` = ?"
	return getOne(ctx, r.db, scanCategory, query, id)
}

// List returns a page of categories: with a cursor up to one more than q.Limit, which says that there is more.
func (r *Category) List(ctx context.Context, q model.Query) ([]model.Category, error) {
	query, args, err := r.listing.page(q)
	if err != nil {
		return nil, err
	}
	return getAll(ctx, r.db, scanCategory, query, args...)
}

// Count returns how many categories the filters of q find.
func (r *Category) Count(ctx context.Context, q model.Query) (int64, error) {
	query, args, err := r.listing.count(q)
	if err != nil {
		return 0, err
	}
	return getOne(ctx, r.db, count, query, args...)
}

// Update replaces the category if it still has the given version. Otherwise it returns model.ErrPrecondition, or
// model.ErrNotFound when it is gone, or one of the errors of Create.
func (r *Category) Update(ctx context.Context, item model.Category, version int64) error {
	const query = "UPDATE `categories` SET `name` = ?, `position` = ?, `parent_id` = ?, `version` = ?, `updated_at` = ? " +
		"WHERE `id` = ? AND `version` = ?"
	n, err := exec(ctx, r.db, query, item.Name, item.Position, item.ParentID, item.Version, item.UpdatedAt,
		item.ID, version)
	if err != nil || n > 0 {
		return unknownReference(err)
	}
	return r.missed(ctx, item.ID)
}

// Delete removes the category if it still has the given version; 0 stands for any. Its errors are those of Update,
// or a *model.ConflictError when something else refers to it.
func (r *Category) Delete(ctx context.Context, id string, version int64) error {
	n, err := remove(ctx, r.db, "categories", "`id` = ? AND (? = 0 OR `version` = ?)",
		id, version, version)
	if err != nil || n > 0 {
		return inUse(err)
	}
	return r.missed(ctx, id)
}

// missed says why a guarded statement changed nothing.
func (r *Category) missed(ctx context.Context, id string) error {
	if _, err := r.Get(ctx, id); err != nil {
		return err
	}
	return model.ErrPrecondition
}
