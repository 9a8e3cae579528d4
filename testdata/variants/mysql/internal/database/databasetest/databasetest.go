// Package databasetest gives every test a database of its own.
package databasetest

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"example.com/shop/internal/config"
	"example.com/shop/internal/database"
	"example.com/shop/internal/database/testserver"
)

// URL returns the DATABASE_URL of a database that has nothing in it. It is dropped when the test ends.
func URL(tb testing.TB) string {
	tb.Helper()
	return testserver.Empty(tb)
}

// Config returns settings for the database at a URL. The time limit is generous: a slow machine is no failure.
func Config(url string) config.Config {
	return config.Config{
		DatabaseURL: config.Secret(url), DatabaseMaxConns: 8, DatabaseTimeout: time.Minute,
		DatabaseConnLifetime: time.Hour, DatabaseConnIdle: time.Minute,
	}
}

// Open returns a database with the whole schema and without rows. It is closed when the test ends.
func Open(tb testing.TB) *database.DB {
	tb.Helper()
	d := borrow(tb)
	db, err := database.Open(Config(d.URL), slog.New(slog.DiscardHandler))
	if err != nil {
		tb.Fatalf("open the test database: %v", err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Errorf("close the test database: %v", err)
		}
		if err := d.Clear(context.Background()); err != nil {
			tb.Errorf("empty the test database: %v", err)
			return
		}
		giveBack(d)
	})
	return db
}

// Databases are used again: to migrate one takes longer than most tests do.
//
//nolint:gochecknoglobals // every test of the process may use them
var (
	mu   sync.Mutex
	idle []*testserver.Database
)

// borrow returns a database that nobody uses.
func borrow(tb testing.TB) *testserver.Database {
	tb.Helper()
	if d := takeIdle(); d != nil {
		return d
	}
	d := testserver.Lasting(tb)
	if err := migrate(d); err != nil {
		tb.Fatalf("migrate the test database: %v", err)
	}
	return d
}

func takeIdle() *testserver.Database {
	mu.Lock()
	defer mu.Unlock()
	n := len(idle)
	if n == 0 {
		return nil
	}
	d := idle[n-1]
	idle = idle[:n-1]
	return d
}

func giveBack(d *testserver.Database) {
	mu.Lock()
	defer mu.Unlock()
	idle = append(idle, d)
}

func migrate(d *testserver.Database) error {
	db, err := database.Open(Config(d.URL), slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	return errors.Join(db.MigrateUp(context.Background()), db.Close(), d.Keep(context.Background()))
}
