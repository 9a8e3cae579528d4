package service

import (
	"context"

	"example.com/shop/internal/model"
)

// reviewRepository is where reviews are kept.
type reviewRepository interface {
	Create(ctx context.Context, item model.Review) error
	Get(ctx context.Context, id string) (model.Review, error)
	List(ctx context.Context, q model.Query) ([]model.Review, error)
	Count(ctx context.Context, q model.Query) (int64, error)
	Update(ctx context.Context, item model.Review, version int64) error
	Delete(ctx context.Context, id string, version int64) error
}

// Review holds the rules for reviews.
type Review struct {
	store    reviewRepository
	products ownedFinder[model.Product]
	tx       transactor
}

// NewReview returns the rules for the reviews in store, which refer to products.
func NewReview(store reviewRepository, products ownedFinder[model.Product], tx transactor) *Review {
	return &Review{store: store, products: products, tx: tx}
}

// Create stores a new review and returns it as stored. Its id, version and times are given here. It
// returns a *model.ValidationError or a *model.ConflictError when it cannot. What it refers to, the caller must be able to see.
func (s *Review) Create(ctx context.Context, callerID string, item model.Review) (model.Review, error) {
	if err := item.Validate(); err != nil {
		return model.Review{}, err
	}
	id, err := newID()
	if err != nil {
		return model.Review{}, err
	}
	item.ID, item.Version = id, 1
	item.CreatedAt = now()
	item.UpdatedAt = item.CreatedAt
	err = s.tx.WithTx(ctx, func(ctx context.Context) error {
		if err := checkReferences(ctx, s.references(callerID, model.Review{}, item)); err != nil {
			return err
		}
		return s.store.Create(ctx, item)
	})
	if err != nil {
		return model.Review{}, err
	}
	return item, nil
}

// Get returns a review, or model.ErrNotFound.
func (s *Review) Get(ctx context.Context, id string) (model.Review, error) {
	return s.store.Get(ctx, id)
}

// List returns a page of reviews: with a cursor next is where the following page starts, nil on the last one;
// with a page number total counts all of them.
func (s *Review) List(ctx context.Context, q model.Query) (items []model.Review, next []any, total int64, err error) {
	l := lister[model.Review]{list: s.store.List, count: s.store.Count, value: reviewValue}
	return l.page(ctx, q)
}

// Update applies a patch and returns the result. versions are those that the caller has seen, nil for any: when none is
// the current one, the answer is model.ErrPrecondition. A patch that holds nothing changes nothing. What it makes the
// review refer to, the caller must be able to see.
func (s *Review) Update(ctx context.Context, callerID, id string, versions []int64, patch model.ReviewPatch) (model.Review, error) {
	var updated model.Review
	err := retryLost(ctx, versions, func() error {
		return s.tx.WithTx(ctx, func(ctx context.Context) error {
			item, err := s.store.Get(ctx, id)
			if err != nil {
				return err
			}
			if err := checkVersion(versions, item.Version); err != nil {
				return err
			}
			if !patch.Empty() {
				item, err = s.change(ctx, callerID, item, patch)
			}
			updated = item
			return err
		})
	})
	if err != nil {
		return model.Review{}, err
	}
	return updated, nil
}

func (s *Review) change(ctx context.Context, callerID string, item model.Review, patch model.ReviewPatch) (model.Review, error) {
	before := item
	patch.Apply(&item)
	if err := item.Validate(); err != nil {
		return item, err
	}
	if err := checkReferences(ctx, s.references(callerID, before, item)); err != nil {
		return item, err
	}
	item.Version, item.UpdatedAt = before.Version+1, now()
	return item, s.store.Update(ctx, item, before.Version)
}

// references lists what a review refers to, each beside what it referred to before a change.
func (s *Review) references(callerID string, before, after model.Review) []reference {
	return []reference{
		{pointer: "/product_id", target: "a product that you can see", before: &before.ProductID, after: &after.ProductID, find: findOwned(s.products, callerID)},
	}
}

// Delete removes a review. versions are as in Update.
func (s *Review) Delete(ctx context.Context, id string, versions []int64) error {
	if versions == nil {
		return s.store.Delete(ctx, id, 0)
	}
	return s.tx.WithTx(ctx, func(ctx context.Context) error {
		item, err := s.store.Get(ctx, id)
		if err != nil {
			return err
		}
		if err := checkVersion(versions, item.Version); err != nil {
			return err
		}
		return s.store.Delete(ctx, id, item.Version)
	})
}

// reviewValue returns what item has in a field that lists may be sorted by.
func reviewValue(item model.Review, field string) any {
	return map[string]any{
		"id":         item.ID,
		"product_id": item.ProductID,
		"rating":     item.Rating,
		"created_at": item.CreatedAt,
		"updated_at": item.UpdatedAt,
	}[field]
}
