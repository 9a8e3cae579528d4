// Package service holds the rules: what may happen to the things that package model describes, and in which order. It
// declares the stores that it needs as small interfaces and knows neither HTTP nor SQL.
package service

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"example.com/shop/internal/model"
)

// transactor makes several steps happen together or not at all.
type transactor interface {
	WithTx(ctx context.Context, fn func(ctx context.Context) error) error
}

// newID returns an id that sorts by the time at which it was made.
func newID() (string, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return "", fmt.Errorf("make an id: %w", err)
	}
	return id.String(), nil
}

// now returns the time as every database can hold it.
func now() time.Time {
	return model.CanonicalTime(time.Now())
}

// checkVersion returns model.ErrPrecondition unless the current version is among those that the caller has seen. A nil
// list means that the caller does not care; an empty one matches nothing.
func checkVersion(versions []int64, current int64) error {
	if versions == nil || slices.Contains(versions, current) {
		return nil
	}
	return model.ErrPrecondition
}

// lister is how a page of T is read from a store.
type lister[T any] struct {
	list  func(ctx context.Context, q model.Query) ([]T, error)
	count func(ctx context.Context, q model.Query) (int64, error)
	// value returns what an item has in the field of that name, nil when it has nothing there.
	value func(item T, field string) any
}

// page returns the items of a page. With a cursor it also returns the position of the last item, or nil when no more
// items follow; with a page number it returns the number of all items instead.
func (l lister[T]) page(ctx context.Context, q model.Query) (items []T, next []any, total int64, err error) {
	if q.Page > 0 {
		items, total, err = l.numbered(ctx, q)
		return items, nil, total, err
	}
	items, err = l.list(ctx, q)
	if err != nil || len(items) <= q.Limit {
		return items, nil, 0, err
	}
	items = items[:q.Limit]
	last := items[len(items)-1]
	for _, by := range q.Sort {
		next = append(next, l.value(last, by.Field))
	}
	return items, next, 0, nil
}

func (l lister[T]) numbered(ctx context.Context, q model.Query) (items []T, total int64, err error) {
	if total, err = l.count(ctx, q); err != nil {
		return nil, 0, err
	}
	if int64(q.Offset()) >= total {
		return []T{}, total, nil
	}
	items, err = l.list(ctx, q)
	return items, total, err
}
