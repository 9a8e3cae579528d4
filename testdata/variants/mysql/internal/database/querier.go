package database

import (
	"context"
	"database/sql"
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

// Reader returns the transaction that ctx carries, or else the pool.
func (db *DB) Reader(ctx context.Context) Querier {
	if tx := db.transactionIn(ctx); tx != nil {
		return tx
	}
	return db.pool
}

// Writer returns the transaction that ctx carries, or else the pool, where every statement is a transaction of its own.
func (db *DB) Writer(ctx context.Context) Querier {
	return db.Reader(ctx)
}

// maxStatements bounds the prepared statements of a connection: lists can be asked for in very many ways, and the server has
// room for some thousand from all its clients together.
const maxStatements = 64

// pool is a set of connections. It keeps statements prepared, which saves a small one half of its way.
type pool struct {
	db      *sql.DB
	timeout time.Duration

	mu         sync.RWMutex
	statements map[string]*sql.Stmt
}

func newPool(db *sql.DB, timeout time.Duration) *pool {
	return &pool{db: db, timeout: timeout, statements: map[string]*sql.Stmt{}}
}

// ExecContext runs one statement, which is a transaction of its own. When it lost against another transaction it has done
// nothing, and runs again.
func (p *pool) ExecContext(ctx context.Context, query string, args ...any) (result sql.Result, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, p.timeout, ErrTimeout)
	defer cancel()
	err = retryConflicts(ctx, func() error {
		if s := p.prepared(ctx, query); s != nil { //nolint:sqlclosecheck // the pool keeps it and closes it
			result, err = s.ExecContext(ctx, args...)
		} else {
			result, err = p.db.ExecContext(ctx, query, args...)
		}
		return err
	})
	return result, blame(ctx, err)
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
	s, _ := p.lookUp(query)
	return s
}

// lookUp returns the statement if it is prepared, and whether there is room for another one.
func (p *pool) lookUp(query string) (s *sql.Stmt, room bool) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.statements[query], len(p.statements) < maxStatements
}

// prepared returns the statement, prepared if need be, or nil when it cannot be kept: running it as it is will then
// work or say why not.
func (p *pool) prepared(ctx context.Context, query string) *sql.Stmt {
	kept, room := p.lookUp(query)
	if kept != nil || !room {
		return kept
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
	for _, s := range p.statements {
		_ = s.Close() // they go with their connections
	}
	p.statements = nil
	if err := p.db.Close(); err != nil {
		return fmt.Errorf("close database: %w", err)
	}
	return nil
}
