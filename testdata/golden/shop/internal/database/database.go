// Package database opens the SQLite file, hands out connections and transactions, and migrates the schema. It knows
// nothing of any table: statements live in the repository package, and only there.
//
// SQLite has one writer at a time. So there is a pool with a single connection for writing, where callers queue in
// order, and a pool for reading, whose connections see the last committed state and never wait for the writer.
package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"example.com/shop/internal/config"
	"example.com/shop/internal/model"
	"example.com/shop/migrations"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// DB is an open database. It is safe for concurrent use.
type DB struct {
	write, read *pool
	location    location
	timeout     time.Duration
	migrations  fs.FS
	log         *slog.Logger
}

// Open prepares the database that cfg names, with its folder and file, which only their owner may read. It neither
// connects nor migrates. It refuses a URL that is not a file's.
func Open(cfg config.Config, log *slog.Logger) (*DB, error) {
	at, err := parseURL(cfg.DatabaseURL.Reveal())
	if err != nil {
		return nil, err
	}
	if err := ensureFile(at.path); err != nil {
		return nil, err
	}
	db := &DB{location: at, timeout: cfg.DatabaseTimeout, migrations: migrations.FS, log: log}
	if db.write, err = newPool(at.writer(), 1, cfg.DatabaseTimeout); err != nil {
		return nil, err
	}
	if db.read, err = newPool(at.reader(), cfg.DatabaseMaxReaders, cfg.DatabaseTimeout); err != nil {
		return nil, errors.Join(err, db.write.close())
	}
	return db, nil
}

// Close waits for running statements and closes all connections. The writer is last: closing the last connection folds
// the write-ahead log back into the file.
func (db *DB) Close() error {
	return errors.Join(db.read.close(), db.write.close())
}

// Ping reports whether the database can be read. A plain SELECT 1 would not look at the file.
func (db *DB) Ping(ctx context.Context) error {
	ctx, cancel := db.Limit(ctx)
	defer cancel()
	var version int64
	if err := db.read.QueryRowContext(ctx, "PRAGMA schema_version").Scan(&version); err != nil {
		return fmt.Errorf("ping: %w", err)
	}
	return nil
}

// ErrTimeout means that the database took longer than DATABASE_TIMEOUT. It is a model.ErrUnavailable.
var ErrTimeout = fmt.Errorf("the database took too long: %w", model.ErrUnavailable)

// Limit returns a context for one statement: it ends with ctx, or with ErrTimeout as its cause after DATABASE_TIMEOUT.
func (db *DB) Limit(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, db.timeout, ErrTimeout)
}

func openPool(dsn string, connections int) (*sql.DB, error) {
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}
