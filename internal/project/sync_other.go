//go:build !linux

package project

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// syncFile makes the contents of a file durable.
func syncFile(f *os.File) error { return f.Sync() }

// syncTree makes the names in each of the directories below dir durable. Those
// that are gone need nothing.
func syncTree(dir string, dirs []string) error {
	for _, d := range dirs {
		if err := syncDir(filepath.Join(dir, filepath.FromSlash(d))); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
