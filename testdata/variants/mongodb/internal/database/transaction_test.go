package database_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"example.com/shop/internal/database"
	"example.com/shop/internal/database/databasetest"
	"example.com/shop/internal/model"
)

var errTest = errors.New("test")

// transactional returns a fresh database, or skips a test that makes no sense without transactions.
func transactional(t *testing.T) *database.DB {
	t.Helper()
	url := databasetest.URL(t)
	if strings.Contains(url, "transactions=off") {
		t.Skip("SKIPPED: the server of TEST_DATABASE_URL has no transactions, so nothing can be rolled back")
	}
	return fresh(t, url)
}

func insert(ctx context.Context, db *database.DB, n int) error {
	c, err := db.Collection(ctx, "t")
	if err != nil {
		return err
	}
	_, err = c.InsertOne(ctx, bson.D{{Key: "_id", Value: n}, {Key: "m", Value: int64(0)}})
	return err
}

func TestWithTxCommits(t *testing.T) {
	db := transactional(t)
	err := db.WithTx(t.Context(), func(ctx context.Context) error {
		if err := insert(ctx, db, 1); err != nil {
			return err
		}
		seen, err := numbers(ctx, t, db).CountDocuments(ctx, bson.D{})
		if err != nil || seen != 1 {
			return fmt.Errorf("inside the transaction %d documents are seen, %w", seen, err)
		}
		if n := count(t, db); n != 0 {
			t.Errorf("outside the transaction %d documents are seen before the commit", n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := count(t, db); n != 1 {
		t.Errorf("%d documents after the commit, want 1", n)
	}
}

func TestWithTxRollsBack(t *testing.T) {
	tests := map[string]func(cancel func()) error{
		"error":        func(func()) error { return errTest },
		"panic":        func(func()) error { panic("test") },
		"cancellation": func(cancel func()) error { cancel(); return nil },
	}
	for name, end := range tests {
		t.Run(name, func(t *testing.T) {
			db := transactional(t)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if err := attemptToFail(ctx, db, func() error { return end(cancel) }); err == nil {
				t.Error("the transaction reports no error")
			}
			if n := count(t, db); n != 0 {
				t.Errorf("%d documents are left", n)
			}
			if err := db.WithTx(t.Context(), func(ctx context.Context) error { return insert(ctx, db, 1) }); err != nil {
				t.Errorf("the next transaction: %v", err)
			}
		})
	}
}

func attemptToFail(ctx context.Context, db *database.DB, end func() error) (err error) {
	defer func() {
		if caught := recover(); caught != nil {
			err = fmt.Errorf("panic: %v", caught)
		}
	}()
	return db.WithTx(ctx, func(ctx context.Context) error {
		if err := insert(ctx, db, 1); err != nil {
			return err
		}
		return end()
	})
}

func TestNestedTransactionJoins(t *testing.T) {
	db := transactional(t)
	err := db.WithTx(t.Context(), func(ctx context.Context) error {
		if err := db.WithTx(ctx, func(ctx context.Context) error { return insert(ctx, db, 1) }); err != nil {
			return err
		}
		return errTest
	})
	if !errors.Is(err, errTest) {
		t.Fatalf("error %v, want %v", err, errTest)
	}
	if n := count(t, db); n != 0 {
		t.Error("the inner work was committed although the outer failed")
	}
}

func TestFailedPartPreventsTheCommit(t *testing.T) {
	db := transactional(t)
	err := db.WithTx(t.Context(), func(ctx context.Context) error {
		inner := db.WithTx(ctx, func(ctx context.Context) error {
			return errors.Join(insert(ctx, db, 1), errTest)
		})
		if !errors.Is(inner, errTest) {
			t.Errorf("the inner error is %v", inner)
		}
		return nil
	})
	if !errors.Is(err, errTest) {
		t.Errorf("error %v, want %v", err, errTest)
	}
	if n := count(t, db); n != 0 {
		t.Error("half of the work was committed")
	}
}

func TestAfterCommit(t *testing.T) {
	db := fresh(t, databasetest.URL(t))
	var log []string
	note := func(ctx context.Context, s string) { database.AfterCommit(ctx, func() { log = append(log, s) }) }

	note(t.Context(), "at once")
	err := db.WithTx(t.Context(), func(ctx context.Context) error {
		note(ctx, "first")
		err := db.WithTx(ctx, func(ctx context.Context) error {
			note(ctx, "nested")
			return insert(ctx, db, 1)
		})
		log = append(log, "still inside")
		database.AfterCommit(ctx, func() {
			log = append(log, strconv.FormatInt(count(t, db), 10), fmt.Sprint(insert(t.Context(), db, 2)))
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	_ = db.WithTx(t.Context(), func(ctx context.Context) error {
		note(ctx, "never")
		return errTest
	})
	want := []string{"at once", "still inside", "first", "nested", "1", "<nil>"}
	if !slices.Equal(log, want) {
		t.Errorf("log %q, want %q", log, want)
	}
}

func TestInTx(t *testing.T) {
	db := fresh(t, databasetest.URL(t))
	if database.InTx(t.Context()) {
		t.Error("a plain context carries a transaction")
	}
	err := db.WithTx(t.Context(), func(ctx context.Context) error {
		if !database.InTx(ctx) {
			t.Error("the context of a transaction carries none")
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// conflict is what the server says when two transactions change one document.
func conflict() error {
	return fmt.Errorf("wrapped: %w", mongo.CommandError{Code: 112, Name: "WriteConflict", Labels: []string{"TransientTransactionError"}})
}

// TestConflictIsRetried runs the closure again when the server says so, but not for ever.
func TestConflictIsRetried(t *testing.T) {
	db := fresh(t, databasetest.URL(t))
	runs, commits := 0, 0
	work := func(failures int) error {
		return db.WithTx(t.Context(), func(ctx context.Context) error {
			runs++
			database.AfterCommit(ctx, func() { commits++ })
			if runs <= failures {
				return conflict()
			}
			return nil
		})
	}
	if err := work(5); err != nil || runs != 6 || commits != 1 {
		t.Errorf("%d runs, %d commits, %v", runs, commits, err)
	}
	db.SetTimeout(300 * time.Millisecond)
	runs, commits = 0, 0
	start := time.Now()
	err := work(1 << 30)
	if !errors.Is(err, model.ErrUnavailable) || runs < 2 || commits != 0 || time.Since(start) > 10*time.Second {
		t.Errorf("%d runs, %d commits in %s, %v", runs, commits, time.Since(start), err)
	}
}

func TestOtherErrorsAreNotRetried(t *testing.T) {
	db := fresh(t, databasetest.URL(t))
	runs := 0
	err := db.WithTx(t.Context(), func(context.Context) error {
		runs++
		return errTest
	})
	if !errors.Is(err, errTest) || runs != 1 {
		t.Errorf("%d runs, %v", runs, err)
	}
}

func TestCallersTimeIsNotTheDatabases(t *testing.T) {
	db := fresh(t, databasetest.URL(t))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	waits := map[string]error{
		"ping": db.Ping(ctx), // may be in time
		"transaction": db.WithTx(ctx, func(ctx context.Context) error {
			<-ctx.Done()
			return nil
		}),
		"migration": db.MigrateUp(ctx),
	}
	for name, err := range waits {
		if err != nil && (!errors.Is(err, context.DeadlineExceeded) || errors.Is(err, model.ErrUnavailable)) {
			t.Errorf("%s: %v, want the caller's deadline alone", name, err)
		}
	}
	if waits["transaction"] == nil {
		t.Error("the transaction did not notice the caller's deadline")
	}
}

// TestManyWriters has two processes' worth of writers that read before they write. No update may be lost.
func TestManyWriters(t *testing.T) {
	const writers, rounds = 8, 10
	url := databasetest.URL(t)
	stores := []*database.DB{fresh(t, url), open(t, url)}
	if strings.Contains(url, "transactions=off") {
		stores = stores[:1] // units of work take turns in one process only
	}
	for _, db := range stores {
		db.SetMigrations(nothing())
	}
	if err := insert(t.Context(), stores[0], 0); err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	for w := range writers {
		db := stores[w%len(stores)]
		running.Go(func() {
			for range rounds {
				if err := increment(t.Context(), db); err != nil {
					t.Errorf("writer %d: %v", w, err)
				}
			}
		})
	}
	running.Wait()
	var sum struct{ M int64 }
	if err := numbers(t.Context(), t, stores[0]).FindOne(t.Context(), bson.D{}).Decode(&sum); err != nil || sum.M != writers*rounds {
		t.Errorf("%d increments arrived, %v; want %d", sum.M, err, writers*rounds)
	}
}

func increment(ctx context.Context, db *database.DB) error {
	return db.WithTx(ctx, func(ctx context.Context) error {
		c, err := db.Collection(ctx, "t")
		if err != nil {
			return err
		}
		var now struct{ M int64 }
		if err := c.FindOne(ctx, bson.D{{Key: "_id", Value: 0}}).Decode(&now); err != nil {
			return err
		}
		_, err = c.UpdateOne(ctx, bson.D{{Key: "_id", Value: 0}}, bson.D{{Key: "$set", Value: bson.D{{Key: "m", Value: now.M + 1}}}})
		return err
	})
}
