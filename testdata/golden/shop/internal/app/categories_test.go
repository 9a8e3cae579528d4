package app

import "testing"

// TestCategories walks through the life of categories over HTTP.
func TestCategories(t *testing.T) {
	t.Parallel()
	walkThrough(t, resource{
		path:   "/v1/categories",
		access: "public-read",
		bodies: []string{
			`{"name": "name 1", "position": 2}`,
			`{"name": "name 2", "position": 3}`,
			`{"name": "name 3", "position": 4}`,
		},
		patch:  `{"name": "name 9"}`,
		bad:    `{"name": 1}`,
		unique: true,
	})
}
