package database

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"modernc.org/sqlite"
)

// Result codes of SQLite that mean "not now": the low byte of a code, the rest says more.
const (
	codeBusy   = 5
	codeLocked = 6
)

// Busy reports whether err means that somebody else had the database locked, so that the same work may succeed later.
func Busy(err error) bool {
	var failure *sqlite.Error
	if !errors.As(err, &failure) {
		return false
	}
	code := failure.Code() & 0xff
	return code == codeBusy || code == codeLocked
}

const (
	attempts   = 4
	firstPause = 5 * time.Millisecond
)

// retryBusy runs work again, after a growing pause, when it failed because the database was busy.
func retryBusy(ctx context.Context, work func() error) error {
	err := work()
	for attempt := 1; attempt < attempts && Busy(err); attempt++ {
		if !pause(ctx, firstPause<<attempt) {
			return err
		}
		err = work()
	}
	return err
}

// whileBusy repeats a single step that has no effect when it finds the database busy, until ctx ends.
func whileBusy(ctx context.Context, step func() error) error {
	err := step()
	for Busy(err) && pause(ctx, firstPause) {
		err = step()
	}
	return blame(ctx, err)
}

// pause waits for about d, and reports whether ctx is still alive. The jitter keeps those who collided from meeting again.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d/2 + rand.N(d)) //nolint:gosec // jitter is no secret
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// blame replaces an error that came of waiting longer than the database may take by ErrTimeout. What it hides is a
// context.DeadlineExceeded, which would look as if the caller's own time were up.
func blame(ctx context.Context, err error) error {
	if err != nil && errors.Is(context.Cause(ctx), ErrTimeout) {
		return fmt.Errorf("%w (%s)", ErrTimeout, err.Error())
	}
	return err
}
