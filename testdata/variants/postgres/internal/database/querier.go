package database

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Querier runs statements: a pool of connections, or a transaction.
type Querier interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// Querier returns the transaction that ctx carries, or else the pool, on which every statement is a transaction of its own.
func (db *DB) Querier(ctx context.Context) Querier {
	if t := db.transactionIn(ctx); t != nil {
		return t.tx
	}
	return db.pool
}
