package project

import (
	"fmt"
	"os"
	"path/filepath"
)

// specName is the file that makes a directory a project.
const specName = "layup.yaml"

// NotFoundError says that neither Dir nor a directory above it is a project.
type NotFoundError struct {
	// Dir is where the search began.
	Dir string
}

func (e *NotFoundError) Error() string {
	return fmt.Sprintf("%s is in no project: neither it nor a directory above it holds %s; run this inside a project, or make one with layup new", e.Dir, specName)
}

// Find returns the root of the project that dir is in: the nearest directory,
// dir or above it, that holds a regular file layup.yaml. Without one it returns a
// *NotFoundError.
func Find(dir string) (root string, err error) {
	start, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("looking for the project: %w", err)
	}
	for root = start; ; root = filepath.Dir(root) {
		if info, err := os.Stat(filepath.Join(root, specName)); err == nil && info.Mode().IsRegular() {
			return root, nil
		}
		if root == filepath.Dir(root) {
			return "", &NotFoundError{Dir: start}
		}
	}
}
