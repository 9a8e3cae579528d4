package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Querier runs statements: a pool of connections, or a transaction.
type Querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Reader returns the transaction that ctx carries, or else the connections for reading.
func (db *DB) Reader(ctx context.Context) Querier {
	if tx := db.transactionIn(ctx); tx != nil {
		return tx
	}
	return db.read
}

// Writer returns the transaction that ctx carries, or else the connection for writing, on which every statement is a
// transaction of its own.
func (db *DB) Writer(ctx context.Context) Querier {
	if tx := db.transactionIn(ctx); tx != nil {
		return tx
	}
	return db.write
}

// maxStatements bounds the prepared statements of a pool: lists can be asked for in very many ways.
const maxStatements = 256

// pool is a set of connections. It keeps statements prepared, which takes half of the time off a small one.
type pool struct {
	db      *sql.DB
	timeout time.Duration

	mu         sync.RWMutex
	statements map[string]*sql.Stmt
}

func newPool(dsn string, connections int, timeout time.Duration) (*pool, error) {
	db, err := openPool(dsn, connections)
	if err != nil {
		return nil, err
	}
	return &pool{db: db, timeout: timeout, statements: map[string]*sql.Stmt{}}, nil
}

// ExecContext runs one statement, which is a transaction of its own. While another process writes it waits and tries
// again: a statement that found the database busy has done nothing yet.
func (p *pool) ExecContext(ctx context.Context, query string, args ...any) (result sql.Result, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, p.timeout, ErrTimeout)
	defer cancel()
	err = whileBusy(ctx, func() error {
		if s := p.prepared(ctx, query); s != nil { //nolint:sqlclosecheck // the pool keeps it and closes it
			result, err = s.ExecContext(ctx, args...)
		} else {
			result, err = p.db.ExecContext(ctx, query, args...)
		}
		return err
	})
	return result, err
}

// QueryContext runs a statement that returns rows.
func (p *pool) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if s := p.prepared(ctx, query); s != nil { //nolint:sqlclosecheck // the pool keeps it and closes it
		return s.QueryContext(ctx, args...)
	}
	return p.db.QueryContext(ctx, query, args...)
}

// QueryRowContext runs a statement that returns at most one row.
func (p *pool) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if s := p.prepared(ctx, query); s != nil { //nolint:sqlclosecheck // the pool keeps it and closes it
		return s.QueryRowContext(ctx, args...)
	}
	return p.db.QueryRowContext(ctx, query, args...)
}

// known returns the statement if it is prepared.
func (p *pool) known(query string) *sql.Stmt {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.statements[query]
}

// prepared returns the statement, prepared if need be, or nil when it cannot be kept: running it as it is will then
// work or say why not.
func (p *pool) prepared(ctx context.Context, query string) *sql.Stmt {
	if s := p.known(query); s != nil {
		return s
	}
	s, err := p.db.PrepareContext(ctx, query)
	if err != nil {
		return nil
	}
	return p.keep(query, s)
}

func (p *pool) keep(query string, s *sql.Stmt) *sql.Stmt {
	p.mu.Lock()
	defer p.mu.Unlock()
	kept, ok := p.statements[query]
	if !ok && p.statements != nil && len(p.statements) < maxStatements {
		p.statements[query] = s
		return s
	}
	_ = s.Close() // nothing depends on it
	return kept
}

func (p *pool) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	for _, s := range p.statements {
		errs = append(errs, s.Close())
	}
	p.statements = nil
	if err := errors.Join(append(errs, p.db.Close())...); err != nil {
		return fmt.Errorf("close database: %w", err)
	}
	return nil
}
