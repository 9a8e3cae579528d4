package service

import (
	"context"

	"example.com/shop/internal/model"
)

// categoryRepository is where categories are kept.
type categoryRepository interface {
	Create(ctx context.Context, item model.Category) error
	Get(ctx context.Context, id string) (model.Category, error)
	List(ctx context.Context, q model.Query) ([]model.Category, error)
	Count(ctx context.Context, q model.Query) (int64, error)
	Update(ctx context.Context, item model.Category, version int64) error
	Delete(ctx context.Context, id string, version int64) error
}

// Category holds the rules for categories.
type Category struct {
	store categoryRepository
	tx    transactor
}

// NewCategory returns the rules for the categories in store.
func NewCategory(store categoryRepository, tx transactor) *Category {
	return &Category{store: store, tx: tx}
}

// Create stores a new category and returns it as stored. Its id, version and times are given here. It
// returns a *model.ValidationError or a *model.ConflictError when it cannot.
func (s *Category) Create(ctx context.Context, item model.Category) (model.Category, error) {
	if err := item.Validate(); err != nil {
		return model.Category{}, err
	}
	id, err := newID()
	if err != nil {
		return model.Category{}, err
	}
	item.ID, item.Version = id, 1
	item.CreatedAt = now()
	item.UpdatedAt = item.CreatedAt
	err = s.tx.WithTx(ctx, func(ctx context.Context) error {
		if err := checkReferences(ctx, s.references(model.Category{}, item)); err != nil {
			return err
		}
		return s.store.Create(ctx, item)
	})
	if err != nil {
		return model.Category{}, err
	}
	return item, nil
}

// Get returns a category, or model.ErrNotFound.
func (s *Category) Get(ctx context.Context, id string) (model.Category, error) {
	return s.store.Get(ctx, id)
}

// List returns a page of categories: with a cursor next is where the following page starts, nil on the last one;
// with a page number total counts all of them.
func (s *Category) List(ctx context.Context, q model.Query) (items []model.Category, next []any, total int64, err error) {
	l := lister[model.Category]{list: s.store.List, count: s.store.Count, value: categoryValue}
	return l.page(ctx, q)
}

// Update applies a patch and returns the result. versions are those that the caller has seen, nil for any: when none is
// the current one, the answer is model.ErrPrecondition. A patch that holds nothing changes nothing.
func (s *Category) Update(ctx context.Context, id string, versions []int64, patch model.CategoryPatch) (model.Category, error) {
	var updated model.Category
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
				item, err = s.change(ctx, item, patch)
			}
			updated = item
			return err
		})
	})
	if err != nil {
		return model.Category{}, err
	}
	return updated, nil
}

func (s *Category) change(ctx context.Context, item model.Category, patch model.CategoryPatch) (model.Category, error) {
	before := item
	patch.Apply(&item)
	if err := item.Validate(); err != nil {
		return item, err
	}
	if err := checkReferences(ctx, s.references(before, item)); err != nil {
		return item, err
	}
	item.Version, item.UpdatedAt = before.Version+1, now()
	return item, s.store.Update(ctx, item, before.Version)
}

// references lists what a category refers to, each beside what it referred to before a change.
func (s *Category) references(before, after model.Category) []reference {
	return []reference{
		{pointer: "/parent_id", target: "a category that you can see", before: before.ParentID, after: after.ParentID, find: find(s.store)},
	}
}

// Delete removes a category. versions are as in Update.
func (s *Category) Delete(ctx context.Context, id string, versions []int64) error {
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

// categoryValue returns what item has in a field that lists may be sorted by.
func categoryValue(item model.Category, field string) any {
	return map[string]any{
		"id":         item.ID,
		"name":       item.Name,
		"position":   item.Position,
		"parent_id":  optional(item.ParentID),
		"created_at": item.CreatedAt,
		"updated_at": item.UpdatedAt,
	}[field]
}
