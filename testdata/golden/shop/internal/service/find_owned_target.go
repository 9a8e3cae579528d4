package service

import "context"

// ownedFinder is where things are kept that only their owner sees.
type ownedFinder[T any] interface {
	Get(ctx context.Context, ownerID, id string) (T, error)
}

// findOwned returns how a reference finds what it refers to among those targets that belong to one user.
func findOwned[T any](targets ownedFinder[T], ownerID string) func(ctx context.Context, id string) error {
	return func(ctx context.Context, id string) error {
		_, err := targets.Get(ctx, ownerID, id)
		return err
	}
}
