package repository

import (
	"context"

	"example.com/shop/internal/database"
	"example.com/shop/internal/database/column"
	"example.com/shop/internal/model"
)

// Product stores products. Every operation is limited to the rows of one owner: those of others do not exist.
type Product struct {
	db      *database.DB
	listing listing
}

// NewProduct returns a store of products in db.
func NewProduct(db *database.DB) *Product {
	return &Product{db: db, listing: listing{
		table:   "`products`",
		columns: productColumns,
		fields: map[string]listColumn{
			"id":          {name: "`id`"},
			"name":        {name: "`name`"},
			"sku":         {name: "`sku`"},
			"price":       {name: "`price`", exact: true},
			"stock":       {name: "`stock`"},
			"description": {name: "`description`", nullable: true},
			"status":      {name: "`status`"},
			"category_id": {name: "`category_id`"},
			"created_at":  {name: "`created_at`"},
			"updated_at":  {name: "`updated_at`"},
		},
	}}
}

const productColumns = "`id`, `owner_id`, `name`, `sku`, `price`, `stock`, `description`, `status`, `category_id`, `version`, `created_at`, `updated_at`"

func scanProduct(r row) (model.Product, error) {
	var item model.Product
	err := r.Scan(&item.ID, &item.OwnerID,
		&item.Name,
		&item.SKU,
		column.Decimal(&item.Price, 2),
		&item.Stock,
		&item.Description,
		&item.Status,
		&item.CategoryID,
		&item.Version, &item.CreatedAt, &item.UpdatedAt)
	return item, err
}

// Create stores an item. It returns a *model.ConflictError when a value that must be unique is taken, and a *model.ValidationError
// when something that it refers to is gone. When the owner's account is gone it is model.ErrUnauthenticated.
func (r *Product) Create(ctx context.Context, item model.Product) error {
	const query = "INSERT INTO `products` (" + productColumns + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
	_, err := exec(ctx, r.db, query, item.ID, item.OwnerID,
		item.Name,
		item.SKU,
		column.Value(item.Price),
		item.Stock,
		item.Description,
		item.Status,
		item.CategoryID,
		item.Version, item.CreatedAt, item.UpdatedAt)
	return unknownReference(orOwnerGone(ctx, r.db, item.OwnerID, err))
}

// Get returns the product of that id, or model.ErrNotFound.
func (r *Product) Get(ctx context.Context, ownerID, id string) (model.Product, error) {
	const query = "SELECT " + productColumns + " FROM `products` WHERE `id` = ? AND `owner_id` = ?"
	return getOne(ctx, r.db, scanProduct, query, id, ownerID)
}

func productsOf(ownerID string) condition {
	return condition{sql: "`owner_id` = ?", args: []any{ownerID}}
}

// List returns a page of products: with a cursor up to one more than q.Limit, which says that there is more.
func (r *Product) List(ctx context.Context, ownerID string, q model.Query) ([]model.Product, error) {
	query, args, err := r.listing.page(q, productsOf(ownerID))
	if err != nil {
		return nil, err
	}
	return getAll(ctx, r.db, scanProduct, query, args...)
}

// Count returns how many products the filters of q find.
func (r *Product) Count(ctx context.Context, ownerID string, q model.Query) (int64, error) {
	query, args, err := r.listing.count(q, productsOf(ownerID))
	if err != nil {
		return 0, err
	}
	return getOne(ctx, r.db, count, query, args...)
}

// Update replaces the product if it still has the given version. Otherwise it returns model.ErrPrecondition, or
// model.ErrNotFound when it is gone, or one of the errors of Create.
func (r *Product) Update(ctx context.Context, item model.Product, version int64) error {
	const query = "UPDATE `products` SET `name` = ?, `sku` = ?, `price` = ?, `stock` = ?, `description` = ?, `status` = ?, `category_id` = ?, `version` = ?, `updated_at` = ? " +
		"WHERE `id` = ? AND `owner_id` = ? AND `version` = ?"
	n, err := exec(ctx, r.db, query, item.Name,
		item.SKU,
		column.Value(item.Price),
		item.Stock,
		item.Description,
		item.Status,
		item.CategoryID,
		item.Version, item.UpdatedAt,
		item.ID, item.OwnerID, version)
	if err != nil || n > 0 {
		return unknownReference(err)
	}
	return r.missed(ctx, item.OwnerID, item.ID)
}

// Delete removes the product if it still has the given version; 0 stands for any. Its errors are those of Update,
// or a *model.ConflictError when something else refers to it.
func (r *Product) Delete(ctx context.Context, ownerID, id string, version int64) error {
	n, err := remove(ctx, r.db, "products", "`id` = ? AND `owner_id` = ? AND (? = 0 OR `version` = ?)",
		id, ownerID, version, version)
	if err != nil || n > 0 {
		return inUse(err)
	}
	return r.missed(ctx, ownerID, id)
}

// missed says why a guarded statement changed nothing.
func (r *Product) missed(ctx context.Context, ownerID, id string) error {
	if _, err := r.Get(ctx, ownerID, id); err != nil {
		return err
	}
	return model.ErrPrecondition
}
