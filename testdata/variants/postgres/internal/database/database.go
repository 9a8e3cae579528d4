// Package database connects to PostgreSQL, hands out connections and transactions, and migrates the schema. It knows
// nothing of any table: statements live in the repository package, and only there.
package database

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/shop/internal/config"
	"example.com/shop/internal/model"
	"example.com/shop/migrations"
)

const (
	// cancelPatience is how long the server has to confirm that it gave up a statement whose caller is gone. Then the
	// connection is thrown away instead.
	cancelPatience = 300 * time.Millisecond
	// pingPatience is how long a connection that was idle has to answer before it is handed out.
	pingPatience = time.Second
	// idleInTransaction is after which time the server ends a transaction in which nothing happens, with its locks: the
	// process that began it hangs, or is gone without a word.
	idleInTransaction = 30 * time.Second
)

// DB is an open database. It is safe for concurrent use.
type DB struct {
	// pool is for requests. probe has one connection of its own, so that a busy service is not taken for a dead one.
	pool, probe *pgxpool.Pool
	timeout     time.Duration
	migrations  fs.FS
	log         *slog.Logger
}

// Open prepares the database that cfg names. It neither connects nor migrates: a server that is down is found out by those
// who need it. It refuses a URL that is not one of PostgreSQL.
func Open(cfg config.Config, log *slog.Logger) (*DB, error) {
	db := &DB{timeout: cfg.DatabaseTimeout, migrations: migrations.FS, log: log}
	parsed, err := config.ParseDatabaseURL(cfg.DatabaseURL.Reveal())
	if err != nil {
		return nil, fmt.Errorf("DATABASE_URL %w", err)
	}
	configure(parsed, cfg)
	if db.pool, err = pgxpool.NewWithConfig(context.Background(), parsed); err != nil {
		return nil, errors.New("DATABASE_URL and the other settings of the database do not work together")
	}
	parsed = parsed.Copy()
	parsed.MaxConns, parsed.MinConns = 1, 0
	if db.probe, err = pgxpool.NewWithConfig(context.Background(), parsed); err != nil {
		db.pool.Close()
		return nil, errors.New("DATABASE_URL and the other settings of the database do not work together")
	}
	return db, nil
}

func configure(p *pgxpool.Config, cfg config.Config) {
	p.MaxConns = int32(cfg.DatabaseMaxConns)                            //nolint:gosec // G115: the configuration bounds it
	p.MinConns = int32(min(cfg.DatabaseMinConns, cfg.DatabaseMaxConns)) //nolint:gosec // G115: the same
	p.MaxConnLifetime = cfg.DatabaseConnLifetime
	p.MaxConnLifetimeJitter = cfg.DatabaseConnLifetime / 10
	p.MaxConnIdleTime = cfg.DatabaseConnIdle
	p.PingTimeout = pingPatience
	p.AfterConnect = readTimesInUTC
	p.ConnConfig.ConnectTimeout = cfg.DatabaseTimeout
	p.ConnConfig.BuildContextWatcherHandler = cancelOnServer
	limits := p.ConnConfig.RuntimeParams
	if limits["application_name"] == "" {
		limits["application_name"] = "shop"
	}
	limits["client_encoding"] = "UTF8"
	limits["timezone"] = "UTC"
	limits["statement_timeout"] = milliseconds(cfg.DatabaseTimeout)
	limits["idle_in_transaction_session_timeout"] = milliseconds(idleInTransaction)
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// cancelOnServer makes the end of a context end the statement on the server, and keeps the connection where it can. What
// the driver does by itself costs a new connection for every client that hangs up.
func cancelOnServer(conn *pgconn.PgConn) ctxwatch.Handler {
	return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, DeadlineDelay: cancelPatience}
}

// readTimesInUTC keeps the driver from giving times in the zone of this machine.
func readTimesInUTC(_ context.Context, conn *pgx.Conn) error {
	conn.TypeMap().RegisterType(&pgtype.Type{
		Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
	})
	return nil
}

// Close waits for running statements and closes all connections.
func (db *DB) Close() error {
	db.probe.Close()
	db.pool.Close()
	return nil
}

// Ping reports whether the database can be used: that it answers, and that it can be written. A standby cannot.
func (db *DB) Ping(ctx context.Context) error {
	limited, cancel := db.Limit(ctx)
	defer cancel()
	var readOnly bool
	err := db.probe.QueryRow(limited, `SELECT current_setting('transaction_read_only')::boolean`).Scan(&readOnly)
	switch {
	case err != nil:
		return Failed(limited, "ping", err)
	case readOnly:
		return fmt.Errorf("ping: %w: the database is read-only", model.ErrUnavailable)
	}
	return nil
}

// ErrTimeout means that the database took longer than DATABASE_TIMEOUT. It is a model.ErrUnavailable.
var ErrTimeout = fmt.Errorf("the database took too long: %w", model.ErrUnavailable)

// Limit returns a context for one statement: it ends with ctx, or with ErrTimeout as its cause after DATABASE_TIMEOUT.
func (db *DB) Limit(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, db.timeout, ErrTimeout)
}

// Stats says how the connections for requests are used.
type Stats struct {
	InUse, Idle, Max int
	// Waits counts the requests that found no connection free, and Waited is how long all of them waited.
	Waits  int64
	Waited time.Duration
}

// Stats returns the present numbers.
func (db *DB) Stats() Stats {
	s := db.pool.Stat()
	return Stats{
		InUse: int(s.AcquiredConns()), Idle: int(s.IdleConns()), Max: int(s.MaxConns()),
		Waits: s.EmptyAcquireCount(), Waited: s.EmptyAcquireWaitTime(),
	}
}
