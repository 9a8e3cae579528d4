package app

import "testing"

// TestNotes walks through the life of notes over HTTP.
func TestNotes(t *testing.T) {
	t.Parallel()
	walkThrough(t, resource{
		path: "/v1/notes",
		bodies: []string{
			`{"title": "title 1", "body": "body 1"}`,
			`{"title": "title 2", "body": "body 2"}`,
			`{"title": "title 3", "body": "body 3"}`,
		},
		patch: `{"title": "title 9"}`,
		bad:   `{"title": 1}`,
	})
}
