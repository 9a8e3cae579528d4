package repository

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"

	"example.com/shop/internal/database"
)

// heldBy counts how often somebody relied on a document. Nobody reads it; what matters is that it changes.
const heldBy = "_held"

// hold reports whether a document exists, and makes sure that it stays as it is until the transaction ends: a transaction that
// deletes or changes it meanwhile meets this one, and one of them has to start again.
func hold(ctx context.Context, db *database.DB, collection string, filter bson.D) (bool, error) {
	return update(ctx, db, collection, filter, bson.D{{Key: "$inc", Value: bson.D{{Key: heldBy, Value: int64(1)}}}})
}
