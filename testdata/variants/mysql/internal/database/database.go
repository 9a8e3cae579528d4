// Package database connects to MySQL or MariaDB, hands out connections and transactions, and migrates the schema. It
// knows nothing of any table: statements live in the repository package, and only there.
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
)

// DB is a database on a server. It is safe for concurrent use.
type DB struct {
	pool *pool
	// control is for what must work while requests hold every other connection.
	control    *sql.DB
	killer     *killer
	server     server
	timeout    time.Duration
	migrations fs.FS
	log        *slog.Logger
}

// controlConns are the connections for probes and for ending statements.
const controlConns = 2

// silenceGrace lets the server be the first to end a statement that takes too long: then the connection stays.
const silenceGrace = 500 * time.Millisecond

// Open prepares the connections to the database that cfg names. It neither connects nor migrates. It refuses a URL that
// is none of MySQL.
func Open(cfg config.Config, log *slog.Logger) (*DB, error) {
	address, err := config.ParseDatabaseURL(cfg.DatabaseURL.Reveal())
	if err != nil {
		return nil, fmt.Errorf("DATABASE_URL %w", err)
	}
	at := server{address: address, timeout: cfg.DatabaseTimeout}
	silence := cfg.DatabaseTimeout + silenceGrace
	control, err := at.open(connector{setup: requestSetup(cfg.DatabaseTimeout), silence: silence})
	if err != nil {
		return nil, err
	}
	control.SetMaxOpenConns(controlConns)
	control.SetConnMaxIdleTime(cfg.DatabaseConnIdle)
	killer := newKiller(control)
	requests, err := at.open(connector{setup: requestSetup(cfg.DatabaseTimeout), silence: silence, lifetime: cfg.DatabaseConnLifetime, abandon: killer.kill})
	if err != nil {
		return nil, errors.Join(err, control.Close())
	}
	requests.SetMaxOpenConns(cfg.DatabaseMaxConns)
	requests.SetMaxIdleConns(cfg.DatabaseMaxConns) // how long they stay is a matter of time, not of number
	requests.SetConnMaxIdleTime(cfg.DatabaseConnIdle)
	return &DB{
		pool: newPool(requests, cfg.DatabaseTimeout), control: control, killer: killer, server: at,
		timeout: cfg.DatabaseTimeout, migrations: migrations.FS, log: log,
	}, nil
}

// Close waits for running statements and closes all connections.
func (db *DB) Close() error {
	err := db.pool.close()
	db.killer.wait()
	return errors.Join(err, db.control.Close())
}

// Ping reports whether the database can be used: that it answers, and that it can be written. A replica cannot. It does not
// wait for the connections of requests.
func (db *DB) Ping(ctx context.Context) error {
	ctx, cancel := db.Limit(ctx)
	defer cancel()
	var readOnly bool
	if err := db.control.QueryRowContext(ctx, "SELECT @@global.read_only").Scan(&readOnly); err != nil {
		return fmt.Errorf("ping: %w", err)
	}
	if readOnly {
		return fmt.Errorf("ping: %w: the database is read-only", model.ErrUnavailable)
	}
	return nil
}

// Stats says what the connections for requests are doing.
type Stats struct {
	InUse, Idle, Max int
	Waits            int64         // how often a request had to wait for a connection
	Waited           time.Duration // how long all of them together
}

// Stats returns what the connections are doing now, and what has been since the start.
func (db *DB) Stats() Stats {
	s := db.pool.db.Stats()
	return Stats{InUse: s.InUse, Idle: s.Idle, Max: s.MaxOpenConnections, Waits: s.WaitCount, Waited: s.WaitDuration}
}

// ErrTimeout means that the database took longer than DATABASE_TIMEOUT. It is a model.ErrUnavailable.
var ErrTimeout = fmt.Errorf("the database took too long: %w", model.ErrUnavailable)

// Limit returns a context for one statement: it ends with ctx, or with ErrTimeout as its cause after DATABASE_TIMEOUT.
func (db *DB) Limit(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, db.timeout, ErrTimeout)
}
