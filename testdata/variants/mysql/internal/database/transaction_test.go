package database

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"

	"example.com/shop/internal/database/testserver"
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
			cfg := settings(testserver.Empty(t))
			cfg.DatabaseMaxConns = 1
			db := openWith(t, cfg)
			write(t, db, makeTable)
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
		if db.pool.known("INSERT INTO t (n) VALUES (?)") == nil {
			t.Error("the statement is not prepared after the commit")
		}
	}
	if n := number(t, db, "SELECT count(*) FROM t"); n != 3 {
		t.Errorf("%d rows, want 3", n)
	}
}

// TestConflictsAreRetried runs the closure again when the server says that another transaction won, but not for ever.
func TestConflictsAreRetried(t *testing.T) {
	db, conflict := fresh(t), &mysql.MySQLError{Number: codeDeadlock}
	for _, failures := range []int{1, attempts - 1, attempts} {
		runs, commits := 0, 0
		err := db.WithTx(t.Context(), func(ctx context.Context) error {
			runs++
			AfterCommit(ctx, func() { commits++ })
			if runs <= failures {
				return fmt.Errorf("wrapped: %w", conflict)
			}
			return nil
		})
		switch {
		case failures < attempts && (err != nil || runs != failures+1 || commits != 1):
			t.Errorf("%d failures: %d runs, %d commits, %v", failures, runs, commits, err)
		case failures == attempts && (!Conflicts(err) || runs != attempts || commits != 0):
			t.Errorf("too many failures: %d runs, %d commits, %v", runs, commits, err)
		}
	}
}

// TestDeadlock has two transactions lock two rows in opposite order. The server ends one of them, which then succeeds, too.
func TestDeadlock(t *testing.T) {
	db := fresh(t)
	write(t, db, "INSERT INTO t (n) VALUES (1), (2)")
	var running, bothHold sync.WaitGroup
	var runs atomic.Int32
	bothHold.Add(2)
	for _, order := range [][]int{{1, 2}, {2, 1}} {
		running.Go(func() {
			first := true
			err := db.WithTx(t.Context(), func(ctx context.Context) error {
				runs.Add(1)
				for _, n := range order {
					if _, err := db.Writer(ctx).ExecContext(ctx, "UPDATE t SET m = m + 1 WHERE n = ?", n); err != nil {
						return err
					}
					if first {
						first = false
						bothHold.Done()
						bothHold.Wait()
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
	if n := number(t, db, "SELECT sum(m) FROM t"); n != 4 || runs.Load() != 3 {
		t.Errorf("%d increments arrived in %d runs, want 4 in 3", n, runs.Load())
	}
}

// TestWaitingIsBounded lets one transaction hold a row and the only connection while others want them.
func TestWaitingIsBounded(t *testing.T) {
	url := testserver.Empty(t)
	cfg := settings(url)
	cfg.DatabaseMaxConns = 1
	db := openWith(t, cfg)
	write(t, db, makeTable)
	write(t, db, "INSERT INTO t (n) VALUES (1)")
	cfg.DatabaseTimeout = 200 * time.Millisecond
	other := openWith(t, cfg)

	err := db.WithTx(t.Context(), func(ctx context.Context) error {
		if _, err := db.Writer(ctx).ExecContext(ctx, "UPDATE t SET m = 1 WHERE n = 1"); err != nil {
			return err
		}
		// From here on nobody gets what this transaction holds, so that any limit will do.
		db.timeout, db.pool.timeout = cfg.DatabaseTimeout, cfg.DatabaseTimeout
		waits := map[string]error{
			"connection for a transaction": db.WithTx(t.Context(), func(context.Context) error { return nil }),
			"connection for a statement":   insert(t.Context(), db, 2),
			"row":                          raise(t.Context(), other),
		}
		for name, err := range waits {
			if !errors.Is(err, model.ErrUnavailable) && !tookTooLong(err) || errors.Is(err, context.DeadlineExceeded) {
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

func raise(ctx context.Context, db *DB) error {
	_, err := db.Writer(ctx).ExecContext(ctx, "UPDATE t SET m = m + 1 WHERE n = 1")
	return err
}

// tookTooLong reports whether the server was faster than the clock here.
func tookTooLong(err error) bool {
	failure, ok := errors.AsType[*mysql.MySQLError](err)
	return ok && (failure.Number == 1969 || failure.Number == 1205 || failure.Number == 3024)
}

// TestCallersTimeIsNotTheDatabases keeps the two reasons for giving up apart.
func TestCallersTimeIsNotTheDatabases(t *testing.T) {
	cfg := settings(testserver.Empty(t))
	cfg.DatabaseMaxConns = 1
	db := openWith(t, cfg)
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
	url := testserver.Empty(t)
	stores := []*DB{open(t, url), open(t, url)}
	write(t, stores[0], makeTable)
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
		if err := db.Reader(ctx).QueryRowContext(ctx, "SELECT m FROM t WHERE n = 0 FOR UPDATE").Scan(&m); err != nil {
			return err
		}
		_, err := db.Writer(ctx).ExecContext(ctx, "UPDATE t SET m = ? WHERE n = 0", m+1)
		return err
	})
}
