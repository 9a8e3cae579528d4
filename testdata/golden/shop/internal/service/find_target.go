package service

import "context"

// finder is where things are kept that everybody sees who may refer to them.
type finder[T any] interface {
	Get(ctx context.Context, id string) (T, error)
}

// find returns how a reference finds what it refers to among targets.
func find[T any](targets finder[T]) func(ctx context.Context, id string) error {
	return func(ctx context.Context, id string) error {
		_, err := targets.Get(ctx, id)
		return err
	}
}
