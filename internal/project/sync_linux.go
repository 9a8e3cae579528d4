package project

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// syncFile does nothing: syncTree does it for all files at once.
func syncFile(*os.File) error { return nil }

// syncTree makes everything below dir durable. One call for the file system is
// several times faster than one for each file and directory.
func syncTree(dir string, _ []string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("syncing %s: %w", dir, err)
	}
	if err := errors.Join(unix.Syncfs(int(d.Fd())), d.Close()); err != nil {
		return fmt.Errorf("syncing %s: %w", dir, err)
	}
	return nil
}
