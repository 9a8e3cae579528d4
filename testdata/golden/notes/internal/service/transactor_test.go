package service

import "context"

// fakeTransactor marks the context, so that a store can tell whether it is used inside a transaction.
type fakeTransactor struct{}

type inTransaction struct{}

func (fakeTransactor) WithTx(ctx context.Context, fn func(ctx context.Context) error) error {
	return fn(context.WithValue(ctx, inTransaction{}, true))
}

func isInTransaction(ctx context.Context) bool {
	return ctx.Value(inTransaction{}) != nil
}
