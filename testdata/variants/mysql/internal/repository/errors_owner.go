package repository

import (
	"context"
	"fmt"

	"example.com/shop/internal/database"
	"example.com/shop/internal/model"
)

// orOwnerGone gives the error of a statement that stores something for a user its meaning when their account went in between:
// whoever called is nobody any more. The cause is no more than text in it: it is a conflict, and that is not what is wrong.
func orOwnerGone(ctx context.Context, db *database.DB, ownerID string, err error) error {
	if !breaksReference(err) {
		return err
	}
	n, lookup := getOne(ctx, db, count, "SELECT count(*) FROM `users` WHERE `id` = ?", ownerID)
	if lookup != nil || n > 0 {
		return err
	}
	return fmt.Errorf("the account is gone: %w (%s)", model.ErrUnauthenticated, err.Error())
}
