package app

import (
	"testing"

	"example.com/shop/internal/database"
	"example.com/shop/internal/database/databasetest"
)

// TestOrders walks through the life of orders over HTTP.
func TestOrders(t *testing.T) {
	t.Parallel()
	refs := references{
		{
			member: "buyer_id", path: "/v1/users", access: "admin", onDelete: "restrict",
			target: func(t *testing.T, db *database.DB, _ string) string {
				t.Helper()
				return databasetest.User(t, db)
			},
		},
		{
			member: "seller_id", path: "/v1/users", access: "admin", onDelete: "restrict",
			target: func(t *testing.T, db *database.DB, _ string) string {
				t.Helper()
				return databasetest.User(t, db)
			},
		},
	}
	items := resource{
		path:   "/v1/orders",
		access: "owner",
		bodies: []string{
			`{"note": "note 1"}`,
			`{"note": "note 2"}`,
			`{"note": "note 3"}`,
		},
		patch:    `{"note": "note 9"}`,
		bad:      `{"buyer_id": "not-a-uuid"}`,
		complete: refs.complete,
	}
	walkThrough(t, items)
	walkReferences(t, items, refs)
}
