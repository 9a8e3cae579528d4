package repository

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"

	"example.com/shop/internal/database"
	"example.com/shop/internal/database/document"
	"example.com/shop/internal/model"
)

// Product stores products. Every operation is limited to the documents of one owner: those of others do not exist.
type Product struct {
	db      *database.DB
	listing listing
}

// NewProduct returns a store of products in db.
func NewProduct(db *database.DB) *Product {
	return &Product{db: db, listing: listing{
		collection: productCollection,
		fields: map[string]listElement{
			"id":          {name: "_id"},
			"name":        {name: "name"},
			"sku":         {name: "sku"},
			"price":       {name: "price"},
			"stock":       {name: "stock"},
			"description": {name: "description", nullable: true},
			"status":      {name: "status"},
			"category_id": {name: "category_id"},
			"created_at":  {name: "created_at"},
			"updated_at":  {name: "updated_at"},
		},
	}}
}

const productCollection = "products"

func readProduct(r *document.Reader) model.Product {
	return model.Product{
		ID:          document.Get(r, "_id", document.Text),
		OwnerID:     document.Get(r, "owner_id", document.Text),
		Name:        document.Get(r, "name", document.Text),
		SKU:         document.Get(r, "sku", document.Text),
		Price:       document.Get(r, "price", document.Decimal(2)),
		Stock:       document.Get(r, "stock", document.Int),
		Description: document.Find(r, "description", document.Text),
		Status:      document.Get(r, "status", document.Text),
		CategoryID:  document.Get(r, "category_id", document.Text),
		Version:     document.Get(r, "version", document.Int),
		CreatedAt:   document.Get(r, "created_at", document.Time),
		UpdatedAt:   document.Get(r, "updated_at", document.Time),
	}
}

// productTargets lists what a product refers to.
func productTargets(item model.Product) []target {
	return []target{
		{collection: "categories", id: item.CategoryID},
	}
}

// Create stores an item. It returns a *model.ConflictError when a value that must be unique is taken, and a *model.ValidationError
// when something that it refers to is gone. When the owner's account is gone it is model.ErrUnauthenticated.
func (r *Product) Create(ctx context.Context, item model.Product) error {
	doc := document.New(bson.D{
		{Key: "_id", Value: item.ID},
		{Key: "owner_id", Value: item.OwnerID},
		{Key: "name", Value: item.Name},
		{Key: "sku", Value: item.SKU},
		{Key: "price", Value: item.Price},
		{Key: "stock", Value: item.Stock},
		{Key: "description", Value: item.Description},
		{Key: "status", Value: item.Status},
		{Key: "category_id", Value: item.CategoryID},
		{Key: "version", Value: item.Version},
		{Key: "created_at", Value: item.CreatedAt},
		{Key: "updated_at", Value: item.UpdatedAt},
	})
	return r.db.WithTx(ctx, func(ctx context.Context) error {
		if err := holdOwner(ctx, r.db, item.OwnerID); err != nil {
			return err
		}
		if err := holdTargets(ctx, r.db, nil, productTargets(item)); err != nil {
			return err
		}
		return insert(ctx, r.db, productCollection, doc)
	})
}

// Get returns the product of that id, or model.ErrNotFound.
func (r *Product) Get(ctx context.Context, ownerID, id string) (model.Product, error) {
	return getOne(ctx, r.db, productCollection, equal("_id", id, "owner_id", ownerID), readProduct)
}

// List returns a page of products: with a cursor up to one more than q.Limit, which says that there is more.
func (r *Product) List(ctx context.Context, ownerID string, q model.Query) ([]model.Product, error) {
	command, err := r.listing.page(q, equal("owner_id", ownerID))
	if err != nil {
		return nil, err
	}
	return getAll(ctx, r.db, command, readProduct)
}

// Count returns how many products the filters of q find.
func (r *Product) Count(ctx context.Context, ownerID string, q model.Query) (int64, error) {
	filter, err := r.listing.all(q, equal("owner_id", ownerID))
	if err != nil {
		return 0, err
	}
	return count(ctx, r.db, productCollection, filter)
}

// Update replaces the product if it still has the given version. Otherwise it returns model.ErrPrecondition, or
// model.ErrNotFound when it is gone, or one of the errors of Create.
func (r *Product) Update(ctx context.Context, item model.Product, version int64) error {
	filter := equal("_id", item.ID, "owner_id", item.OwnerID, "version", version)
	changes := document.Changes(bson.D{
		{Key: "name", Value: item.Name},
		{Key: "sku", Value: item.SKU},
		{Key: "price", Value: item.Price},
		{Key: "stock", Value: item.Stock},
		{Key: "description", Value: item.Description},
		{Key: "status", Value: item.Status},
		{Key: "category_id", Value: item.CategoryID},
		{Key: "version", Value: item.Version},
		{Key: "updated_at", Value: item.UpdatedAt},
	})
	return r.db.WithTx(ctx, func(ctx context.Context) error {
		before, err := getOne(ctx, r.db, productCollection, filter, readProduct)
		if errors.Is(err, model.ErrNotFound) {
			return r.missed(ctx, item.OwnerID, item.ID)
		}
		if err != nil {
			return err
		}
		if err := holdTargets(ctx, r.db, productTargets(before), productTargets(item)); err != nil {
			return err
		}
		found, err := update(ctx, r.db, productCollection, filter, changes)
		if err != nil || found {
			return err
		}
		return r.missed(ctx, item.OwnerID, item.ID)
	})
}

// Delete removes the product if it still has the given version; 0 stands for any. Its errors are those of Update,
// or a *model.ConflictError when something else refers to it.
func (r *Product) Delete(ctx context.Context, ownerID, id string, version int64) error {
	filter := equal("_id", id, "owner_id", ownerID)
	if version != 0 {
		filter = append(filter, bson.E{Key: "version", Value: version})
	}
	found, err := deleteOne(ctx, r.db, productCollection, filter)
	if err != nil || found {
		return err
	}
	return r.missed(ctx, ownerID, id)
}

// missed says why a guarded command changed nothing.
func (r *Product) missed(ctx context.Context, ownerID, id string) error {
	if _, err := r.Get(ctx, ownerID, id); err != nil {
		return err
	}
	return model.ErrPrecondition
}
