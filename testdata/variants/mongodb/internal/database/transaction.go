package database

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
)

const (
	firstPause = 2 * time.Millisecond
	lastPause  = 100 * time.Millisecond
	// abortWait is how long a rollback may take. The server does it by itself in the end.
	abortWait = 250 * time.Millisecond
)

// Labels with which servers and the driver say what may be tried again.
const (
	transientTransaction = "TransientTransactionError"
	unknownCommitResult  = "UnknownTransactionCommitResult"
)

// transaction is one attempt at a unit of work.
type transaction struct {
	db *DB
	// session is nil where there are no transactions.
	session *mongo.Session
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
// since it runs again, for as long as DATABASE_TIMEOUT at most, when it met another transaction: AfterCommit is for those.
// Inside a transaction WithTx joins it; when a joined fn fails, the outer transaction cannot commit any more.
func (db *DB) WithTx(ctx context.Context, fn func(ctx context.Context) error) error {
	if outer := db.transactionIn(ctx); outer != nil {
		return outer.join(ctx, fn)
	}
	return db.retryTransient(ctx, func() error {
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

// retryTransient runs work again, after a growing pause, when it failed because somebody else changed the same documents, or
// because the server went away before anything was committed.
func (db *DB) retryTransient(ctx context.Context, work func() error) error {
	end := time.Now().Add(db.timeout)
	for wait := firstPause; ; wait = min(2*wait, lastPause) {
		err := work()
		if !hasLabel(err, transientTransaction) || ctx.Err() != nil {
			return err
		}
		if time.Now().Add(wait).After(end) || !pause(ctx, wait) {
			return db.unavailable(ctx, "transaction", err)
		}
	}
}

func hasLabel(err error, label string) bool {
	labeled, ok := errors.AsType[mongo.LabeledError](err)
	return ok && labeled.HasErrorLabel(label)
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

// attempt runs fn in a transaction of its own, once.
func (db *DB) attempt(ctx context.Context, fn func(ctx context.Context) error) (*transaction, error) {
	t, err := db.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer t.release(ctx)
	inside := context.WithValue(ctx, transactionKey{}, t)
	if t.session != nil {
		inside = mongo.NewSessionContext(inside, t.session)
	}
	if err := fn(inside); err != nil {
		return nil, err
	}
	return t, t.commit(ctx)
}

func (db *DB) begin(ctx context.Context) (*transaction, error) {
	waiting, cancel := db.Limit(ctx)
	defer cancel()
	if db.location.noTransactions {
		return db.takeTurn(waiting)
	}
	if !db.suitable.Load() {
		if err := db.examine(waiting); err != nil {
			return nil, fmt.Errorf("begin: %w", err)
		}
	}
	client, err := db.requests.get(db.location)
	if err != nil {
		return nil, err
	}
	session, err := client.StartSession()
	if err != nil {
		return nil, db.unavailable(ctx, "begin", err)
	}
	if err := session.StartTransaction(transactionOptions()); err != nil {
		session.EndSession(ctx)
		return nil, db.unavailable(ctx, "begin", err)
	}
	return &transaction{db: db, session: session}, nil
}

// transactionOptions ask for one state of all documents, and for a commit that survives the loss of a server.
func transactionOptions() *options.TransactionOptionsBuilder {
	return options.Transaction().
		SetReadConcern(readconcern.Snapshot()).
		SetWriteConcern(writeconcern.Majority()).
		SetReadPreference(readpref.Primary())
}

// takeTurn stands in for a transaction: others in this process wait, and nothing can be rolled back.
func (db *DB) takeTurn(ctx context.Context) (*transaction, error) {
	select {
	case db.turns <- struct{}{}:
		return &transaction{db: db}, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("begin: %w", context.Cause(ctx))
	}
}

func (t *transaction) commit(ctx context.Context) error {
	switch {
	case t.doomed != nil:
		return fmt.Errorf("commit: a part of the transaction failed: %w", t.doomed)
	case ctx.Err() != nil:
		return fmt.Errorf("commit: %w", context.Cause(ctx))
	case t.session == nil:
		return nil
	}
	limited, cancel := t.db.Limit(ctx)
	defer cancel()
	err := t.session.CommitTransaction(limited)
	for hasLabel(err, unknownCommitResult) && pause(limited, firstPause) {
		err = t.session.CommitTransaction(limited) // committing twice is the same as once
	}
	if err != nil {
		return t.db.unavailable(limited, "commit", err)
	}
	return nil
}

// release rolls back what is not committed. An error says nothing new: either the transaction is over, or the server does it
// by itself.
func (t *transaction) release(ctx context.Context) {
	if t.session == nil {
		<-t.db.turns
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), abortWait)
	defer cancel()
	_ = t.session.AbortTransaction(ctx) // also reports that it was committed
	t.session.EndSession(ctx)
}
