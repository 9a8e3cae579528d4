package repository

import (
	"context"

	"example.com/shop/internal/database"
	"example.com/shop/internal/database/document"
)

// target is something that a document refers to: the id may be nil, or a pointer to none.
type target struct {
	collection string
	id         any
}

// holdTargets makes sure that everything exists that a document refers to now and did not refer to before, and goes on to
// until the transaction ends. before is nil for a new document, and otherwise as long as now.
func holdTargets(ctx context.Context, db *database.DB, before, now []target) error {
	for i, t := range now {
		id := document.Value(t.id)
		if id == nil || before != nil && document.Value(before[i].id) == id {
			continue
		}
		exists, err := hold(ctx, db, t.collection, equal("_id", id))
		if err != nil {
			return err
		}
		if !exists {
			return unknownReference()
		}
	}
	return nil
}
