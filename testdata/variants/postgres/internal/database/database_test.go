package database_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"example.com/shop/internal/config"
	"example.com/shop/internal/database"
	"example.com/shop/internal/database/databasetest"
	"example.com/shop/internal/model"
)

func open(t *testing.T, url string) *database.DB {
	t.Helper()
	return openWith(t, databasetest.Config(url))
}

func openWith(t *testing.T, cfg config.Config) *database.DB {
	t.Helper()
	db, err := database.Open(cfg, slog.New(slog.DiscardHandler))
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
func fresh(t *testing.T) *database.DB {
	t.Helper()
	return withTable(t, databasetest.Config(databasetest.URL(t)))
}

func withTable(t *testing.T, cfg config.Config) *database.DB {
	t.Helper()
	db := openWith(t, cfg)
	write(t, db, "CREATE TABLE t (n bigint PRIMARY KEY, m bigint NOT NULL DEFAULT 0)")
	return db
}

func parse(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func write(t *testing.T, db *database.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.Querier(t.Context()).Exec(t.Context(), query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func number(t *testing.T, db *database.DB, query string, args ...any) int {
	t.Helper()
	var n int
	if err := db.Querier(t.Context()).QueryRow(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

func TestConnectionSettings(t *testing.T) {
	cfg := databasetest.Config(databasetest.URL(t))
	cfg.DatabaseTimeout = 7 * time.Second
	db := openWith(t, cfg)
	for setting, want := range map[string]string{
		"application_name": "shop", "statement_timeout": "7s", "idle_in_transaction_session_timeout": "30s",
		"TimeZone": "UTC", "client_encoding": "UTF8", "default_transaction_isolation": "read committed",
	} {
		var got string
		if err := db.Querier(t.Context()).QueryRow(t.Context(), "SELECT current_setting($1)", setting).Scan(&got); err != nil || got != want {
			t.Errorf("%s = %q, %v; want %q", setting, got, err, want)
		}
	}
}

func TestTimesAreInUTC(t *testing.T) {
	var at time.Time
	err := fresh(t).Querier(t.Context()).QueryRow(t.Context(), "SELECT '2026-01-02T03:04:05.000006+05'::timestamptz").Scan(&at)
	if want := time.Date(2026, 1, 1, 22, 4, 5, 6000, time.UTC); err != nil || at != want {
		t.Errorf("got %v, %v; want %v", at, err, want)
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

func TestPingWantsToWrite(t *testing.T) {
	u := parse(t, databasetest.URL(t))
	query := u.Query()
	query.Set("options", "-c default_transaction_read_only=on")
	u.RawQuery = query.Encode()
	db := open(t, u.String())
	if err := db.Ping(t.Context()); !errors.Is(err, model.ErrUnavailable) {
		t.Errorf("a read-only database: %v, want it to be unavailable", err)
	}
}

// TestPingDoesNotQueue asks while every connection for requests is taken.
func TestPingDoesNotQueue(t *testing.T) {
	cfg := databasetest.Config(databasetest.URL(t))
	cfg.DatabaseMaxConns = 1
	db := withTable(t, cfg)
	err := db.WithTx(t.Context(), func(context.Context) error {
		if s := db.Stats(); s.InUse != 1 || s.Idle != 0 || s.Max != 1 {
			t.Errorf("stats are %+v, want the one connection in use", s)
		}
		return db.Ping(t.Context())
	})
	if err != nil {
		t.Errorf("ping of a busy database: %v", err)
	}
}

// TestUnreachable has servers that nobody can reach. Each must be an outage, said without a word of where it was to be.
func TestUnreachable(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = closed.Close()
	missing := parse(t, databasetest.URL(t))
	missing.Path = "/canary"
	for name, url := range map[string]string{
		"refused":     "postgres://canary:canary@" + closed.Addr().String() + "/canary",
		"silent":      "postgres://canary:canary@" + silent.Addr().String() + "/canary",
		"unknown":     "postgres://canary:canary@canary.invalid/canary?sslmode=disable",
		"no database": missing.String(),
	} {
		t.Run(name, func(t *testing.T) {
			cfg := databasetest.Config(url)
			cfg.DatabaseTimeout = 500 * time.Millisecond
			db := openWith(t, cfg)
			for step, err := range map[string]error{
				"ping": db.Ping(t.Context()), "migrate": db.MigrateUp(t.Context()),
				"transaction": db.WithTx(t.Context(), func(context.Context) error { return nil }),
			} {
				if !errors.Is(err, model.ErrUnavailable) || errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("%s: %v, want it to be unavailable", step, err)
				} else if text := err.Error(); strings.Contains(text, "canary") || strings.Contains(text, "127.0.0.1") {
					t.Errorf("%s says where the server is: %s", step, text)
				}
			}
		})
	}
}

func TestOpenRefusesWhatIsNoURL(t *testing.T) {
	_, err := database.Open(config.Config{DatabaseURL: "canary"}, slog.New(slog.DiscardHandler))
	if err == nil || !strings.HasPrefix(err.Error(), "DATABASE_URL must be") || strings.Contains(err.Error(), "canary") {
		t.Errorf("got %v", err)
	}
}

func TestClosedDatabase(t *testing.T) {
	db, err := database.Open(databasetest.Config(databasetest.URL(t)), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := db.Ping(t.Context()); !errors.Is(err, model.ErrUnavailable) {
		t.Errorf("a closed database answers: %v", err)
	}
	if err := db.WithTx(t.Context(), func(context.Context) error { return nil }); !errors.Is(err, model.ErrUnavailable) {
		t.Errorf("a closed database begins a transaction: %v", err)
	}
}

// survivors counts what the server still works on in this database, but for the question itself.
const survivors = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()"

// TestNothingSurvivesItsCaller looks on the server for a statement whose caller is gone or whose time is up.
func TestNothingSurvivesItsCaller(t *testing.T) {
	db := fresh(t)
	for name, end := range map[string]func(ctx context.Context) (context.Context, context.CancelFunc){
		"cancelled": func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(50*time.Millisecond, cancel)
			return ctx, cancel
		},
		"too slow": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, 50*time.Millisecond)
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := end(t.Context())
			defer cancel()
			before := number(t, db, "SELECT pg_backend_pid()")
			start := time.Now()
			_, err := db.Querier(ctx).Exec(ctx, "SELECT pg_sleep(60)")
			if err == nil || time.Since(start) > 10*time.Second {
				t.Errorf("it ended after %s with %v", time.Since(start), err)
			}
			if n := number(t, db, survivors); n != 0 {
				t.Errorf("%d statements go on", n)
			}
			if after := number(t, db, "SELECT pg_backend_pid()"); after != before {
				t.Error("it cost the connection")
			}
		})
	}
}

// TestServerEndsSlowStatements holds that the limit is the server's, too.
func TestServerEndsSlowStatements(t *testing.T) {
	cfg := databasetest.Config(databasetest.URL(t))
	cfg.DatabaseTimeout = 200 * time.Millisecond
	db := openWith(t, cfg)
	_, err := db.Querier(t.Context()).Exec(t.Context(), "SELECT pg_sleep(60)")
	if err := database.Failed(t.Context(), "test", err); !errors.Is(err, database.ErrTimeout) {
		t.Errorf("got %v, want %v", err, database.ErrTimeout)
	}
}

// TestLostConnections ends connections on the server, as a restart does. Each may fail once, and then must be gone.
func TestLostConnections(t *testing.T) {
	url := databasetest.URL(t)
	db, other := open(t, url), open(t, url)
	const others = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
	if err := db.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	number(t, db, "SELECT 1")
	number(t, other, others)
	_, err := db.Querier(t.Context()).Exec(t.Context(), "SELECT 1")
	if err != nil && !errors.Is(database.Failed(t.Context(), "test", err), model.ErrUnavailable) {
		t.Errorf("a lost connection: %v, want it to be unavailable", err)
	}
	for range 10 {
		number(t, db, "SELECT 1")
	}
}
