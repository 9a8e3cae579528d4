package database

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/shop/internal/model"
)

// transaction is one attempt at a unit of work.
type transaction struct {
	db *DB
	tx pgx.Tx
	// doomed is why a joined piece of work failed: what is left of it must not be committed.
	doomed error
	// hooks run after the commit.
	hooks []func()
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
// since it runs again, a few times at most, when it collided with another transaction: AfterCommit is for those. Inside a
// transaction WithTx joins it; when a joined fn fails, the outer transaction cannot commit any more.
//
// Transactions are READ COMMITTED. Under SERIALIZABLE whoever meets at a row that everybody wants would fail and try again;
// here they wait in line. So what must still hold at the commit has to be locked when it is read, or guarded when it is
// written.
func (db *DB) WithTx(ctx context.Context, fn func(ctx context.Context) error) error {
	if outer := db.transactionIn(ctx); outer != nil {
		return outer.join(ctx, fn)
	}
	return retry(ctx, func() error {
		t, err := db.attempt(ctx, fn)
		if err != nil {
			return err
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
	defer t.release(ctx)
	if err := fn(context.WithValue(ctx, transactionKey{}, t)); err != nil {
		return nil, err
	}
	return t, t.commit(ctx)
}

// begin waits for a connection, but not for long.
func (db *DB) begin(ctx context.Context) (*transaction, error) {
	limited, cancel := db.Limit(ctx)
	defer cancel()
	tx, err := db.pool.Begin(limited)
	if err != nil {
		return nil, Failed(limited, "begin", err)
	}
	return &transaction{db: db, tx: tx}, nil
}

func (t *transaction) commit(ctx context.Context) error {
	if t.doomed != nil {
		return fmt.Errorf("commit: a part of the transaction failed: %w", t.doomed)
	}
	if cause := context.Cause(ctx); cause != nil {
		return fmt.Errorf("commit: %w", cause)
	}
	limited, cancel := t.db.Limit(ctx)
	defer cancel()
	err := t.tx.Commit(limited)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, pgx.ErrTxClosed):
		return fmt.Errorf("commit: %w: the connection is lost", model.ErrUnavailable)
	default:
		return Failed(limited, "commit", err)
	}
}

// release rolls back what is not committed and gives the connection back, also when ctx has ended. Its errors say nothing
// new: either the transaction is over, or the connection is broken and the pool throws it away.
func (t *transaction) release(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cancelPatience)
	defer cancel()
	_ = t.tx.Rollback(ctx)
}

const (
	attempts   = 4
	firstPause = 10 * time.Millisecond
)

// retry runs a transaction again, after a growing pause, when it collided with another one.
func retry(ctx context.Context, work func() error) error {
	err := work()
	for attempt := 1; attempt < attempts && Collided(err); attempt++ {
		if !pause(ctx, firstPause<<attempt) {
			return err
		}
		err = work()
	}
	return err
}

// pause waits for about d, and reports whether ctx is still alive. The jitter keeps those who collided from meeting again.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d/2 + rand.N(d)) //nolint:gosec // jitter is no secret
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
