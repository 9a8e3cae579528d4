package repository

import (
	"context"

	"example.com/shop/internal/database"
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
		table:   "`reviews`",
		columns: reviewColumns,
		fields: map[string]listColumn{
			"id":         {name: "`id`"},
			"product_id": {name: "`product_id`"},
			"rating":     {name: "`rating`"},
			"body":       {name: "`body`", nullable: true},
			"created_at": {name: "`created_at`"},
			"updated_at": {name: "`updated_at`"},
		},
	}}
}

const reviewColumns = "`id`, `product_id`, `rating`, `body`, `version`, `created_at`, `updated_at`"

func scanReview(r row) (model.Review, error) {
	var item model.Review
	err := r.Scan(&item.ID, &item.ProductID, &item.Rating, &item.Body, &item.Version, &item.CreatedAt, &item.UpdatedAt)
	return item, err
}

// Create stores an item. It returns a *model.ConflictError when a value that must be unique is taken, and a *model.ValidationError
// when something that it refers to is gone.
func (r *Review) Create(ctx context.Context, item model.Review) error {
	const query = "INSERT INTO `reviews` (" + reviewColumns + ") VALUES (?, ?, ?, ?, ?, ?, ?)"
	_, err := exec(ctx, r.db, query, item.ID, item.ProductID, item.Rating, item.Body, item.Version, item.CreatedAt, item.UpdatedAt)
	return unknownReference(err)
}

// Get returns the review of that id, or model.ErrNotFound.
func (r *Review) Get(ctx context.Context, id string) (model.Review, error) {
	const query = "SELECT " + reviewColumns + " FROM `reviews` WHERE `id` = ?"
	return getOne(ctx, r.db, scanReview, query, id)
}

// List returns a page of reviews: with a cursor up to one more than q.Limit, which says that there is more.
func (r *Review) List(ctx context.Context, q model.Query) ([]model.Review, error) {
	query, args, err := r.listing.page(q)
	if err != nil {
		return nil, err
	}
	return getAll(ctx, r.db, scanReview, query, args...)
}

// Count returns how many reviews the filters of q find.
func (r *Review) Count(ctx context.Context, q model.Query) (int64, error) {
	query, args, err := r.listing.count(q)
	if err != nil {
		return 0, err
	}
	return getOne(ctx, r.db, count, query, args...)
}

// Update replaces the review if it still has the given version. Otherwise it returns model.ErrPrecondition, or
// model.ErrNotFound when it is gone, or one of the errors of Create.
func (r *Review) Update(ctx context.Context, item model.Review, version int64) error {
	const query = "UPDATE `reviews` SET `product_id` = ?, `rating` = ?, `body` = ?, `version` = ?, `updated_at` = ? " +
		"WHERE `id` = ? AND `version` = ?"
	n, err := exec(ctx, r.db, query, item.ProductID, item.Rating, item.Body, item.Version, item.UpdatedAt,
		item.ID, version)
	if err != nil || n > 0 {
		return unknownReference(err)
	}
	return r.missed(ctx, item.ID)
}

// Delete removes the review if it still has the given version; 0 stands for any. Its errors are those of Update,
// or a *model.ConflictError when something else refers to it.
func (r *Review) Delete(ctx context.Context, id string, version int64) error {
	n, err := remove(ctx, r.db, "reviews", "`id` = ? AND (? = 0 OR `version` = ?)",
		id, version, version)
	if err != nil || n > 0 {
		return inUse(err)
	}
	return r.missed(ctx, id)
}

// missed says why a guarded statement changed nothing.
func (r *Review) missed(ctx context.Context, id string) error {
	if _, err := r.Get(ctx, id); err != nil {
		return err
	}
	return model.ErrPrecondition
}
