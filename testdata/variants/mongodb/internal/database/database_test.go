package database_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

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

// fresh returns a database whose schema is nothing but a collection, t, of numbers.
func fresh(t *testing.T, url string) *database.DB {
	t.Helper()
	db := open(t, url)
	db.SetMigrations(fstest.MapFS{})
	if err := db.Data().CreateCollection(t.Context(), "t"); err != nil && !mongo.IsDuplicateKeyError(err) {
		t.Fatal(err)
	}
	return db
}

// numbers returns the collection of fresh.
func numbers(ctx context.Context, t *testing.T, db *database.DB) *mongo.Collection {
	t.Helper()
	c, err := db.Collection(ctx, "t")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func count(t *testing.T, db *database.DB) int64 {
	t.Helper()
	n, err := numbers(t.Context(), t, db).CountDocuments(t.Context(), bson.D{})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestPing(t *testing.T) {
	db := open(t, databasetest.URL(t))
	if err := db.Ping(t.Context()); err != nil {
		t.Errorf("ping: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := db.Ping(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("ping with a cancelled context: %v", err)
	}
}

// TestServerWithoutTransactions stands for a forgotten rs.initiate().
func TestServerWithoutTransactions(t *testing.T) {
	url, off := strings.CutSuffix(databasetest.URL(t), "transactions=off")
	if !off {
		t.Skip("SKIPPED: the server of TEST_DATABASE_URL has transactions, which is as it should be")
	}
	db := open(t, strings.TrimRight(url, "?&"))
	for name, err := range map[string]error{
		"ping":        db.Ping(t.Context()),
		"transaction": db.WithTx(t.Context(), func(context.Context) error { return nil }),
		"migration":   db.MigrateUp(t.Context()),
	} {
		if !errors.Is(err, database.ErrStandalone) || !errors.Is(err, model.ErrUnavailable) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNoCollectionBeforeTheMigrations keeps MongoDB from making collections at the first write, without their indexes.
func TestNoCollectionBeforeTheMigrations(t *testing.T) {
	db := open(t, databasetest.URL(t))
	db.SetMigrations(fstest.MapFS{"00001_a.json": {Data: []byte(`{"up": [{"create": "a"}], "down": [{"drop": "a"}]}`)}})
	if _, err := db.Collection(t.Context(), "a"); !errors.Is(err, model.ErrUnavailable) {
		t.Errorf("before: %v", err)
	}
	if err := db.MigrateUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Collection(t.Context(), "a"); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	if err := db.MigrateDown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Collection(t.Context(), "a"); !errors.Is(err, model.ErrUnavailable) {
		t.Errorf("without it: %v", err)
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
	if _, err := db.Collection(t.Context(), "t"); !errors.Is(err, model.ErrUnavailable) {
		t.Errorf("a closed database has collections: %v", err)
	}
	if err := db.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
}

// TestNobodyThere refuses connections, and takes them without ever answering. Open must not mind, everything else must end in
// time, and no error may show where the database should be.
func TestNobodyThere(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refusing := closed.Addr().String()
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	for name, address := range map[string]string{"refused": refusing, "silent": silent.Addr().String()} {
		t.Run(name, func(t *testing.T) {
			cfg := databasetest.Config("mongodb://someone:s3cret@" + address + "/app?directConnection=true")
			cfg.DatabaseTimeout = 200 * time.Millisecond
			db := openWith(t, cfg)
			start := time.Now()
			for what, err := range map[string]error{
				"ping":        db.Ping(t.Context()),
				"transaction": db.WithTx(t.Context(), func(context.Context) error { return nil }),
				"migration":   db.MigrateUp(t.Context()),
			} {
				if !errors.Is(err, model.ErrUnavailable) || errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("%s: %v, want it to be unavailable", what, err)
				}
				_, port, _ := net.SplitHostPort(address)
				if strings.Contains(err.Error(), port) || strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "someone") {
					t.Errorf("%s: %v repeats a part of the URL", what, err)
				}
			}
			if waited := time.Since(start); waited > 10*time.Second {
				t.Errorf("that took %s", waited)
			}
		})
	}
}

func TestStats(t *testing.T) {
	db := fresh(t, databasetest.URL(t))
	if s := db.Stats(); s.InUse != 0 || s.Max != 30 {
		t.Errorf("before: %+v", s)
	}
	count(t, db)
	if s := db.Stats(); s.InUse != 0 || s.Idle < 1 {
		t.Errorf("after a command: %+v", s)
	}
}
