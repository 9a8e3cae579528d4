package handler_test

import (
	"encoding/json"
	"testing"
)

// with returns the object with another value for one member.
func with(t *testing.T, object, member, value string) string {
	t.Helper()
	members := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(object), &members); err != nil {
		t.Fatal(err)
	}
	members[member] = json.RawMessage(value)
	changed, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return string(changed)
}
