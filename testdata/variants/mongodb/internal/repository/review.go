package repository

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"

	"example.com/shop/internal/database"
	"example.com/shop/internal/database/document"
	"example.com/shop/internal/model"
)

// Review stores reviews.
type Review struct {
	db      *database.DB
	listing listing
}

// NewReview returns a store of reviews in db.
func NewReview(db *database.DB) *Review {
	return &Review{db: db, listing: listing{
		collection: reviewCollection,
		fields: map[string]listElement{
			"id":         {name: "_id"},
			"product_id": {name: "product_id"},
			"rating":     {name: "rating"},
			"body":       {name: "body", nullable: true},
			"created_at": {name: "created_at"},
			"updated_at": {name: "updated_at"},
		},
	}}
}

const reviewCollection = "reviews"

func readReview(r *document.Reader) model.Review {
	return model.Review{
		ID:        document.Get(r, "_id", document.Text),
		ProductID: document.Get(r, "product_id", document.Text),
		Rating:    document.Get(r, "rating", document.Int),
		Body:      document.Find(r, "body", document.Text),
		Version:   document.Get(r, "version", document.Int),
		CreatedAt: document.Get(r, "created_at", document.Time),
		UpdatedAt: document.Get(r, "updated_at", document.Time),
	}
}

// reviewTargets lists what a review refers to.
func reviewTargets(item model.Review) []target {
	return []target{
		{collection: "products", id: item.ProductID},
	}
}

// Create stores an item. It returns a *model.ConflictError when a value that must be unique is taken, and a *model.ValidationError
// when something that it refers to is gone.
func (r *Review) Create(ctx context.Context, item model.Review) error {
	doc := document.New(bson.D{
		{Key: "_id", Value: item.ID},
		{Key: "product_id", Value: item.ProductID},
		{Key: "rating", Value: item.Rating},
		{Key: "body", Value: item.Body},
		{Key: "version", Value: item.Version},
		{Key: "created_at", Value: item.CreatedAt},
		{Key: "updated_at", Value: item.UpdatedAt},
	})
	return r.db.WithTx(ctx, func(ctx context.Context) error {
		if err := holdTargets(ctx, r.db, nil, reviewTargets(item)); err != nil {
			return err
		}
		return insert(ctx, r.db, reviewCollection, doc)
	})
}

// Get returns the review of that id, or model.ErrNotFound.
func (r *Review) Get(ctx context.Context, id string) (model.Review, error) {
	return getOne(ctx, r.db, reviewCollection, equal("_id", id), readReview)
}

// List returns a page of reviews: with a cursor up to one more than q.Limit, which says that there is more.
func (r *Review) List(ctx context.Context, q model.Query) ([]model.Review, error) {
	command, err := r.listing.page(q)
	if err != nil {
		return nil, err
	}
	return getAll(ctx, r.db, command, readReview)
}

// Count returns how many reviews the filters of q find.
func (r *Review) Count(ctx context.Context, q model.Query) (int64, error) {
	filter, err := r.listing.all(q)
	if err != nil {
		return 0, err
	}
	return count(ctx, r.db, reviewCollection, filter)
}

// Update replaces the review if it still has the given version. Otherwise it returns model.ErrPrecondition, or
// model.ErrNotFound when it is gone, or one of the errors of Create.
func (r *Review) Update(ctx context.Context, item model.Review, version int64) error {
	filter := equal("_id", item.ID, "version", version)
	changes := document.Changes(bson.D{
		{Key: "product_id", Value: item.ProductID},
		{Key: "rating", Value: item.Rating},
		{Key: "body", Value: item.Body},
		{Key: "version", Value: item.Version},
		{Key: "updated_at", Value: item.UpdatedAt},
	})
	return r.db.WithTx(ctx, func(ctx context.Context) error {
		before, err := getOne(ctx, r.db, reviewCollection, filter, readReview)
		if errors.Is(err, model.ErrNotFound) {
			return r.missed(ctx, item.ID)
		}
		if err != nil {
			return err
		}
		if err := holdTargets(ctx, r.db, reviewTargets(before), reviewTargets(item)); err != nil {
			return err
		}
		found, err := update(ctx, r.db, reviewCollection, filter, changes)
		if err != nil || found {
			return err
		}
		return r.missed(ctx, item.ID)
	})
}

// Delete removes the review if it still has the given version; 0 stands for any. Its errors are those of Update,
// or a *model.ConflictError when something else refers to it.
func (r *Review) Delete(ctx context.Context, id string, version int64) error {
	filter := equal("_id", id)
	if version != 0 {
		filter = append(filter, bson.E{Key: "version", Value: version})
	}
	found, err := deleteOne(ctx, r.db, reviewCollection, filter)
	if err != nil || found {
		return err
	}
	return r.missed(ctx, id)
}

// missed says why a guarded command changed nothing.
func (r *Review) missed(ctx context.Context, id string) error {
	if _, err := r.Get(ctx, id); err != nil {
		return err
	}
	return model.ErrPrecondition
}
