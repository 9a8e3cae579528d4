package app

import "testing"

// TestProducts walks through the life of products over HTTP.
func TestProducts(t *testing.T) {
	t.Parallel()
	walkThrough(t, resource{
		path:   "/v1/products",
		access: "owner",
		bodies: []string{
			`{"name": "name 1", "sku": "sku 1", "price": "1.01", "stock": 2, "description": "description 1"}`,
			`{"name": "name 2", "sku": "sku 2", "price": "1.02", "stock": 3, "description": "description 2"}`,
			`{"name": "name 3", "sku": "sku 3", "price": "1.03", "stock": 4, "description": "description 3"}`,
		},
		patch:  `{"name": "name 9"}`,
		bad:    `{"name": 1}`,
		unique: true,
	})
}
