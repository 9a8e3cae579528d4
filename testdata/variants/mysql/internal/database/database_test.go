package database

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/shop/internal/config"
	"example.com/shop/internal/database/testserver"
	"example.com/shop/internal/model"
)

// settings are for the database at a URL. Their time limit is generous: a slow machine is no failure.
func settings(url string) config.Config {
	return config.Config{
		DatabaseURL: config.Secret(url), DatabaseMaxConns: 8, DatabaseTimeout: time.Minute,
		DatabaseConnLifetime: time.Hour, DatabaseConnIdle: time.Minute,
	}
}

func open(t *testing.T, url string) *DB {
	t.Helper()
	return openWith(t, settings(url))
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
	db := open(t, testserver.Empty(t))
	write(t, db, makeTable)
	return db
}

const makeTable = "CREATE TABLE t (n INTEGER PRIMARY KEY, m INTEGER NOT NULL DEFAULT 0)"

func write(t *testing.T, db *DB, query string, args ...any) {
	t.Helper()
	if _, err := db.Writer(t.Context()).ExecContext(t.Context(), query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func number(t *testing.T, db *DB, query string, args ...any) int {
	t.Helper()
	var n int
	if err := db.Reader(t.Context()).QueryRowContext(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

func TestConnectionSettings(t *testing.T) {
	db := fresh(t)
	for variable, want := range map[string]string{
		"time_zone":                "+00:00",
		"character_set_client":     "utf8mb4",
		"character_set_results":    "utf8mb4",
		"max_sort_length":          "2048",
		"innodb_lock_wait_timeout": "60",
		"foreign_key_checks":       "ON",
	} {
		if got := variableOf(t, db, variable); got != want {
			t.Errorf("%s = %q, want %q", variable, got, want)
		}
	}
	if mode := variableOf(t, db, "sql_mode"); !strings.Contains(mode, "STRICT_ALL_TABLES") || !strings.Contains(mode, "NO_ZERO_DATE") {
		t.Errorf("sql_mode = %q", mode)
	}
	if limit := statementLimit(t, db); limit != time.Minute {
		t.Errorf("the server lets a query run for %s", limit)
	}
}

func variableOf(t *testing.T, db *DB, name string) string {
	t.Helper()
	var key, value string
	err := db.Reader(t.Context()).QueryRowContext(t.Context(), "SHOW SESSION VARIABLES WHERE variable_name = ?", name).Scan(&key, &value)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return value
}

// statementLimit asks for what MariaDB has in seconds and MySQL in milliseconds.
func statementLimit(t *testing.T, db *DB) time.Duration {
	t.Helper()
	const query = "SHOW SESSION VARIABLES WHERE variable_name IN ('max_statement_time', 'max_execution_time')"
	var key string
	var value float64
	if err := db.Reader(t.Context()).QueryRowContext(t.Context(), query).Scan(&key, &value); err != nil {
		t.Fatal(err)
	}
	unit := time.Millisecond
	if key == "max_statement_time" {
		unit = time.Second
	}
	return time.Duration(value * float64(unit))
}

func TestTransactionsReadWhatIsCommitted(t *testing.T) {
	db := fresh(t)
	err := db.WithTx(t.Context(), func(ctx context.Context) error {
		for want := range 2 {
			var n int
			if err := db.Reader(ctx).QueryRowContext(ctx, "SELECT count(*) FROM t").Scan(&n); err != nil || n != want {
				return fmt.Errorf("%d rows are seen, want %d: %w", n, want, err)
			}
			write(t, db, "INSERT INTO t (n) VALUES (?)", want)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestTimesAreUTCToTheMicrosecond(t *testing.T) {
	db := open(t, testserver.Empty(t))
	write(t, db, "CREATE TABLE times (at DATETIME(6) NOT NULL)")
	at := time.Date(2026, 7, 1, 1, 2, 3, 123456789, time.FixedZone("east", 5*3600))
	write(t, db, "INSERT INTO times VALUES (?)", at)
	var got time.Time
	if err := db.Reader(t.Context()).QueryRowContext(t.Context(), "SELECT at FROM times").Scan(&got); err != nil {
		t.Fatal(err)
	}
	if want := model.CanonicalTime(at); got != want {
		t.Errorf("%s came back as %s", want, got)
	}
	for _, at := range []string{"0000-00-00 00:00:00", "2026-02-30 00:00:00"} {
		if _, err := db.Writer(t.Context()).ExecContext(t.Context(), "INSERT INTO times VALUES (?)", at); err == nil {
			t.Errorf("%s is stored", at)
		}
	}
}

// TestUnchangedRowIsFound holds that an UPDATE counts the rows that it finds, not those that become others.
func TestUnchangedRowIsFound(t *testing.T) {
	db := fresh(t)
	write(t, db, "INSERT INTO t (n, m) VALUES (1, 1)")
	result, err := db.Writer(t.Context()).ExecContext(t.Context(), "UPDATE t SET m = 1 WHERE n = 1")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := result.RowsAffected(); n != 1 || err != nil {
		t.Errorf("%d rows are found, %v", n, err)
	}
}

func TestStatementsAreBounded(t *testing.T) {
	db := fresh(t)
	for i := range maxStatements + 10 {
		number(t, db, "SELECT "+strconv.Itoa(i))
	}
	if n := len(db.pool.statements); n != maxStatements {
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

// TestProbesDoNotWaitForRequests holds the only connection for requests while others want it.
func TestProbesDoNotWaitForRequests(t *testing.T) {
	cfg := settings(testserver.Empty(t))
	cfg.DatabaseMaxConns, cfg.DatabaseTimeout = 1, 200*time.Millisecond
	db := openWith(t, cfg)
	err := db.WithTx(t.Context(), func(context.Context) error {
		if err := db.Ping(t.Context()); err != nil {
			t.Errorf("ping: %v", err)
		}
		_, err := db.Writer(t.Context()).ExecContext(t.Context(), "DO 0")
		if !errors.Is(err, model.ErrUnavailable) {
			t.Errorf("a second request: %v, want it to be unavailable", err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if s := db.Stats(); s.Max != 1 || s.InUse != 0 || s.Idle != 1 || s.Waits == 0 || s.Waited == 0 {
		t.Errorf("stats: %+v", s)
	}
}

func TestClosedDatabase(t *testing.T) {
	db, err := Open(settings(testserver.Empty(t)), slog.New(slog.DiscardHandler))
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

// TestNoServer has nobody listen, and then somebody who never answers.
func TestNoServer(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "mysql://hidden-user:hidden-password@" + ln.Addr().String() + "/hidden_name"
	cfg := settings(url)
	cfg.DatabaseTimeout = 200 * time.Millisecond
	db := openWith(t, cfg)
	db.migrations = files(map[string]string{"00001_make.sql": "CREATE TABLE made (n INTEGER);"})
	check := func(t *testing.T) {
		t.Helper()
		_, port, _ := net.SplitHostPort(ln.Addr().String())
		for name, err := range map[string]error{
			"ping":        db.Ping(t.Context()),
			"transaction": db.WithTx(t.Context(), func(context.Context) error { return nil }),
			"migration":   db.MigrateUp(shortly(t)),
		} {
			if err == nil || strings.Contains(err.Error(), "hidden") || strings.Contains(err.Error(), port) {
				t.Errorf("%s: error %v; want one that does not say where the database is", name, err)
			}
		}
	}
	t.Run("silent", check)
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	t.Run("refusing", check)
}

func shortly(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	t.Cleanup(cancel)
	return ctx
}

// TestBrokenConnectionsAreReplaced ends all connections on the server: nobody may notice that is not using one.
func TestBrokenConnectionsAreReplaced(t *testing.T) {
	url := testserver.Empty(t)
	db, other := open(t, url), open(t, url)
	write(t, db, makeTable)
	var busy sync.WaitGroup
	for range 4 {
		busy.Go(func() { _ = increment(t.Context(), db) })
	}
	busy.Wait()
	for _, id := range connectionsOf(t, other) {
		_, _ = other.control.ExecContext(t.Context(), "KILL "+strconv.Itoa(id))
	}
	for range 10 {
		if n := number(t, db, "SELECT count(*) FROM t"); n != 0 {
			t.Errorf("%d rows", n)
		}
	}
	if err := db.Ping(t.Context()); err != nil {
		t.Errorf("ping: %v", err)
	}
}

// connectionsOf returns the connections to the same database without the one that asks.
func connectionsOf(t *testing.T, db *DB) []int {
	t.Helper()
	rows, err := db.control.QueryContext(t.Context(),
		"SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var ids []int
	for rows.Next() {
		var id int
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return ids
}

// TestAbandonedStatementsEnd cancels what the server is busy with, in all the ways in which it can be.
func TestAbandonedStatementsEnd(t *testing.T) {
	url := testserver.Empty(t)
	db, other := open(t, url), open(t, url)
	write(t, db, makeTable)
	for n := range 3 {
		write(t, db, "INSERT INTO t (n) VALUES (?)", n)
	}
	statements := map[string]func(ctx context.Context) error{
		"prepared": func(ctx context.Context) error {
			return db.Reader(ctx).QueryRowContext(ctx, "SELECT SLEEP(?)", 30).Err()
		},
		"plain": func(ctx context.Context) error {
			_, err := db.pool.db.ExecContext(ctx, "DO SLEEP(30)")
			return err
		},
		"half read": func(ctx context.Context) error {
			rows, err := db.pool.db.QueryContext(ctx, "SELECT n, IF(n = 2, SLEEP(30), 0) FROM t ORDER BY n")
			if err != nil {
				return err
			}
			defer func() { _ = rows.Close() }()
			for rows.Next() {
				continue // until it is cut short
			}
			return rows.Err()
		},
		"in a transaction": func(ctx context.Context) error {
			return db.WithTx(ctx, func(ctx context.Context) error {
				_, err := db.Writer(ctx).ExecContext(ctx, "UPDATE t SET m = SLEEP(30)")
				return err
			})
		},
	}
	for name, run := range statements {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				waitFor(t, "the statement to run", func() bool { return sleeping(t, other) > 0 })
				cancel()
			}()
			if err := run(ctx); err == nil {
				t.Error("it is not cut short")
			}
			waitFor(t, "the statement to end on the server", func() bool { return sleeping(t, other) == 0 })
		})
	}
}

func sleeping(t *testing.T, db *DB) int {
	t.Helper()
	var n int
	const query = "SELECT count(*) FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID() AND info LIKE '%SLEEP%'"
	if err := db.control.QueryRowContext(t.Context(), query).Scan(&n); err != nil {
		t.Error(err)
	}
	return n
}

func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if done() {
			return
		}
	}
	t.Errorf("waited in vain for %s", what)
}

func TestConnectionsGrowOld(t *testing.T) {
	cfg := settings(testserver.Empty(t))
	cfg.DatabaseMaxConns, cfg.DatabaseConnLifetime = 1, 30*time.Millisecond
	db := openWith(t, cfg)
	first := number(t, db, "SELECT CONNECTION_ID()")
	time.Sleep(40 * time.Millisecond)
	if second := number(t, db, "SELECT CONNECTION_ID()"); second == first {
		t.Error("a connection is used beyond its lifetime")
	}
}
