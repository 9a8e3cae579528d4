package app

import (
	"testing"

	"example.com/shop/internal/database"
	"example.com/shop/internal/repository/repositorytest"
)

// TestProducts walks through the life of products over HTTP.
func TestProducts(t *testing.T) {
	t.Parallel()
	refs := references{
		{
			member: "category_id", path: "/v1/categories", access: "public-read", onDelete: "restrict",
			target: func(t *testing.T, db *database.DB, _ string) string {
				t.Helper()
				return repositorytest.Category(t, db).ID
			},
		},
	}
	items := resource{
		path:   "/v1/products",
		access: "owner",
		bodies: []string{
			`{"name": "name 1", "sku": "sku 1", "price": "1.01", "stock": 2, "description": "description 1", "status": "live"}`,
			`{"name": "name 2", "sku": "sku 2", "price": "1.02", "stock": 3, "description": "description 2", "status": "draft"}`,
			`{"name": "name 3", "sku": "sku 3", "price": "1.03", "stock": 4, "description": "description 3", "status": "live"}`,
		},
		patch:    `{"name": "name 9"}`,
		bad:      `{"name": 1}`,
		unique:   true,
		complete: refs.complete,
	}
	walkThrough(t, items)
	walkReferences(t, items, refs)
}
