//go:build !unix

package project

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// lockDir takes a lock by creating a file beside the directory, without waiting;
// errLocked says that it is there already. It does not survive a crash by
// itself: a stale one has to be removed by hand.
func lockDir(dir string) (unlock func(), err error) {
	name := filepath.Clean(dir) + ".lock"
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%s is locked: %s exists: %w", dir, name, errLocked)
	}
	if err != nil {
		return nil, fmt.Errorf("locking %s: %w", dir, err)
	}
	return func() { _ = errors.Join(f.Close(), os.Remove(name)) }, nil
}

// lockFile does the same for an open file. It closes f, because a file that is
// open cannot be removed on every system.
func lockFile(f *os.File) (unlock func(), err error) {
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("locking %s: %w", f.Name(), err)
	}
	return lockDir(f.Name())
}

// syncDir does nothing: directories cannot be synced here.
func syncDir(string) error { return nil }
