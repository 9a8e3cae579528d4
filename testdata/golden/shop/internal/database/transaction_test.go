package database

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"modernc.org/sqlite"

	"example.com/shop/internal/model"
)

var errTest = errors.New("test")

func insert(ctx context.Context, db *DB, n int) error {
	_, err := db.Writer(ctx).ExecContext(ctx, "INSERT INTO t (n) VALUES (?)", n)
	return err
}

func TestWithTxCommits(t *testing.T) {
	db := fresh(t)
	err := db.WithTx(t.Context(), func(ctx context.Context) error {
		if err := insert(ctx, db, 1); err != nil {
			return err
		}
		var seen int
		if err := db.Reader(ctx).QueryRowContext(ctx, "SELECT count(*) FROM t").Scan(&seen); err != nil || seen != 1 {
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
			db := fresh(t)
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

func attemptToFail(ctx context.Context, db *DB, end func() error) (err error) {
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
	note := func(ctx context.Context, s string) { AfterCommit(ctx, func() { log = append(log, s) }) }

	note(t.Context(), "at once")
	err := db.WithTx(t.Context(), func(ctx context.Context) error {
		note(ctx, "first")
		err := db.WithTx(ctx, func(ctx context.Context) error {
			note(ctx, "nested")
			return insert(ctx, db, 1)
		})
		log = append(log, "still inside")
		AfterCommit(ctx, func() {
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
	if InTx(t.Context()) {
		t.Error("a plain context carries a transaction")
	}
	err := db.WithTx(t.Context(), func(ctx context.Context) error {
		if !InTx(ctx) {
			t.Error("the context of a transaction carries none")
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestStatementsOfTransactionsArePreparedLater covers both ways in which a statement runs inside a transaction.
func TestStatementsOfTransactionsArePreparedLater(t *testing.T) {
	db := fresh(t)
	for n := range 3 {
		if err := db.WithTx(t.Context(), func(ctx context.Context) error { return insert(ctx, db, n) }); err != nil {
			t.Fatal(err)
		}
		if db.write.known("INSERT INTO t (n) VALUES (?)") == nil {
			t.Error("the statement is not prepared after the commit")
		}
	}
	if n := number(t, db, "SELECT count(*) FROM t"); n != 3 {
		t.Errorf("%d rows, want 3", n)
	}
}

// TestBusyIsRetried runs the closure again when SQLite says that it was busy, but not for ever.
func TestBusyIsRetried(t *testing.T) {
	db, busy := fresh(t), busyError(t)
	for _, failures := range []int{1, attempts - 1, attempts} {
		runs, commits := 0, 0
		err := db.WithTx(t.Context(), func(ctx context.Context) error {
			runs++
			AfterCommit(ctx, func() { commits++ })
			if runs <= failures {
				return fmt.Errorf("wrapped: %w", busy)
			}
			return nil
		})
		switch {
		case failures < attempts && (err != nil || runs != failures+1 || commits != 1):
			t.Errorf("%d failures: %d runs, %d commits, %v", failures, runs, commits, err)
		case failures == attempts && (!Busy(err) || runs != attempts || commits != 0):
			t.Errorf("too many failures: %d runs, %d commits, %v", runs, commits, err)
		}
	}
}

// busyError returns SQLite's own, from two connections that want to write at once.
func busyError(t *testing.T) error {
	t.Helper()
	path := filepath.Join(t.TempDir(), "busy.db")
	first, second := open(t, path), open(t, path)
	write(t, first, "CREATE TABLE t (n INTEGER)")
	var busy error
	err := first.WithTx(t.Context(), func(context.Context) error {
		_, busy = second.write.db.ExecContext(t.Context(), "INSERT INTO t VALUES (1)")
		return nil
	})
	var failure *sqlite.Error
	if err != nil || !errors.As(busy, &failure) {
		t.Fatalf("no busy error: %v, %v", err, busy)
	}
	return busy
}

// TestWaitingIsBounded lets one transaction hold the only connection while others want it.
func TestWaitingIsBounded(t *testing.T) {
	cfg := settings(filepath.Join(t.TempDir(), "app.db"))
	db := openWith(t, cfg)
	write(t, db, "CREATE TABLE t (n INTEGER PRIMARY KEY)")
	other := open(t, filepath.FromSlash(db.location.path))

	err := db.WithTx(t.Context(), func(ctx context.Context) error {
		if err := insert(ctx, db, 1); err != nil {
			return err
		}
		// From here on nobody gets what this transaction holds, so that any limit will do.
		db.timeout, db.write.timeout = 20*time.Millisecond, 20*time.Millisecond
		other.timeout, other.write.timeout = db.timeout, db.timeout
		waits := map[string]error{
			"transaction, same process":    db.WithTx(t.Context(), func(context.Context) error { return nil }),
			"statement, same process":      insert(t.Context(), db, 2),
			"transaction, another process": other.WithTx(t.Context(), func(context.Context) error { return nil }),
			"statement, another process":   insert(t.Context(), other, 2),
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

// TestCallersTimeIsNotTheDatabases keeps the two reasons for giving up apart.
func TestCallersTimeIsNotTheDatabases(t *testing.T) {
	db := fresh(t)
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

// TestManyWriters has two processes' worth of writers that read before they write. None may be refused, and no update
// may be lost.
func TestManyWriters(t *testing.T) {
	const writers, rounds = 50, 20
	path := filepath.Join(t.TempDir(), "app.db")
	stores := []*DB{open(t, path), open(t, path)}
	write(t, stores[0], "CREATE TABLE t (n INTEGER PRIMARY KEY, m INTEGER NOT NULL DEFAULT 0) STRICT")
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

func increment(ctx context.Context, db *DB) error {
	return db.WithTx(ctx, func(ctx context.Context) error {
		var m int
		if err := db.Reader(ctx).QueryRowContext(ctx, "SELECT m FROM t WHERE n = 0").Scan(&m); err != nil {
			return err
		}
		_, err := db.Writer(ctx).ExecContext(ctx, "UPDATE t SET m = ? WHERE n = 0", m+1)
		return err
	})
}
