package project

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	lockWait = 10 * time.Second
	lockPoll = 25 * time.Millisecond
)

// errLocked says that a lock is held elsewhere.
var errLocked = errors.New("another process holds the lock")

// LockedError says that another layup is at work in a project.
type LockedError struct {
	// Root is the directory of the project.
	Root string
}

func (e *LockedError) Error() string {
	return e.Root + " is locked by another layup; try again when it is done"
}

// Lock takes the project at root for this process alone; it is held from reading
// until writing is done. While another layup holds it, Lock waits for up to ten
// seconds, then returns a *LockedError; it returns an error that wraps
// ctx.Err() when ctx ends before. The lock goes with the process, so a
// crash frees it. Recover, Open and Tree.Apply are called while it is held.
func Lock(ctx context.Context, root string) (unlock func(), err error) {
	deadline := time.NewTimer(lockWait)
	defer deadline.Stop()
	poll := time.NewTicker(lockPoll)
	defer poll.Stop()
	for {
		unlock, err := lockDir(root)
		if !errors.Is(err, errLocked) {
			return unlock, err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("waiting for the lock of %s: %w", root, ctx.Err())
		case <-deadline.C:
			return nil, &LockedError{Root: root}
		case <-poll.C:
		}
	}
}
