package service

import (
	"context"

	"example.com/shop/internal/model"
)

// productRepository is where products are kept.
type productRepository interface {
	Create(ctx context.Context, item model.Product) error
	Get(ctx context.Context, ownerID, id string) (model.Product, error)
	List(ctx context.Context, ownerID string, q model.Query) ([]model.Product, error)
	Count(ctx context.Context, ownerID string, q model.Query) (int64, error)
	Update(ctx context.Context, item model.Product, version int64) error
	Delete(ctx context.Context, ownerID, id string, version int64) error
}

// Product holds the rules for products. Everybody sees and changes only their own.
type Product struct {
	store      productRepository
	categories finder[model.Category]
	tx         transactor
}

// NewProduct returns the rules for the products in store, which refer to categories.
func NewProduct(store productRepository, categories finder[model.Category], tx transactor) *Product {
	return &Product{store: store, categories: categories, tx: tx}
}

// Create stores a new product and returns it as stored. Its id, version and times are given here; its owner is the caller's to set. It
// returns a *model.ValidationError or a *model.ConflictError when it cannot.
func (s *Product) Create(ctx context.Context, item model.Product) (model.Product, error) {
	item.Normalize()
	if err := item.Validate(); err != nil {
		return model.Product{}, err
	}
	id, err := newID()
	if err != nil {
		return model.Product{}, err
	}
	item.ID, item.Version = id, 1
	item.CreatedAt = now()
	item.UpdatedAt = item.CreatedAt
	err = s.tx.WithTx(ctx, func(ctx context.Context) error {
		if err := checkReferences(ctx, s.references(model.Product{}, item)); err != nil {
			return err
		}
		return s.store.Create(ctx, item)
	})
	if err != nil {
		return model.Product{}, err
	}
	return item, nil
}

// Get returns a product, or model.ErrNotFound.
func (s *Product) Get(ctx context.Context, ownerID, id string) (model.Product, error) {
	return s.store.Get(ctx, ownerID, id)
}

// List returns a page of products: with a cursor next is where the following page starts, nil on the last one;
// with a page number total counts all of them.
func (s *Product) List(ctx context.Context, ownerID string, q model.Query) (items []model.Product, next []any, total int64, err error) {
	l := lister[model.Product]{
		list: func(ctx context.Context, q model.Query) ([]model.Product, error) {
			return s.store.List(ctx, ownerID, q)
		},
		count: func(ctx context.Context, q model.Query) (int64, error) {
			return s.store.Count(ctx, ownerID, q)
		},
		value: productValue,
	}
	return l.page(ctx, q)
}

// Update applies a patch and returns the result. versions are those that the caller has seen, nil for any: when none is
// the current one, the answer is model.ErrPrecondition. A patch that holds nothing changes nothing.
func (s *Product) Update(ctx context.Context, ownerID, id string, versions []int64, patch model.ProductPatch) (model.Product, error) {
	var updated model.Product
	err := retryLost(ctx, versions, func() error {
		return s.tx.WithTx(ctx, func(ctx context.Context) error {
			item, err := s.store.Get(ctx, ownerID, id)
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
		return model.Product{}, err
	}
	return updated, nil
}

func (s *Product) change(ctx context.Context, item model.Product, patch model.ProductPatch) (model.Product, error) {
	before := item
	patch.Apply(&item)
	item.Normalize()
	if err := item.Validate(); err != nil {
		return item, err
	}
	if err := checkReferences(ctx, s.references(before, item)); err != nil {
		return item, err
	}
	item.Version, item.UpdatedAt = before.Version+1, now()
	return item, s.store.Update(ctx, item, before.Version)
}

// references lists what a product refers to, each beside what it referred to before a change.
func (s *Product) references(before, after model.Product) []reference {
	return []reference{
		{pointer: "/category_id", target: "a category that you can see", before: &before.CategoryID, after: &after.CategoryID, find: find(s.categories)},
	}
}

// Delete removes a product. versions are as in Update.
func (s *Product) Delete(ctx context.Context, ownerID, id string, versions []int64) error {
	if versions == nil {
		return s.store.Delete(ctx, ownerID, id, 0)
	}
	return s.tx.WithTx(ctx, func(ctx context.Context) error {
		item, err := s.store.Get(ctx, ownerID, id)
		if err != nil {
			return err
		}
		if err := checkVersion(versions, item.Version); err != nil {
			return err
		}
		return s.store.Delete(ctx, ownerID, id, item.Version)
	})
}

// productValue returns what item has in a field that lists may be sorted by.
func productValue(item model.Product, field string) any {
	return map[string]any{
		"id":          item.ID,
		"name":        item.Name,
		"sku":         item.SKU,
		"price":       item.Price,
		"stock":       item.Stock,
		"status":      item.Status,
		"category_id": item.CategoryID,
		"created_at":  item.CreatedAt,
		"updated_at":  item.UpdatedAt,
	}[field]
}
