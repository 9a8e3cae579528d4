package repository

import (
	"fmt"

	"example.com/shop/internal/model"
)

// orOwnerGone gives the error of a statement that stores something for a user its meaning when their account went in between:
// whoever called is nobody any more. The cause is no more than text in it: it is a conflict, and that is not what is wrong.
func orOwnerGone(err error) error {
	if brokenReference(err) != "owner_id" {
		return err
	}
	return fmt.Errorf("the account is gone: %w (%s)", model.ErrUnauthenticated, err.Error())
}
