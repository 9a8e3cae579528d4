package service

import (
	"context"

	"example.com/shop/internal/model"
)

// everything is a store that has something under every id but missingID.
type everything[T any] struct{}

func (everything[T]) Get(_ context.Context, id string) (T, error) {
	var found T
	if id == missingID {
		return found, model.ErrNotFound
	}
	return found, nil
}
