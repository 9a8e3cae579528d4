package database

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/go-sql-driver/mysql"
)

// Errors of the server that take back the whole transaction because of another one.
const (
	codeChangedSinceRead = 1020
	codeDeadlock         = 1213
)

// Conflicts reports whether err means that a transaction lost against another one, so that the same work may succeed later.
func Conflicts(err error) bool {
	failure, ok := errors.AsType[*mysql.MySQLError](err)
	return ok && (failure.Number == codeDeadlock || failure.Number == codeChangedSinceRead)
}

const (
	attempts   = 4
	firstPause = 5 * time.Millisecond
)

// retryConflicts runs work again, after a growing pause, when it lost against another transaction.
func retryConflicts(ctx context.Context, work func() error) error {
	err := work()
	for attempt := 1; attempt < attempts && Conflicts(err); attempt++ {
		if !pause(ctx, firstPause<<attempt) {
			return err
		}
		err = work()
	}
	return err
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
