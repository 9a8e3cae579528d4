package repository

import (
	"context"
	"fmt"

	"example.com/shop/internal/database"
	"example.com/shop/internal/model"
)

// holdOwner makes sure that the account exists for which something is stored, and goes on to until the transaction ends.
// Without it, whoever called is nobody any more.
func holdOwner(ctx context.Context, db *database.DB, ownerID string) error {
	exists, err := hold(ctx, db, userCollection, equal("_id", ownerID))
	if err == nil && !exists {
		return fmt.Errorf("the account is gone: %w", model.ErrUnauthenticated)
	}
	return err
}
