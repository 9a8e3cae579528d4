package service

import (
	"context"
	"errors"

	"example.com/shop/internal/model"
)

// reference is a field that holds the id of something else.
type reference struct {
	pointer       string  // where a client finds the field in its request
	target        string  // what the id must be that of, such as "a category that you can see"
	before, after *string // the id before and after a change; nil for none
	// find returns model.ErrNotFound when the caller cannot see what has that id.
	find func(ctx context.Context, id string) error
}

// changed reports whether there is something new to look for. What was found once may have become invisible to the caller since;
// that must not keep anybody from changing the rest.
func (r reference) changed() bool {
	return r.after != nil && (r.before == nil || *r.before != *r.after)
}

// checkReferences looks for everything that is referred to anew. It belongs into the transaction that writes, so that nothing
// goes in between. It returns a *model.ValidationError with all references to what the caller cannot see.
func checkReferences(ctx context.Context, references []reference) error {
	var violations model.Violations
	for _, ref := range references {
		if !ref.changed() {
			continue
		}
		err := ref.find(ctx, *ref.after)
		if err != nil && !errors.Is(err, model.ErrNotFound) {
			return err
		}
		if err != nil {
			violations.Add(ref.pointer, model.CodeUnknownReference, "must be the id of "+ref.target)
		}
	}
	return violations.Err()
}
