package project

import (
	"os"
	"path/filepath"
)

// Interrupted reports whether Recover has something to undo in root, or a run is
// at work there right now.
func Interrupted(root string) bool {
	_, err := os.Lstat(filepath.Join(root, filepath.FromSlash(journalPath)))
	return err == nil
}
