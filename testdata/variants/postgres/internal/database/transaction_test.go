package database_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"example.com/shop/internal/database"
	"example.com/shop/internal/database/databasetest"
	"example.com/shop/internal/model"
)

var errTest = errors.New("test")

func insert(ctx context.Context, db *database.DB, n int) error {
	_, err := db.Querier(ctx).Exec(ctx, "INSERT INTO t (n) VALUES ($1)", n)
	return err
}

func TestWithTxCommits(t *testing.T) {
	db := fresh(t)
	err := db.WithTx(t.Context(), func(ctx context.Context) error {
		if err := insert(ctx, db, 1); err != nil {
			return err
		}
		var seen int
		if err := db.Querier(ctx).QueryRow(ctx, "SELECT count(*) FROM t").Scan(&seen); err != nil || seen != 1 {
			return fmt.Errorf("inside the transaction %d rows are seen, %w", seen, err)
		}
		if n := number(t, db, "SELECT count(*) FROM t"); n != 0 {
			t.Errorf("outside the transaction %d rows are seen before the commit", n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := number(t, db, "SELECT count(*) FROM t"); n != 1 {
		t.Errorf("%d rows after the commit, want 1", n)
	}
}

// TestWithTxRollsBack also proves that the connection is clean afterwards: the pool has no other.
func TestWithTxRollsBack(t *testing.T) {
	tests := map[string]func(cancel func()) error{
		"error":        func(func()) error { return errTest },
		"panic":        func(func()) error { panic("test") },
		"cancellation": func(cancel func()) error { cancel(); return nil },
	}
	for name, end := range tests {
		t.Run(name, func(t *testing.T) {
			cfg := databasetest.Config(databasetest.URL(t))
			cfg.DatabaseMaxConns = 1
			db := withTable(t, cfg)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			err := attemptToFail(ctx, db, func() error { return end(cancel) })
			if err == nil {
				t.Error("the transaction reports no error")
			}
			if n := number(t, db, "SELECT count(*) FROM t"); n != 0 {
				t.Errorf("%d rows are left", n)
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
	db := fresh(t)
	err := db.WithTx(t.Context(), func(ctx context.Context) error {
		if err := db.WithTx(ctx, func(ctx context.Context) error { return insert(ctx, db, 1) }); err != nil {
			return err
		}
		return errTest
	})
	if !errors.Is(err, errTest) {
		t.Fatalf("error %v, want %v", err, errTest)
	}
	if n := number(t, db, "SELECT count(*) FROM t"); n != 0 {
		t.Error("the inner work was committed although the outer failed")
	}
}

func TestFailedPartPreventsTheCommit(t *testing.T) {
	db := fresh(t)
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
	if n := number(t, db, "SELECT count(*) FROM t"); n != 0 {
		t.Error("half of the work was committed")
	}
}

func TestAfterCommit(t *testing.T) {
	db := fresh(t)
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
			// The connection is free again, and the data is there.
			log = append(log, strconv.Itoa(number(t, db, "SELECT count(*) FROM t")), fmt.Sprint(insert(t.Context(), db, 2)))
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
	db := fresh(t)
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

// TestCollisionIsRetried runs the closure again when the server says that it collided, but not for ever.
func TestCollisionIsRetried(t *testing.T) {
	db := fresh(t)
	for _, code := range []string{"40001", "40P01"} {
		for _, failures := range []int{1, database.Attempts - 1, database.Attempts} {
			runs, commits := 0, 0
			err := db.WithTx(t.Context(), func(ctx context.Context) error {
				runs++
				database.AfterCommit(ctx, func() { commits++ })
				if runs <= failures {
					return fmt.Errorf("wrapped: %w", &pgconn.PgError{Code: code})
				}
				return nil
			})
			switch {
			case failures < database.Attempts && (err != nil || runs != failures+1 || commits != 1):
				t.Errorf("%s, %d failures: %d runs, %d commits, %v", code, failures, runs, commits, err)
			case failures == database.Attempts && (!database.Collided(err) || runs != database.Attempts || commits != 0):
				t.Errorf("%s, too many failures: %d runs, %d commits, %v", code, runs, commits, err)
			}
		}
	}
}

// TestDeadlock has two transactions that want each other's row. The server ends one, and it succeeds when it runs again.
func TestDeadlock(t *testing.T) {
	db := fresh(t)
	write(t, db, "INSERT INTO t (n) VALUES (1), (2)")
	var met, running sync.WaitGroup
	met.Add(2)
	for _, order := range [][]int{{1, 2}, {2, 1}} {
		first := true
		running.Go(func() {
			err := db.WithTx(t.Context(), func(ctx context.Context) error {
				for _, n := range order {
					if _, err := db.Querier(ctx).Exec(ctx, "UPDATE t SET m = m + 1 WHERE n = $1", n); err != nil {
						return err
					}
					if first {
						first = false
						met.Done()
						met.Wait()
					}
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	running.Wait()
	if n := number(t, db, "SELECT sum(m)::bigint FROM t"); n != 4 {
		t.Errorf("%d updates arrived, want 4", n)
	}
}

// TestIgnoredFailureIsNoCommit has a closure that goes on after a statement failed: what it did before is gone, so it must not
// hear that all is well.
func TestIgnoredFailureIsNoCommit(t *testing.T) {
	db := fresh(t)
	write(t, db, "INSERT INTO t (n) VALUES (1)")
	err := db.WithTx(t.Context(), func(ctx context.Context) error {
		if err := insert(ctx, db, 2); err != nil {
			return err
		}
		_ = insert(ctx, db, 1)
		return nil
	})
	if err == nil {
		t.Error("the transaction reports no error")
	}
	if n := number(t, db, "SELECT count(*) FROM t"); n != 1 {
		t.Errorf("%d rows, want the first alone", n)
	}
}

// TestWaitingIsBounded lets one transaction hold the only connection, and a row, while others want them.
func TestWaitingIsBounded(t *testing.T) {
	cfg := databasetest.Config(databasetest.URL(t))
	cfg.DatabaseMaxConns, cfg.DatabaseTimeout = 1, 300*time.Millisecond
	db := withTable(t, cfg)
	other := openWith(t, cfg)

	err := db.WithTx(t.Context(), func(ctx context.Context) error {
		if err := insert(ctx, db, 1); err != nil {
			return err
		}
		waits := map[string]error{
			"connection for a transaction": db.WithTx(t.Context(), func(context.Context) error { return nil }),
			"lock in a statement":          limited(t.Context(), other, func(ctx context.Context) error { return insert(ctx, other, 1) }),
			"connection for a statement":   limited(t.Context(), db, func(ctx context.Context) error { return insert(ctx, db, 2) }),
		}
		for name, err := range waits {
			if !errors.Is(err, model.ErrUnavailable) || errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: %v, want it to be unavailable", name, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := number(t, db, "SELECT count(*) FROM t"); n != 1 {
		t.Errorf("%d rows, want 1", n)
	}
}

// limited runs one statement as repositories do.
func limited(ctx context.Context, db *database.DB, statement func(ctx context.Context) error) error {
	ctx, cancel := db.Limit(ctx)
	defer cancel()
	if err := statement(ctx); err != nil {
		return database.Failed(ctx, "test", err)
	}
	return nil
}

// TestCallersTimeIsNotTheDatabases keeps the two reasons for giving up apart.
func TestCallersTimeIsNotTheDatabases(t *testing.T) {
	cfg := databasetest.Config(databasetest.URL(t))
	cfg.DatabaseMaxConns = 1
	db := withTable(t, cfg)
	err := db.WithTx(t.Context(), func(context.Context) error {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		err := db.WithTx(ctx, func(context.Context) error { return nil })
		if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, model.ErrUnavailable) {
			t.Errorf("error %v, want the caller's deadline alone", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestManyWriters has two processes' worth of writers that lock before they write. None may be refused, and no update may be
// lost.
func TestManyWriters(t *testing.T) {
	const writers, rounds = 50, 10
	url := databasetest.URL(t)
	stores := []*database.DB{withTable(t, databasetest.Config(url)), open(t, url)}
	write(t, stores[0], "INSERT INTO t (n) VALUES (0)")

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
	if n := number(t, stores[0], "SELECT m FROM t"); n != writers*rounds {
		t.Errorf("%d increments arrived, want %d", n, writers*rounds)
	}
}

func increment(ctx context.Context, db *database.DB) error {
	return db.WithTx(ctx, func(ctx context.Context) error {
		var m int
		if err := db.Querier(ctx).QueryRow(ctx, "SELECT m FROM t WHERE n = 0 FOR NO KEY UPDATE").Scan(&m); err != nil {
			return err
		}
		_, err := db.Querier(ctx).Exec(ctx, "UPDATE t SET m = $1 WHERE n = 0", m+1)
		return err
	})
}
