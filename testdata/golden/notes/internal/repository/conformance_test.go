package repository_test

import (
	"errors"
	"testing"

	"example.com/notes/internal/model"
)

// These tests hold for every database: what is stored comes back, guards hold, and lists are complete.

// unknownID is a well-formed id that nothing has.
const unknownID = "00000000-0000-7000-8000-000000000000"

func wantError(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error %v, want %v", err, want)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// newestFirst is the default order.
func newestFirst() []model.Sort {
	return []model.Sort{{Field: "created_at", Desc: true}, {Field: "id", Desc: true}}
}
