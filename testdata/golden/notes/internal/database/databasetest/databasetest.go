// Package databasetest gives every test a database of its own.
package databasetest

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"example.com/notes/internal/config"
	"example.com/notes/internal/database"
)

// URL returns the DATABASE_URL of a database that does not exist yet.
func URL(tb testing.TB) string {
	tb.Helper()
	return fileURL(filepath.Join(tb.TempDir(), "data", "test.db"))
}

func fileURL(path string) string {
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String()
}

// Config returns settings for the database at a URL. The time limit is generous: a slow machine is no failure.
func Config(url string) config.Config {
	return config.Config{DatabaseURL: config.Secret(url), DatabaseMaxReaders: 4, DatabaseTimeout: time.Minute}
}

// Open returns a fresh database with the whole schema. It is closed when the test ends.
func Open(tb testing.TB) *database.DB {
	tb.Helper()
	file, err := migrated()
	if err != nil {
		tb.Fatalf("migrate the test database: %v", err)
	}
	path := filepath.Join(tb.TempDir(), "test.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		tb.Fatalf("copy the test database: %v", err)
	}
	db, err := database.Open(Config(fileURL(path)), slog.New(slog.DiscardHandler))
	if err != nil {
		tb.Fatalf("open the test database: %v", err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Errorf("close the test database: %v", err)
		}
	})
	return db
}

// migrated returns a database file with the whole schema. It is made once: migrating for every test would take most of
// their time.
var migrated = sync.OnceValues(func() (file []byte, err error) { //nolint:gochecknoglobals // it is the same for every test
	folder, err := os.MkdirTemp("", "databasetest")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	path := filepath.Join(folder, "test.db")
	db, err := database.Open(Config(fileURL(path)), slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	// Closing the last connection leaves everything in the one file.
	if err := errors.Join(db.MigrateUp(context.Background()), db.Close()); err != nil {
		return nil, err
	}
	return os.ReadFile(path) //nolint:gosec // G304: the file that was just made
})
