package repository

import (
	"context"

	"example.com/shop/internal/database"
	"example.com/shop/internal/model"
)

// Order stores orders. Every operation is limited to the rows of one owner: those of others do not exist.
type Order struct {
	db      *database.DB
	listing listing
}

// NewOrder returns a store of orders in db.
func NewOrder(db *database.DB) *Order {
	return &Order{db: db, listing: listing{
		table:   "`orders`",
		columns: orderColumns,
		fields: map[string]listColumn{
			"id":         {name: "`id`"},
			"buyer_id":   {name: "`buyer_id`"},
			"seller_id":  {name: "`seller_id`"},
			"note":       {name: "`note`", nullable: true},
			"created_at": {name: "`created_at`"},
			"updated_at": {name: "`updated_at`"},
		},
	}}
}

const orderColumns = "`id`, `owner_id`, `buyer_id`, `seller_id`, `note`, `version`, `created_at`, `updated_at`"

func scanOrder(r row) (model.Order, error) {
	var item model.Order
	err := r.Scan(&item.ID, &item.OwnerID, &item.BuyerID, &item.SellerID, &item.Note, &item.Version, &item.CreatedAt, &item.UpdatedAt)
	return item, err
}

// Create stores an item. It returns a *model.ConflictError when a value that must be unique is taken, and a *model.ValidationError
// when something that it refers to is gone. When the owner's account is gone it is model.ErrUnauthenticated.
func (r *Order) Create(ctx context.Context, item model.Order) error {
	const query = "INSERT INTO `orders` (" + orderColumns + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
	_, err := exec(ctx, r.db, query, item.ID, item.OwnerID, item.BuyerID, item.SellerID, item.Note, item.Version, item.CreatedAt, item.UpdatedAt)
	return unknownReference(orOwnerGone(ctx, r.db, item.OwnerID, err))
}

// Get returns the order of that id, or model.ErrNotFound.
func (r *Order) Get(ctx context.Context, ownerID, id string) (model.Order, error) {
	const query = "SELECT " + orderColumns + " FROM `orders` WHERE `id` = ? AND `owner_id` = ?"
	return getOne(ctx, r.db, scanOrder, query, id, ownerID)
}

func ordersOf(ownerID string) condition {
	return condition{sql: "`owner_id` = ?", args: []any{ownerID}}
}

// List returns a page of orders: with a cursor up to one more than q.Limit, which says that there is more.
func (r *Order) List(ctx context.Context, ownerID string, q model.Query) ([]model.Order, error) {
	query, args, err := r.listing.page(q, ordersOf(ownerID))
	if err != nil {
		return nil, err
	}
	return getAll(ctx, r.db, scanOrder, query, args...)
}

// Count returns how many orders the filters of q find.
func (r *Order) Count(ctx context.Context, ownerID string, q model.Query) (int64, error) {
	query, args, err := r.listing.count(q, ordersOf(ownerID))
	if err != nil {
		return 0, err
	}
	return getOne(ctx, r.db, count, query, args...)
}

// Update replaces the order if it still has the given version. Otherwise it returns model.ErrPrecondition, or
// model.ErrNotFound when it is gone, or one of the errors of Create.
func (r *Order) Update(ctx context.Context, item model.Order, version int64) error {
	const query = "UPDATE `orders` SET `buyer_id` = ?, `seller_id` = ?, `note` = ?, `version` = ?, `updated_at` = ? " +
		"WHERE `id` = ? AND `owner_id` = ? AND `version` = ?"
	n, err := exec(ctx, r.db, query, item.BuyerID, item.SellerID, item.Note, item.Version, item.UpdatedAt,
		item.ID, item.OwnerID, version)
	if err != nil || n > 0 {
		return unknownReference(err)
	}
	return r.missed(ctx, item.OwnerID, item.ID)
}

// Delete removes the order if it still has the given version; 0 stands for any. Its errors are those of Update,
// or a *model.ConflictError when something else refers to it.
func (r *Order) Delete(ctx context.Context, ownerID, id string, version int64) error {
	n, err := remove(ctx, r.db, "orders", "`id` = ? AND `owner_id` = ? AND (? = 0 OR `version` = ?)",
		id, ownerID, version, version)
	if err != nil || n > 0 {
		return inUse(err)
	}
	return r.missed(ctx, ownerID, id)
}

// missed says why a guarded statement changed nothing.
func (r *Order) missed(ctx context.Context, ownerID, id string) error {
	if _, err := r.Get(ctx, ownerID, id); err != nil {
		return err
	}
	return model.ErrPrecondition
}
