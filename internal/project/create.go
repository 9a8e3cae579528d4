// Package project writes a generated project to disk, all or nothing: whatever
// happens, the target holds either what was there before or the whole result.
package project

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/layup-dev/layup/internal/render"
)

// ConflictError says that the target holds something that layup did not write.
type ConflictError struct {
	Target string
	// Found lists what is in the way, relative to the target.
	Found []string
	Msg   string
}

func (e *ConflictError) Error() string {
	if len(e.Found) == 0 {
		return e.Target + " " + e.Msg
	}
	shown := e.Found[:min(len(e.Found), 8)]
	more := ""
	if n := len(e.Found) - len(shown); n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	return fmt.Sprintf("%s %s: %s%s", e.Target, e.Msg, strings.Join(shown, ", "), more)
}

// Check reports a *ConflictError when a new project cannot be created at
// target: something is there that is neither an empty directory nor
// one that holds only .git. It also refuses a parent that is missing or no directory.
func Check(target string) error {
	info, err := os.Stat(target)
	if errors.Is(err, fs.ErrNotExist) {
		if link, lerr := os.Lstat(target); lerr == nil && link.Mode()&fs.ModeSymlink != 0 {
			return &ConflictError{Target: target, Msg: "is a symbolic link to nowhere"}
		}
		return checkParent(filepath.Dir(target))
	}
	if err != nil {
		return fmt.Errorf("looking at the target: %w", err)
	}
	if !info.IsDir() {
		return &ConflictError{Target: target, Msg: "is there already and is no directory"}
	}
	entries, err := os.ReadDir(target)
	if err != nil {
		return fmt.Errorf("looking into the target: %w", err)
	}
	var found []string
	for _, e := range entries {
		if e.Name() != ".git" {
			found = append(found, e.Name())
		}
	}
	if len(found) > 0 {
		return &ConflictError{Target: target, Found: found, Msg: "is there already and is not empty"}
	}
	return nil
}

func checkParent(parent string) error {
	info, err := os.Stat(parent)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("the directory %s does not exist; create it first", parent)
	case err != nil:
		return fmt.Errorf("looking at the parent of the target: %w", err)
	case !info.IsDir():
		return &ConflictError{Target: parent, Msg: "is no directory"}
	}
	return nil
}

// Create writes files as a new project at target, which Recover and Check saw.
// A missing target appears by one rename of a finished directory, so that a
// crash leaves nothing under its name; an empty one is filled under a journal.
// progress is called for each file after it was written. When ctx ends before
// the rename, or before the first file is in place, nothing is left behind.
func Create(ctx context.Context, target string, files render.FileSet, progress func(path string)) error {
	if err := Check(target); err != nil {
		return err
	}
	if _, err := os.Stat(target); err == nil {
		return fill(ctx, target, files, progress)
	}
	parent, name := filepath.Dir(target), filepath.Base(target)
	removeStale(parent, name)
	stage, unlock, err := stageDir(parent, name)
	if err != nil {
		return err
	}
	defer unlock()
	if err := writeTree(stage, files, progress); err != nil {
		return errors.Join(err, os.RemoveAll(stage))
	}
	if err := ctx.Err(); err != nil {
		return errors.Join(fmt.Errorf("nothing was written: %w", err), os.RemoveAll(stage))
	}
	if err := os.Rename(stage, target); err != nil {
		if _, statErr := os.Lstat(target); statErr == nil {
			err = &ConflictError{Target: target, Msg: "appeared meanwhile"}
		} else {
			err = fmt.Errorf("moving the finished project into place: %w", err)
		}
		return errors.Join(err, os.RemoveAll(stage))
	}
	return syncDir(parent)
}

// fill puts the files into an existing directory that holds nothing, or only .git.
func fill(ctx context.Context, target string, files render.FileSet, progress func(string)) error {
	unlock, err := lockDir(target)
	if errors.Is(err, errLocked) {
		return &ConflictError{Target: target, Msg: "is being written by another layup"}
	}
	if err != nil {
		return err
	}
	defer unlock()
	if err := Check(target); err != nil { // another one may have been faster
		return err
	}
	t, err := Open(target)
	if err != nil {
		return err
	}
	defer t.root.Close()
	paths := files.Paths()
	changes := make([]Change, len(paths))
	for i, p := range paths {
		changes[i] = Change{Path: p, New: append([]byte{}, files[p].Data...), Mode: files[p].Mode}
	}
	if err := t.Apply(ctx, changes); err != nil {
		return fmt.Errorf("filling %s: %w", target, err)
	}
	for _, p := range paths {
		progress(p)
	}
	return nil
}

func tempPrefix(name string) string { return "." + name + ".tmp-" }

// stageDir makes a directory beside the target and locks it, so that another
// run can tell it from one that a crash left behind. Between the two steps such
// a run may take it for stale and remove it: then another one is made.
func stageDir(parent, name string) (dir string, unlock func(), err error) {
	const attempts = 10
	for range attempts {
		dir = filepath.Join(parent, tempPrefix(name)+rand.Text()[:10])
		if err = os.Mkdir(dir, 0o755); err != nil {
			return "", nil, fmt.Errorf("staging the project: %w", err)
		}
		if unlock, err = lockDir(dir); err != nil {
			continue
		}
		if _, err = os.Stat(dir); err == nil {
			return dir, unlock, nil
		}
		unlock()
	}
	return "", nil, fmt.Errorf("staging the project: %w", err)
}

// removeStale deletes staging directories of runs that are dead: nobody holds
// their lock. It is best effort; they are in nobody's way.
func removeStale(parent, name string) {
	matches, err := filepath.Glob(filepath.Join(escapeGlob(parent), tempPrefix(name)+"*"))
	if err != nil {
		return
	}
	for _, dir := range matches {
		if unlock, err := lockDir(dir); err == nil {
			_ = os.RemoveAll(dir)
			unlock()
		}
	}
}

func escapeGlob(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}
