//go:build unix

package servers

import (
	"os"
	"syscall"
)

// lock takes a lock on a file, which goes with the process. It fails when somebody
// has it.
func lock(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err //nolint:wrapcheck // names the path
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, err //nolint:wrapcheck // says that it is taken
	}
	return f, nil
}
