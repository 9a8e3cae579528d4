package service

import (
	"context"
	"errors"
	"slices"
	"testing"

	"example.com/shop/internal/model"
)

// missingID is the id of nothing.
const missingID = "01900000-0000-7000-8000-00000000dead"

// wantUnknown wants an error that names exactly these references.
func wantUnknown(t *testing.T, err error, pointers ...string) {
	t.Helper()
	var invalid *model.ValidationError
	if !errors.As(err, &invalid) {
		t.Errorf("error %v, want it to name %v", err, pointers)
		return
	}
	var got []string
	for _, field := range invalid.Fields {
		if field.Code == model.CodeUnknownReference {
			got = append(got, field.Pointer)
		}
	}
	if !slices.Equal(got, pointers) || len(got) != len(invalid.Fields) {
		t.Errorf("error %v, want it to name %v", err, pointers)
	}
}

func TestCheckReferences(t *testing.T) {
	one, other, gone := "one", "other", "gone"
	var asked []string
	find := func(_ context.Context, id string) error {
		asked = append(asked, id)
		if id == gone {
			return model.ErrNotFound
		}
		return nil
	}
	refer := func(pointer string, before, after *string) reference {
		return reference{pointer: pointer, target: "a thing", before: before, after: after, find: find}
	}
	err := checkReferences(t.Context(), []reference{
		refer("/same", &gone, new(gone)), refer("/cleared", &one, nil), refer("/empty", nil, nil),
		refer("/new", nil, &one), refer("/changed", &one, &other),
		refer("/missing", &one, &gone), refer("/missing_too", nil, &gone),
	})
	wantUnknown(t, err, "/missing", "/missing_too")
	if !slices.Equal(asked, []string{"one", "other", "gone", "gone"}) {
		t.Errorf("looked for %v: only what is new must be there", asked)
	}
}

func TestCheckReferencesPassesErrorsOn(t *testing.T) {
	broken := func(context.Context, string) error { return model.ErrUnavailable }
	wantError(t, checkReferences(t.Context(), []reference{{after: new("id"), find: broken}}), model.ErrUnavailable)
	wantError(t, checkReferences(t.Context(), nil), nil)
}
