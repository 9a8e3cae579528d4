package service

import (
	"context"

	"example.com/shop/internal/model"
)

// everythingOwned is a store where "owner" has something under every id but missingID, and others have nothing.
type everythingOwned[T any] struct{}

func (everythingOwned[T]) Get(_ context.Context, ownerID, id string) (T, error) {
	var found T
	if ownerID != "owner" || id == missingID {
		return found, model.ErrNotFound
	}
	return found, nil
}
