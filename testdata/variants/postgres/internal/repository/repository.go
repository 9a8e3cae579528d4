// Package repository is the only place that speaks SQL. It stores and finds what package model describes, and answers
// with errors of package model: no error of the driver leaves it as something that a caller would have to know.
package repository

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"example.com/shop/internal/database"
	"example.com/shop/internal/model"
)

// row is what a scan function reads: the one row of a query, or one of several.
type row interface {
	Scan(dest ...any) error
}

// getOne returns the row of a query that finds at most one. It returns model.ErrNotFound when there is none.
func getOne[T any](ctx context.Context, db *database.DB, scan func(row) (T, error), query string, args ...any) (T, error) {
	ctx, cancel := db.Limit(ctx)
	defer cancel()
	v, err := scan(db.Querier(ctx).QueryRow(ctx, query, args...))
	if errors.Is(err, pgx.ErrNoRows) {
		return v, model.ErrNotFound
	}
	return v, translate(ctx, err)
}

// getAll returns all rows of a query, and never nil: an empty list is a list.
func getAll[T any](ctx context.Context, db *database.DB, scan func(row) (T, error), query string, args ...any) ([]T, error) {
	ctx, cancel := db.Limit(ctx)
	defer cancel()
	rows, err := db.Querier(ctx).Query(ctx, query, args...)
	if err != nil {
		return nil, translate(ctx, err)
	}
	defer rows.Close()
	list := []T{}
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, translate(ctx, err)
		}
		list = append(list, v)
	}
	return list, translate(ctx, rows.Err())
}

// exec runs a statement that changes rows and returns how many.
func exec(ctx context.Context, db *database.DB, query string, args ...any) (int64, error) {
	ctx, cancel := db.Limit(ctx)
	defer cancel()
	tag, err := db.Querier(ctx).Exec(ctx, query, args...)
	return tag.RowsAffected(), translate(ctx, err)
}

// count returns the number that a query selects.
func count(r row) (int64, error) {
	var n int64
	err := r.Scan(&n)
	return n, err
}
