package database

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"example.com/shop/internal/config"
	"example.com/shop/internal/model"
)

// settings are for the database in a file. Its time limit is generous: a slow machine is no failure.
func settings(path string) config.Config {
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(path)}
	return config.Config{DatabaseURL: config.Secret(u.String()), DatabaseMaxReaders: 4, DatabaseTimeout: time.Minute}
}

func open(t *testing.T, path string) *DB {
	t.Helper()
	return openWith(t, settings(path))
}

func openWith(t *testing.T, cfg config.Config) *DB {
	t.Helper()
	db, err := Open(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// fresh returns a database with one table, t, whose rows are unique numbers.
func fresh(t *testing.T) *DB {
	t.Helper()
	db := open(t, filepath.Join(t.TempDir(), "app.db"))
	write(t, db, "CREATE TABLE t (n INTEGER PRIMARY KEY, m INTEGER NOT NULL DEFAULT 0) STRICT")
	return db
}

func write(t *testing.T, db *DB, query string, args ...any) {
	t.Helper()
	if _, err := db.Writer(t.Context()).ExecContext(t.Context(), query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func number(t *testing.T, db *DB, query string) int {
	t.Helper()
	var n int
	if err := db.Reader(t.Context()).QueryRowContext(t.Context(), query).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

func TestConnectionSettings(t *testing.T) {
	db := fresh(t)
	tests := []struct {
		q            Querier
		pragma, want string
	}{
		{db.write, "journal_mode", "wal"},
		{db.write, "synchronous", "1"},
		{db.write, "foreign_keys", "1"},
		{db.write, "query_only", "0"},
		{db.read, "journal_mode", "wal"},
		{db.read, "query_only", "1"},
	}
	for _, test := range tests {
		var got string
		if err := test.q.QueryRowContext(t.Context(), "PRAGMA "+test.pragma).Scan(&got); err != nil || got != test.want {
			t.Errorf("%s = %q, %v; want %q", test.pragma, got, err, test.want)
		}
	}
}

func TestReaderCannotWrite(t *testing.T) {
	db := fresh(t)
	if _, err := db.Reader(t.Context()).ExecContext(t.Context(), "INSERT INTO t (n) VALUES (1)"); err == nil {
		t.Error("the reader inserted a row")
	}
}

func TestMisspelledColumnIsAnError(t *testing.T) {
	db := fresh(t)
	var s string
	if err := db.Reader(t.Context()).QueryRowContext(t.Context(), `SELECT "no_such_column" FROM t`).Scan(&s); err == nil {
		t.Errorf("an unknown column was read as the text %q", s)
	}
}

func TestStatementsAreBounded(t *testing.T) {
	db := fresh(t)
	for i := range maxStatements + 10 {
		number(t, db, "SELECT "+strconv.Itoa(i))
	}
	if n := len(db.read.statements); n != maxStatements {
		t.Errorf("%d statements are kept, want %d", n, maxStatements)
	}
}

func TestPing(t *testing.T) {
	db := fresh(t)
	if err := db.Ping(t.Context()); err != nil {
		t.Errorf("ping: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := db.Ping(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("ping with a cancelled context: %v", err)
	}
}

func TestPingLooksAtTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.db")
	if err := os.WriteFile(path, bytes.Repeat([]byte("this is no database. "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := open(t, path).Ping(t.Context()); err == nil {
		t.Error("a file that is no database answers")
	}
}

func TestClosedDatabase(t *testing.T) {
	db, err := Open(settings(filepath.Join(t.TempDir(), "app.db")), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := db.Ping(t.Context()); err == nil {
		t.Error("a closed database answers")
	}
	if err := db.WithTx(t.Context(), func(context.Context) error { return nil }); !errors.Is(err, model.ErrUnavailable) {
		t.Errorf("a closed database begins a transaction: %v", err)
	}
}
