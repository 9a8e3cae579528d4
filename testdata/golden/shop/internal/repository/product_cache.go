package repository

import (
	"context"
	"crypto/sha256"
	"fmt"

	"example.com/shop/internal/cache"
	"example.com/shop/internal/database"
	"example.com/shop/internal/model"
)

// productSource is the store that a cache stands in front of.
type productSource interface {
	Create(ctx context.Context, item model.Product) error
	Get(ctx context.Context, ownerID, id string) (model.Product, error)
	List(ctx context.Context, ownerID string, q model.Query) ([]model.Product, error)
	Count(ctx context.Context, ownerID string, q model.Query) (int64, error)
	Update(ctx context.Context, item model.Product, version int64) error
	Delete(ctx context.Context, ownerID, id string, version int64) error
}

// CachedProduct remembers products that were read by id, and how many there are. Lists always come from the store.
type CachedProduct struct {
	productSource
	cache *cache.Cache
}

// NewCachedProduct puts a cache in front of source.
func NewCachedProduct(source productSource, c *cache.Cache) *CachedProduct {
	return &CachedProduct{productSource: source, cache: c}
}

// productKey is where a product is cached. Version must grow when model.Product changes.
func productKey(ownerID, id string) cache.Key {
	return cache.Key{Space: "product", Version: 1, Owner: ownerID, ID: id}
}

// Get returns the product of that id, or model.ErrNotFound. A transaction reads past the cache: what it sees is not
// committed yet, and what it decides must not rest on something old.
func (r *CachedProduct) Get(ctx context.Context, ownerID, id string) (model.Product, error) {
	if database.InTx(ctx) {
		return r.productSource.Get(ctx, ownerID, id)
	}
	return cache.Fetch(ctx, r.cache, productKey(ownerID, id), func(ctx context.Context) (model.Product, error) {
		return r.productSource.Get(ctx, ownerID, id)
	})
}

// productCounts is where the numbers of products are cached for an owner. The id in it depends on the filters; a
// hash bounds the memory that clients can fill.
func productCounts(ownerID string, filters []model.Filter) cache.Key {
	id := sha256.Sum256(fmt.Appendf(nil, "%#v", filters))
	return cache.Key{Space: "product count", Version: 1, Owner: ownerID, ID: string(id[:])}
}

// Count returns how many products the filters of q find. Counting reads every row, so numbered pages would cost the more
// the more rows there are. Any change forgets all counts of its owner, whatever their filters.
func (r *CachedProduct) Count(ctx context.Context, ownerID string, q model.Query) (int64, error) {
	if database.InTx(ctx) {
		return r.productSource.Count(ctx, ownerID, q)
	}
	return cache.Fetch(ctx, r.cache, productCounts(ownerID, q.Filters), func(ctx context.Context) (int64, error) {
		return r.productSource.Count(ctx, ownerID, q)
	})
}

// Create stores a new product.
func (r *CachedProduct) Create(ctx context.Context, item model.Product) error {
	defer r.forget(ctx, item.OwnerID, item.ID)
	return r.productSource.Create(ctx, item)
}

// Update replaces the product and forgets what was cached of it.
func (r *CachedProduct) Update(ctx context.Context, item model.Product, version int64) error {
	defer r.forget(ctx, item.OwnerID, item.ID)
	return r.productSource.Update(ctx, item, version)
}

// Delete removes the product, also from the cache.
func (r *CachedProduct) Delete(ctx context.Context, ownerID, id string, version int64) error {
	defer r.forget(ctx, ownerID, id)
	return r.productSource.Delete(ctx, ownerID, id, version)
}

// forget drops the product and the counts once the change is committed: until then others must still see, and may cache, the old
// one. It also follows a failed change, which may have happened all the same if the answer was lost.
func (r *CachedProduct) forget(ctx context.Context, ownerID, id string) {
	database.AfterCommit(ctx, func() {
		r.cache.Delete(productKey(ownerID, id))
		r.cache.DeletePrefix(productCounts(ownerID, nil))
	})
}
