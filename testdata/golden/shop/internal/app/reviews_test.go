package app

import (
	"testing"

	"example.com/shop/internal/database"
	"example.com/shop/internal/repository/repositorytest"
)

// TestReviews walks through the life of reviews over HTTP.
func TestReviews(t *testing.T) {
	t.Parallel()
	refs := references{
		{
			member: "product_id", path: "/v1/products", access: "owner", onDelete: "cascade",
			target: func(t *testing.T, db *database.DB, callerID string) string {
				t.Helper()
				return repositorytest.Product(t, db, callerID).ID
			},
		},
	}
	items := resource{
		path:   "/v1/reviews",
		access: "shared",
		bodies: []string{
			`{"rating": 2, "body": "body 1"}`,
			`{"rating": 3, "body": "body 2"}`,
			`{"rating": 4, "body": "body 3"}`,
		},
		patch:    `{"rating": 5}`,
		bad:      `{"product_id": "not-a-uuid"}`,
		complete: refs.complete,
	}
	walkThrough(t, items)
	walkReferences(t, items, refs)
}
