package repository

import (
	"context"
	"crypto/sha256"
	"fmt"

	"example.com/shop/internal/cache"
	"example.com/shop/internal/database"
	"example.com/shop/internal/model"
)

// orderSource is the store that a cache stands in front of.
type orderSource interface {
	Create(ctx context.Context, item model.Order) error
	Get(ctx context.Context, ownerID, id string) (model.Order, error)
	List(ctx context.Context, ownerID string, q model.Query) ([]model.Order, error)
	Count(ctx context.Context, ownerID string, q model.Query) (int64, error)
	Update(ctx context.Context, item model.Order, version int64) error
	Delete(ctx context.Context, ownerID, id string, version int64) error
}

// CachedOrder remembers orders that were read by id, and how many there are. Lists always come from the store.
type CachedOrder struct {
	orderSource
	cache *cache.Cache
}

// NewCachedOrder puts a cache in front of source.
func NewCachedOrder(source orderSource, c *cache.Cache) *CachedOrder {
	return &CachedOrder{orderSource: source, cache: c}
}

// orderKey is where an order is cached. Version must grow when model.Order changes.
func orderKey(ownerID, id string) cache.Key {
	return cache.Key{Space: "order", Version: 1, Owner: ownerID, ID: id}
}

// Get returns the order of that id, or model.ErrNotFound. A transaction reads past the cache: what it sees is not
// committed yet, and what it decides must not rest on something old.
func (r *CachedOrder) Get(ctx context.Context, ownerID, id string) (model.Order, error) {
	if database.InTx(ctx) {
		return r.orderSource.Get(ctx, ownerID, id)
	}
	return cache.Fetch(ctx, r.cache, orderKey(ownerID, id), func(ctx context.Context) (model.Order, error) {
		return r.orderSource.Get(ctx, ownerID, id)
	})
}

// orderCounts is where the numbers of orders are cached for an owner. The id in it depends on the filters; a
// hash bounds the memory that clients can fill.
func orderCounts(ownerID string, filters []model.Filter) cache.Key {
	id := sha256.Sum256(fmt.Appendf(nil, "%#v", filters))
	return cache.Key{Space: "order count", Version: 1, Owner: ownerID, ID: string(id[:])}
}

// Count returns how many orders the filters of q find. Counting reads every row, so numbered pages would cost the more
// the more rows there are. Any change forgets all counts of its owner, whatever their filters.
func (r *CachedOrder) Count(ctx context.Context, ownerID string, q model.Query) (int64, error) {
	if database.InTx(ctx) {
		return r.orderSource.Count(ctx, ownerID, q)
	}
	return cache.Fetch(ctx, r.cache, orderCounts(ownerID, q.Filters), func(ctx context.Context) (int64, error) {
		return r.orderSource.Count(ctx, ownerID, q)
	})
}

// Create stores a new order.
func (r *CachedOrder) Create(ctx context.Context, item model.Order) error {
	defer r.forget(ctx, item.OwnerID, item.ID)
	return r.orderSource.Create(ctx, item)
}

// Update replaces the order and forgets what was cached of it.
func (r *CachedOrder) Update(ctx context.Context, item model.Order, version int64) error {
	defer r.forget(ctx, item.OwnerID, item.ID)
	return r.orderSource.Update(ctx, item, version)
}

// Delete removes the order, also from the cache.
func (r *CachedOrder) Delete(ctx context.Context, ownerID, id string, version int64) error {
	defer r.forget(ctx, ownerID, id)
	return r.orderSource.Delete(ctx, ownerID, id, version)
}

// forget drops the order and the counts once the change is committed: until then others must still see, and may cache, the old
// one. It also follows a failed change, which may have happened all the same if the answer was lost.
func (r *CachedOrder) forget(ctx context.Context, ownerID, id string) {
	database.AfterCommit(ctx, func() {
		r.cache.Delete(orderKey(ownerID, id))
		r.cache.DeletePrefix(orderCounts(ownerID, nil))
	})
}
