package repository

import (
	"context"
	"crypto/sha256"
	"fmt"

	"example.com/shop/internal/cache"
	"example.com/shop/internal/database"
	"example.com/shop/internal/model"
)

// categorySource is the store that a cache stands in front of.
type categorySource interface {
	Create(ctx context.Context, item model.Category) error
	Get(ctx context.Context, id string) (model.Category, error)
	List(ctx context.Context, q model.Query) ([]model.Category, error)
	Count(ctx context.Context, q model.Query) (int64, error)
	Update(ctx context.Context, item model.Category, version int64) error
	Delete(ctx context.Context, id string, version int64) error
}

// CachedCategory remembers categories that were read by id, and how many there are. Lists always come from the store.
type CachedCategory struct {
	categorySource
	cache *cache.Cache
}

// NewCachedCategory puts a cache in front of source.
func NewCachedCategory(source categorySource, c *cache.Cache) *CachedCategory {
	return &CachedCategory{categorySource: source, cache: c}
}

// categoryKey is where a category is cached. Version must grow when model.Category changes.
func categoryKey(id string) cache.Key {
	return cache.Key{Space: "category", Version: 1, ID: id}
}

// Get returns the category of that id, or model.ErrNotFound. A transaction reads past the cache: what it sees is not
// committed yet, and what it decides must not rest on something old.
func (r *CachedCategory) Get(ctx context.Context, id string) (model.Category, error) {
	if database.InTx(ctx) {
		return r.categorySource.Get(ctx, id)
	}
	return cache.Fetch(ctx, r.cache, categoryKey(id), func(ctx context.Context) (model.Category, error) {
		return r.categorySource.Get(ctx, id)
	})
}

// categoryCounts is where the numbers of categories are cached. The id in it depends on the filters; a
// hash bounds the memory that clients can fill.
func categoryCounts(filters []model.Filter) cache.Key {
	id := sha256.Sum256(fmt.Appendf(nil, "%#v", filters))
	return cache.Key{Space: "category count", Version: 1, ID: string(id[:])}
}

// Count returns how many categories the filters of q find. Counting reads every row, so numbered pages would cost the more
// the more rows there are. Any change forgets all counts, whatever their filters.
func (r *CachedCategory) Count(ctx context.Context, q model.Query) (int64, error) {
	if database.InTx(ctx) {
		return r.categorySource.Count(ctx, q)
	}
	return cache.Fetch(ctx, r.cache, categoryCounts(q.Filters), func(ctx context.Context) (int64, error) {
		return r.categorySource.Count(ctx, q)
	})
}

// Create stores a new category.
func (r *CachedCategory) Create(ctx context.Context, item model.Category) error {
	defer r.forget(ctx, item.ID)
	return r.categorySource.Create(ctx, item)
}

// Update replaces the category and forgets what was cached of it.
func (r *CachedCategory) Update(ctx context.Context, item model.Category, version int64) error {
	defer r.forget(ctx, item.ID)
	return r.categorySource.Update(ctx, item, version)
}

// Delete removes the category, also from the cache.
func (r *CachedCategory) Delete(ctx context.Context, id string, version int64) error {
	defer r.forget(ctx, id)
	return r.categorySource.Delete(ctx, id, version)
}

// forget drops the category and the counts once the change is committed: until then others must still see, and may cache, the old
// one. It also follows a failed change, which may have happened all the same if the answer was lost.
func (r *CachedCategory) forget(ctx context.Context, id string) {
	database.AfterCommit(ctx, func() {
		r.cache.Delete(categoryKey(id))
		r.cache.DeletePrefix(categoryCounts(nil))
	})
}
