package app

import (
	"testing"

	"example.com/shop/internal/database"
	"example.com/shop/internal/repository/repositorytest"
)

// TestCategories walks through the life of categories over HTTP.
func TestCategories(t *testing.T) {
	t.Parallel()
	refs := references{
		{
			member: "parent_id", path: "/v1/categories", access: "public-read", onDelete: "restrict", alone: true,
			target: func(t *testing.T, db *database.DB, _ string) string {
				t.Helper()
				return repositorytest.Category(t, db).ID
			},
		},
	}
	items := resource{
		path:   "/v1/categories",
		access: "public-read",
		bodies: []string{
			`{"name": "name 1", "position": 2}`,
			`{"name": "name 2", "position": 3}`,
			`{"name": "name 3", "position": 4}`,
		},
		patch:    `{"name": "name 9"}`,
		bad:      `{"name": 1}`,
		unique:   true,
		complete: refs.complete,
	}
	walkThrough(t, items)
	walkReferences(t, items, refs)
}
