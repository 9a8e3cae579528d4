package app

import (
	"bytes"
	"encoding/json"
	"testing"
)

// json returns the members of the answer's object.
func (r response) json(t *testing.T) map[string]any {
	t.Helper()
	var members map[string]any
	if err := json.NewDecoder(bytes.NewReader(r.Body)).Decode(&members); err != nil {
		t.Fatalf("%v in %q", err, r.Body)
	}
	return members
}
