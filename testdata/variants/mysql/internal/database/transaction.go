package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"example.com/shop/internal/model"
)

// transaction is one attempt at a unit of work.
type transaction struct {
	db   *DB
	conn *sql.Conn
	tx   *sql.Tx
	// doomed is why a joined piece of work failed: what is left of it must not be committed.
	doomed error
	// hooks run after the commit.
	hooks []func()
	// unprepared are statements to prepare after the commit.
	unprepared []string
}

type transactionKey struct{}

func transactionOf(ctx context.Context) *transaction {
	t, _ := ctx.Value(transactionKey{}).(*transaction)
	return t
}

func (db *DB) transactionIn(ctx context.Context) *transaction {
	if t := transactionOf(ctx); t != nil && t.db == db {
		return t
	}
	return nil
}

// InTx reports whether ctx carries a transaction. What was read inside one must not be shared with others.
func InTx(ctx context.Context) bool {
	return transactionOf(ctx) != nil
}

// AfterCommit runs fn once the transaction that ctx carries is committed, or at once when there is none. It never runs
// when the transaction is rolled back.
func AfterCommit(ctx context.Context, fn func()) {
	if t := transactionOf(ctx); t != nil {
		t.hooks = append(t.hooks, fn)
		return
	}
	fn()
}

// WithTx runs fn in a transaction and commits when fn returns nil. An error, a panic or the end of ctx rolls everything
// back. fn must use the context that it is given, from one goroutine, and must not have effects outside the database,
// since it runs again, a few times at most, when it lost against another transaction: AfterCommit is for those. Inside a transaction
// WithTx joins it; when a joined fn fails, the outer transaction cannot commit any more.
func (db *DB) WithTx(ctx context.Context, fn func(ctx context.Context) error) error {
	if outer := db.transactionIn(ctx); outer != nil {
		return outer.join(ctx, fn)
	}
	return retryConflicts(ctx, func() error {
		t, err := db.attempt(ctx, fn)
		if err != nil {
			return err
		}
		for _, query := range t.unprepared {
			db.pool.prepared(ctx, query)
		}
		for _, hook := range t.hooks {
			hook()
		}
		return nil
	})
}

func (t *transaction) join(ctx context.Context, fn func(ctx context.Context) error) error {
	err := fn(ctx)
	if err != nil && t.doomed == nil {
		t.doomed = err
	}
	return err
}

// attempt runs fn in a transaction of its own, once.
func (db *DB) attempt(ctx context.Context, fn func(ctx context.Context) error) (*transaction, error) {
	t, err := db.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer t.release()
	if err := fn(context.WithValue(ctx, transactionKey{}, t)); err != nil {
		return nil, err
	}
	return t, t.commit(ctx)
}

// begin waits for a connection, but not for long.
func (db *DB) begin(ctx context.Context) (*transaction, error) {
	waiting, cancel := db.Limit(ctx)
	defer cancel()
	conn, err := db.pool.db.Conn(waiting)
	if err != nil {
		return nil, unavailable(ctx, "begin", blame(waiting, err))
	}
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return nil, errors.Join(unavailable(ctx, "begin", err), conn.Close())
	}
	return &transaction{db: db, conn: conn, tx: tx}, nil
}

func (t *transaction) commit(ctx context.Context) error {
	if t.doomed != nil {
		return fmt.Errorf("commit: a part of the transaction failed: %w", t.doomed)
	}
	if err := t.tx.Commit(); err != nil {
		return unavailable(ctx, "commit", err)
	}
	return nil
}

// unavailable marks a failure as the database's, unless the caller's own time is up.
func unavailable(ctx context.Context, step string, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return fmt.Errorf("%s: %w", step, cause)
	}
	return fmt.Errorf("%s: %w: %w", step, model.ErrUnavailable, err)
}

// release rolls back what is not committed and gives the connection back. Its errors say nothing new: either the
// transaction is over, or the connection is broken and the pool throws it away.
func (t *transaction) release() {
	_ = t.tx.Rollback()
	_ = t.conn.Close()
}

// ExecContext runs one statement in the transaction.
func (t *transaction) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if s := t.prepared(ctx, query); s != nil { //nolint:sqlclosecheck // the transaction closes it
		return s.ExecContext(ctx, args...)
	}
	return t.tx.ExecContext(ctx, query, args...)
}

// QueryContext runs a statement that returns rows in the transaction.
func (t *transaction) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if s := t.prepared(ctx, query); s != nil { //nolint:sqlclosecheck // the transaction closes it
		return s.QueryContext(ctx, args...)
	}
	return t.tx.QueryContext(ctx, query, args...)
}

// QueryRowContext runs a statement that returns at most one row in the transaction.
func (t *transaction) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if s := t.prepared(ctx, query); s != nil { //nolint:sqlclosecheck // the transaction closes it
		return s.QueryRowContext(ctx, args...)
	}
	return t.tx.QueryRowContext(ctx, query, args...)
}

// prepared returns the statement for use in this transaction if the pool has it prepared. It is not prepared for the pool now:
// that may take another connection, and whoever holds one while waiting for one may wait for ever.
func (t *transaction) prepared(ctx context.Context, query string) *sql.Stmt {
	if s := t.db.pool.known(query); s != nil {
		return t.tx.StmtContext(ctx, s)
	}
	t.unprepared = append(t.unprepared, query)
	return nil
}
