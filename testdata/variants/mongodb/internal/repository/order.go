package repository

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"

	"example.com/shop/internal/database"
	"example.com/shop/internal/database/document"
	"example.com/shop/internal/model"
)

// Order stores orders. Every operation is limited to the documents of one owner: those of others do not exist.
type Order struct {
	db      *database.DB
	listing listing
}

// NewOrder returns a store of orders in db.
func NewOrder(db *database.DB) *Order {
	return &Order{db: db, listing: listing{
		collection: orderCollection,
		fields: map[string]listElement{
			"id":         {name: "_id"},
			"buyer_id":   {name: "buyer_id"},
			"seller_id":  {name: "seller_id"},
			"note":       {name: "note", nullable: true},
			"created_at": {name: "created_at"},
			"updated_at": {name: "updated_at"},
		},
	}}
}

const orderCollection = "orders"

func readOrder(r *document.Reader) model.Order {
	return model.Order{
		ID:        document.Get(r, "_id", document.Text),
		OwnerID:   document.Get(r, "owner_id", document.Text),
		BuyerID:   document.Get(r, "buyer_id", document.Text),
		SellerID:  document.Get(r, "seller_id", document.Text),
		Note:      document.Find(r, "note", document.Text),
		Version:   document.Get(r, "version", document.Int),
		CreatedAt: document.Get(r, "created_at", document.Time),
		UpdatedAt: document.Get(r, "updated_at", document.Time),
	}
}

// orderTargets lists what an order refers to.
func orderTargets(item model.Order) []target {
	return []target{
		{collection: "users", id: item.BuyerID},
		{collection: "users", id: item.SellerID},
	}
}

// Create stores an item. It returns a *model.ConflictError when a value that must be unique is taken, and a *model.ValidationError
// when something that it refers to is gone. When the owner's account is gone it is model.ErrUnauthenticated.
func (r *Order) Create(ctx context.Context, item model.Order) error {
	doc := document.New(bson.D{
		{Key: "_id", Value: item.ID},
		{Key: "owner_id", Value: item.OwnerID},
		{Key: "buyer_id", Value: item.BuyerID},
		{Key: "seller_id", Value: item.SellerID},
		{Key: "note", Value: item.Note},
		{Key: "version", Value: item.Version},
		{Key: "created_at", Value: item.CreatedAt},
		{Key: "updated_at", Value: item.UpdatedAt},
	})
	return r.db.WithTx(ctx, func(ctx context.Context) error {
		if err := holdOwner(ctx, r.db, item.OwnerID); err != nil {
			return err
		}
		if err := holdTargets(ctx, r.db, nil, orderTargets(item)); err != nil {
			return err
		}
		return insert(ctx, r.db, orderCollection, doc)
	})
}

// Get returns the order of that id, or model.ErrNotFound.
func (r *Order) Get(ctx context.Context, ownerID, id string) (model.Order, error) {
	return getOne(ctx, r.db, orderCollection, equal("_id", id, "owner_id", ownerID), readOrder)
}

// List returns a page of orders: with a cursor up to one more than q.Limit, which says that there is more.
func (r *Order) List(ctx context.Context, ownerID string, q model.Query) ([]model.Order, error) {
	command, err := r.listing.page(q, equal("owner_id", ownerID))
	if err != nil {
		return nil, err
	}
	return getAll(ctx, r.db, command, readOrder)
}

// Count returns how many orders the filters of q find.
func (r *Order) Count(ctx context.Context, ownerID string, q model.Query) (int64, error) {
	filter, err := r.listing.all(q, equal("owner_id", ownerID))
	if err != nil {
		return 0, err
	}
	return count(ctx, r.db, orderCollection, filter)
}

// Update replaces the order if it still has the given version. Otherwise it returns model.ErrPrecondition, or
// model.ErrNotFound when it is gone, or one of the errors of Create.
func (r *Order) Update(ctx context.Context, item model.Order, version int64) error {
	filter := equal("_id", item.ID, "owner_id", item.OwnerID, "version", version)
	changes := document.Changes(bson.D{
		{Key: "buyer_id", Value: item.BuyerID},
		{Key: "seller_id", Value: item.SellerID},
		{Key: "note", Value: item.Note},
		{Key: "version", Value: item.Version},
		{Key: "updated_at", Value: item.UpdatedAt},
	})
	return r.db.WithTx(ctx, func(ctx context.Context) error {
		before, err := getOne(ctx, r.db, orderCollection, filter, readOrder)
		if errors.Is(err, model.ErrNotFound) {
			return r.missed(ctx, item.OwnerID, item.ID)
		}
		if err != nil {
			return err
		}
		if err := holdTargets(ctx, r.db, orderTargets(before), orderTargets(item)); err != nil {
			return err
		}
		found, err := update(ctx, r.db, orderCollection, filter, changes)
		if err != nil || found {
			return err
		}
		return r.missed(ctx, item.OwnerID, item.ID)
	})
}

// Delete removes the order if it still has the given version; 0 stands for any. Its errors are those of Update,
// or a *model.ConflictError when something else refers to it.
func (r *Order) Delete(ctx context.Context, ownerID, id string, version int64) error {
	filter := equal("_id", id, "owner_id", ownerID)
	if version != 0 {
		filter = append(filter, bson.E{Key: "version", Value: version})
	}
	found, err := deleteOne(ctx, r.db, orderCollection, filter)
	if err != nil || found {
		return err
	}
	return r.missed(ctx, ownerID, id)
}

// missed says why a guarded command changed nothing.
func (r *Order) missed(ctx context.Context, ownerID, id string) error {
	if _, err := r.Get(ctx, ownerID, id); err != nil {
		return err
	}
	return model.ErrPrecondition
}
