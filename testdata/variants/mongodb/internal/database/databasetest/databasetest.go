// Package databasetest gives every test a database of its own, on the server that TEST_DATABASE_URL names.
package databasetest

import (
	"log/slog"
	"testing"
	"time"

	"example.com/shop/internal/config"
	"example.com/shop/internal/database"
)

// URL returns the DATABASE_URL of a database that holds nothing. It is dropped when the test ends.
func URL(tb testing.TB) string {
	tb.Helper()
	s := connect(tb)
	name := s.claim(tb, "empty")
	s.drop(tb, name)
	tb.Cleanup(func() { s.drop(tb, name) })
	return s.url(name)
}

// Config returns settings for the database at a URL. The time limits are generous: a slow machine is no failure.
func Config(url string) config.Config {
	return config.Config{
		DatabaseURL: config.Secret(url), DatabaseMaxConns: 30, DatabaseConnIdle: time.Hour, DatabaseTimeout: time.Minute,
	}
}

// Open returns a fresh database with the whole schema. It is closed when the test ends. Databases are used again: making
// collections and indexes for every test would take most of their time.
func Open(tb testing.TB) *database.DB {
	tb.Helper()
	s := connect(tb)
	name := s.claim(tb, "migrated")
	db, err := database.Open(Config(s.url(name)), slog.New(slog.DiscardHandler))
	if err != nil {
		tb.Fatalf("open the test database: %v", err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Errorf("close the test database: %v", err)
		}
	})
	if !s.empty(tb, name) {
		s.drop(tb, name)
		if err := db.MigrateUp(tb.Context()); err != nil {
			tb.Fatalf("migrate the test database: %v", err)
		}
		s.remember(tb, name)
	}
	return db
}
