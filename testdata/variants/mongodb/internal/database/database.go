// Package database connects to MongoDB, hands out collections and transactions, and migrates the schema. It knows nothing of
// any collection but its own: commands live in the repository package, and only there.
package database

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"example.com/shop/internal/config"
	"example.com/shop/internal/model"
	"example.com/shop/migrations"
)

// DB is a database on a MongoDB server. It is safe for concurrent use.
type DB struct {
	location   location
	cfg        config.Config
	timeout    time.Duration
	migrations fs.FS
	lease      time.Duration // of the migration lock
	log        *slog.Logger
	pool       poolMonitor

	// requests has the connections for requests, and probe one for the question whether they could work.
	requests, probe client
	// suitable is set once the server was seen to have transactions, and current once the whole schema was seen to be there.
	suitable, current atomic.Bool
	// turns holds one token: without transactions, units of work take turns.
	turns chan struct{}
}

// Open prepares the connections to the database that cfg names. It neither connects nor migrates. It refuses a URL that is
// not one of MongoDB's.
func Open(cfg config.Config, log *slog.Logger) (*DB, error) {
	at, err := parseURL(cfg.DatabaseURL.Reveal())
	if err != nil {
		return nil, err
	}
	db := &DB{
		location: at, cfg: cfg, timeout: cfg.DatabaseTimeout, migrations: migrations.FS, lease: leaseTime, log: log,
		turns: make(chan struct{}, 1),
	}
	db.requests.options = func() *options.ClientOptions {
		return at.options(cfg).SetPoolMonitor(&event.PoolMonitor{Event: db.pool.count})
	}
	db.probe.options = func() *options.ClientOptions { return at.options(cfg).SetMaxPoolSize(1).SetMinPoolSize(0) }
	if !at.lookedUp {
		if err := db.connect(); err != nil {
			return nil, err
		}
	}
	if at.noTransactions {
		log.Warn("DATABASE_URL says transactions=off: what belongs together may be stored in part")
	}
	return db, nil
}

// connect makes both clients. That needs nobody but for mongodb+srv, where DNS has the addresses: then it is left to those who
// need the database.
func (db *DB) connect() error {
	_, err := db.requests.get(db.location)
	if err == nil {
		_, err = db.probe.get(db.location)
	}
	return err
}

// Close gives running commands a moment to end and closes all connections.
func (db *DB) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), db.timeout)
	defer cancel()
	if err := errors.Join(db.probe.close(ctx), db.requests.close(ctx)); err != nil {
		return fmt.Errorf("close database: %w", db.Redact(err))
	}
	return nil
}

// Collection returns a collection. Before the schema is up to date there is none: MongoDB would make it at the first write,
// without its indexes.
func (db *DB) Collection(ctx context.Context, name string) (*mongo.Collection, error) {
	data, err := db.data()
	if err != nil {
		return nil, err
	}
	if !db.current.Load() {
		if err := db.checkSchema(ctx, data); err != nil {
			return nil, err
		}
	}
	return data.Collection(name), nil
}

// data returns the database without a look at its schema.
func (db *DB) data() (*mongo.Database, error) {
	client, err := db.requests.get(db.location)
	if err != nil {
		return nil, err
	}
	return client.Database(db.location.name), nil
}

// Ping reports whether the database takes writes, and has what the service needs of it.
func (db *DB) Ping(ctx context.Context) error {
	ctx, cancel := db.Limit(ctx)
	defer cancel()
	if err := db.examine(ctx); err != nil {
		return fmt.Errorf("ping: %w", err)
	}
	return nil
}

var errStandalone = fmt.Errorf("the database server belongs to no replica set, and without one it has no transactions; "+
	"one member is enough: start it with --replSet, and call rs.initiate() once: %w", model.ErrUnavailable)

// examine asks the server that takes writes what it is, and refuses one without transactions.
func (db *DB) examine(ctx context.Context) error {
	client, err := db.probe.get(db.location)
	if err != nil {
		return err
	}
	var server struct {
		SetName string `bson:"setName"`
		Message string `bson:"msg"`
	}
	if err := client.Database("admin").RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Decode(&server); err != nil {
		return db.unavailable(ctx, "hello", err)
	}
	if server.SetName == "" && server.Message != "isdbgrid" && !db.location.noTransactions {
		return errStandalone
	}
	db.suitable.Store(true)
	return nil
}

// ErrTimeout means that the database took longer than DATABASE_TIMEOUT. It is a model.ErrUnavailable.
var ErrTimeout = fmt.Errorf("the database took too long: %w", model.ErrUnavailable)

// Limit returns a context for one command: it ends with ctx, or with ErrTimeout as its cause after DATABASE_TIMEOUT. The
// driver tells the server how much of it is left.
func (db *DB) Limit(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, db.timeout, ErrTimeout)
}

// early is the most by which the driver gives up before a context ends: the time of a round trip.
const early = 100 * time.Millisecond

// Cause returns why ctx ended, or nil while it has not. When err says that the driver gave up in view of the end of ctx, it waits
// for that: whose time is up, the caller's or the database's, shows then.
func Cause(ctx context.Context, err error) error {
	if end, ok := ctx.Deadline(); ok && errors.Is(err, context.DeadlineExceeded) && time.Until(end) < early {
		<-ctx.Done()
	}
	return context.Cause(ctx)
}

// unavailable marks a failure as the database's, unless the caller's own time is up.
func (db *DB) unavailable(ctx context.Context, step string, err error) error {
	switch cause := Cause(ctx, err); {
	case cause != nil:
		return fmt.Errorf("%s: %w", step, cause)
	case errors.Is(err, model.ErrUnavailable):
		return fmt.Errorf("%s: %w", step, err)
	case mongo.IsTimeout(err):
		// The context.DeadlineExceeded of the driver would look as if the caller's time were up.
		return fmt.Errorf("%s: %w (%s)", step, ErrTimeout, db.location.redact(err.Error()))
	default:
		return fmt.Errorf("%s: %w: %w", step, model.ErrUnavailable, db.Redact(err))
	}
}
