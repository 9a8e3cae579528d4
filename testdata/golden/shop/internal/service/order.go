package service

import (
	"context"

	"example.com/shop/internal/model"
)

// orderRepository is where orders are kept.
type orderRepository interface {
	Create(ctx context.Context, item model.Order) error
	Get(ctx context.Context, ownerID, id string) (model.Order, error)
	List(ctx context.Context, ownerID string, q model.Query) ([]model.Order, error)
	Count(ctx context.Context, ownerID string, q model.Query) (int64, error)
	Update(ctx context.Context, item model.Order, version int64) error
	Delete(ctx context.Context, ownerID, id string, version int64) error
}

// Order holds the rules for orders. Everybody sees and changes only their own.
type Order struct {
	store orderRepository
	users finder[model.User]
	tx    transactor
}

// NewOrder returns the rules for the orders in store, which refer to users.
func NewOrder(store orderRepository, users finder[model.User], tx transactor) *Order {
	return &Order{store: store, users: users, tx: tx}
}

// Create stores a new order and returns it as stored. Its id, version and times are given here; its owner is the caller's to set. It
// returns a *model.ValidationError or a *model.ConflictError when it cannot.
func (s *Order) Create(ctx context.Context, item model.Order) (model.Order, error) {
	if err := item.Validate(); err != nil {
		return model.Order{}, err
	}
	id, err := newID()
	if err != nil {
		return model.Order{}, err
	}
	item.ID, item.Version = id, 1
	item.CreatedAt = now()
	item.UpdatedAt = item.CreatedAt
	err = s.tx.WithTx(ctx, func(ctx context.Context) error {
		if err := checkReferences(ctx, s.references(model.Order{}, item)); err != nil {
			return err
		}
		return s.store.Create(ctx, item)
	})
	if err != nil {
		return model.Order{}, err
	}
	return item, nil
}

// Get returns an order, or model.ErrNotFound.
func (s *Order) Get(ctx context.Context, ownerID, id string) (model.Order, error) {
	return s.store.Get(ctx, ownerID, id)
}

// List returns a page of orders: with a cursor next is where the following page starts, nil on the last one;
// with a page number total counts all of them.
func (s *Order) List(ctx context.Context, ownerID string, q model.Query) (items []model.Order, next []any, total int64, err error) {
	l := lister[model.Order]{
		list: func(ctx context.Context, q model.Query) ([]model.Order, error) {
			return s.store.List(ctx, ownerID, q)
		},
		count: func(ctx context.Context, q model.Query) (int64, error) {
			return s.store.Count(ctx, ownerID, q)
		},
		value: orderValue,
	}
	return l.page(ctx, q)
}

// Update applies a patch and returns the result. versions are those that the caller has seen, nil for any: when none is
// the current one, the answer is model.ErrPrecondition. A patch that holds nothing changes nothing.
func (s *Order) Update(ctx context.Context, ownerID, id string, versions []int64, patch model.OrderPatch) (model.Order, error) {
	var updated model.Order
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
		return model.Order{}, err
	}
	return updated, nil
}

func (s *Order) change(ctx context.Context, item model.Order, patch model.OrderPatch) (model.Order, error) {
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

// references lists what an order refers to, each beside what it referred to before a change.
func (s *Order) references(before, after model.Order) []reference {
	return []reference{
		{pointer: "/buyer_id", target: "a user", before: &before.BuyerID, after: &after.BuyerID, find: find(s.users)},
		{pointer: "/seller_id", target: "a user", before: &before.SellerID, after: &after.SellerID, find: find(s.users)},
	}
}

// Delete removes an order. versions are as in Update.
func (s *Order) Delete(ctx context.Context, ownerID, id string, versions []int64) error {
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

// orderValue returns what item has in a field that lists may be sorted by.
func orderValue(item model.Order, field string) any {
	return map[string]any{
		"id":         item.ID,
		"buyer_id":   item.BuyerID,
		"seller_id":  item.SellerID,
		"created_at": item.CreatedAt,
		"updated_at": item.UpdatedAt,
	}[field]
}
