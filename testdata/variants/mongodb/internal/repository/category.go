package repository

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"

	"example.com/shop/internal/database"
	"example.com/shop/internal/database/document"
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
		collection: categoryCollection,
		fields: map[string]listElement{
			"id":         {name: "_id"},
			"name":       {name: "name"},
			"position":   {name: "position"},
			"parent_id":  {name: "parent_id", nullable: true},
			"created_at": {name: "created_at"},
			"updated_at": {name: "updated_at"},
		},
	}}
}

const categoryCollection = "categories"

func readCategory(r *document.Reader) model.Category {
	return model.Category{
		ID:        document.Get(r, "_id", document.Text),
		Name:      document.Get(r, "name", document.Text),
		Position:  document.Get(r, "position", document.Int),
		ParentID:  document.Find(r, "parent_id", document.Text),
		Version:   document.Get(r, "version", document.Int),
		CreatedAt: document.Get(r, "created_at", document.Time),
		UpdatedAt: document.Get(r, "updated_at", document.Time),
	}
}

// categoryTargets lists what a category refers to.
func categoryTargets(item model.Category) []target {
	return []target{
		{collection: "categories", id: item.ParentID},
	}
}

// Create stores an item. It returns a *model.ConflictError when a value that must be unique is taken, and a *model.ValidationError
// when something that it refers to is gone.
func (r *Category) Create(ctx context.Context, item model.Category) error {
	doc := document.New(bson.D{
		{Key: "_id", Value: item.ID},
		{Key: "name", Value: item.Name},
		{Key: "position", Value: item.Position},
		{Key: "parent_id", Value: item.ParentID},
		{Key: "version", Value: item.Version},
		{Key: "created_at", Value: item.CreatedAt},
		{Key: "updated_at", Value: item.UpdatedAt},
	})
	return r.db.WithTx(ctx, func(ctx context.Context) error {
		if err := holdTargets(ctx, r.db, nil, categoryTargets(item)); err != nil {
			return err
		}
		return insert(ctx, r.db, categoryCollection, doc)
	})
}

// Get returns the category of that id, or model.ErrNotFound.
func (r *Category) Get(ctx context.Context, id string) (model.Category, error) {
	return getOne(ctx, r.db, categoryCollection, equal("_id", id), readCategory)
}

// List returns a page of categories: with a cursor up to one more than q.Limit, which says that there is more.
func (r *Category) List(ctx context.Context, q model.Query) ([]model.Category, error) {
	command, err := r.listing.page(q)
	if err != nil {
		return nil, err
	}
	return getAll(ctx, r.db, command, readCategory)
}

// Count returns how many categories the filters of q find.
func (r *Category) Count(ctx context.Context, q model.Query) (int64, error) {
	filter, err := r.listing.all(q)
	if err != nil {
		return 0, err
	}
	return count(ctx, r.db, categoryCollection, filter)
}

// Update replaces the category if it still has the given version. Otherwise it returns model.ErrPrecondition, or
// model.ErrNotFound when it is gone, or one of the errors of Create.
func (r *Category) Update(ctx context.Context, item model.Category, version int64) error {
	filter := equal("_id", item.ID, "version", version)
	changes := document.Changes(bson.D{
		{Key: "name", Value: item.Name},
		{Key: "position", Value: item.Position},
		{Key: "parent_id", Value: item.ParentID},
		{Key: "version", Value: item.Version},
		{Key: "updated_at", Value: item.UpdatedAt},
	})
	return r.db.WithTx(ctx, func(ctx context.Context) error {
		before, err := getOne(ctx, r.db, categoryCollection, filter, readCategory)
		if errors.Is(err, model.ErrNotFound) {
			return r.missed(ctx, item.ID)
		}
		if err != nil {
			return err
		}
		if err := holdTargets(ctx, r.db, categoryTargets(before), categoryTargets(item)); err != nil {
			return err
		}
		found, err := update(ctx, r.db, categoryCollection, filter, changes)
		if err != nil || found {
			return err
		}
		return r.missed(ctx, item.ID)
	})
}

// Delete removes the category if it still has the given version; 0 stands for any. Its errors are those of Update,
// or a *model.ConflictError when something else refers to it.
func (r *Category) Delete(ctx context.Context, id string, version int64) error {
	filter := equal("_id", id)
	if version != 0 {
		filter = append(filter, bson.E{Key: "version", Value: version})
	}
	found, err := deleteOne(ctx, r.db, categoryCollection, filter)
	if err != nil || found {
		return err
	}
	return r.missed(ctx, id)
}

// missed says why a guarded command changed nothing.
func (r *Category) missed(ctx context.Context, id string) error {
	if _, err := r.Get(ctx, id); err != nil {
		return err
	}
	return model.ErrPrecondition
}
