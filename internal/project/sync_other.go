//go:build !linux

package project

import (
	"os"
	"path/filepath"
)

// syncFile makes the contents of a file durable.
func syncFile(f *os.File) error { return f.Sync() }

// syncTree makes the names in each of the directories below dir durable.
func syncTree(dir string, dirs []string) error {
	for _, d := range dirs {
		if err := syncDir(filepath.Join(dir, d)); err != nil {
			return err
		}
	}
	return nil
}
