// Package databasetest gives every test a database of its own, on the server that TEST_DATABASE_URL names.
package databasetest

import (
	"context"
	"log/slog"
	"net/url"
	"os"
	"testing"
	"time"

	"example.com/shop/internal/config"
	"example.com/shop/internal/database"
)

// variable names the server, and a database on it from which others can be made.
const variable = "TEST_DATABASE_URL"

// serverURL returns the server's URL. Without one a test that needs it is skipped; not in CI, where nobody would notice.
func serverURL(tb testing.TB) *url.URL {
	tb.Helper()
	text := os.Getenv(variable)
	if text == "" {
		const message = variable + " is not set: \"make env services test\" starts a server and tests on it"
		if os.Getenv("CI") != "" {
			tb.Fatal(message)
		}
		tb.Skip(message)
	}
	u, err := url.Parse(text)
	if err != nil {
		tb.Fatal(variable + " is no URL")
	}
	return u
}

// URL returns the DATABASE_URL of an empty database, which is gone when the test ends.
func URL(tb testing.TB) string {
	tb.Helper()
	server := connect(tb, serverURL(tb))
	s := server.take(tb, func(s *slot) bool { return !s.migrated })
	server.recreate(tb, s)
	tb.Cleanup(func() {
		server.drop(tb, s)
		server.put(s)
	})
	return server.urlOf(s)
}

// Config returns settings for the database at a URL. The time limit is generous: a slow machine is no failure.
func Config(url string) config.Config {
	return config.Config{
		DatabaseURL: config.Secret(url), DatabaseMaxConns: 4, DatabaseTimeout: time.Minute,
		DatabaseConnLifetime: time.Hour, DatabaseConnIdle: time.Hour,
	}
}

// Open returns a database with the whole schema and no rows. It is closed when the test ends. Making one takes most of the
// time of a small test, so the next test gets the same one, emptied.
func Open(tb testing.TB) *database.DB {
	tb.Helper()
	server := connect(tb, serverURL(tb))
	s := server.take(tb, func(s *slot) bool { return s.migrated })
	if !s.migrated {
		server.recreate(tb, s)
	}
	db, err := database.Open(Config(server.urlOf(s)), slog.New(slog.DiscardHandler))
	if err != nil {
		tb.Fatalf("open the test database: %v", err)
	}
	tb.Cleanup(func() {
		s.migrated = server.empty(tb, s)
		if err := db.Close(); err != nil {
			tb.Errorf("close the test database: %v", err)
		}
		server.put(s)
	})
	if !s.migrated {
		// The context of the test ends too early for its cleanup, not for this.
		if err := db.MigrateUp(context.WithoutCancel(tb.Context())); err != nil {
			tb.Fatalf("migrate the test database: %v", err)
		}
	}
	return db
}
