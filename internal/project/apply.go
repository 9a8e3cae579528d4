package project

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
)

// Change is one file that is to be created, replaced or removed.
type Change struct {
	Path string
	// Old is what the file holds before; nil: there is no such file.
	Old []byte
	// New is what it holds afterwards; nil: the file is removed.
	New []byte
	// Mode is the permissions afterwards. 0 keeps those of a file that is there,
	// and gives a new one 0644. The umask of the process applies to new files only.
	Mode fs.FileMode
}

// Apply makes all of the changes or none. Before anything is written it returns
// a *ConflictError when a file is not what its Old says, when a link or a wrong
// kind of file is in the way, and when a new file differs from one that is
// there only in case; another error when something is read-only. A change whose
// Old and New are the same only states what must be there.
//
// When a later step fails, or ctx ends before the first file has changed,
// everything is put back; a file that somebody else changes at the same time is
// a *ConflictError and stays as they made it. What a killed run left behind is undone by
// Recover. Directories that the last file left go too.
func (t *Tree) Apply(ctx context.Context, changes []Change) error {
	changes, j, err := t.check(changes)
	if err != nil || len(changes) == 0 {
		return err
	}
	release, err := t.begin(j)
	if err != nil {
		return err
	}
	defer release()
	err = t.stage(j, changes)
	if err == nil && ctx.Err() != nil {
		err = fmt.Errorf("nothing was changed: %w", ctx.Err())
	}
	if err == nil {
		err = t.carryOut(j, changes)
	}
	if err == nil {
		err = t.confirm(j, changes)
	}
	if err != nil {
		return errors.Join(err, t.rollBack(j))
	}
	return t.settle(j)
}

// stage writes everything that is new beside the project and keeps everything
// that is old there. It changes no file of the project. Only when all of it is
// durable, and the journal too, may the first one change.
func (t *Tree) stage(j *journal, changes []Change) error {
	if err := t.root.Mkdir(local(j.stage()), 0o700); err != nil {
		return fmt.Errorf("staging the changes: %w", err)
	}
	if err := t.stageNew(j, changes); err != nil {
		return err
	}
	for i, c := range changes {
		if c.Old != nil {
			if err := t.keep(c.Path, j.old(i)); err != nil {
				return err
			}
		}
	}
	if err := t.checkKept(j, changes); err != nil {
		return err
	}
	return syncTree(t.dir, []string{j.stage(), layupDir, "."})
}

func (t *Tree) stageNew(j *journal, changes []Change) error {
	stage, err := t.root.OpenRoot(local(j.stage()))
	if err != nil {
		return fmt.Errorf("staging the changes: %w", err)
	}
	defer stage.Close()
	var files []content
	for i, c := range changes {
		if c.New == nil {
			continue
		}
		f := content{path: newName(i), data: c.New, mode: c.Mode, exact: c.Old != nil}
		if f.mode == 0 {
			f.mode = 0o644
		}
		files = append(files, f)
	}
	return writeFiles(stage, files)
}

// keep makes a second name for a file, or a copy where there are no hard links.
func (t *Tree) keep(name, backup string) error {
	if t.root.Link(local(name), local(backup)) == nil {
		return nil
	}
	return t.copyFile(name, backup)
}

func (t *Tree) copyFile(name, backup string) error {
	data, mode, err := t.Read(name)
	if err != nil {
		return err
	}
	return writeFile(t.root, content{path: backup, data: data, mode: mode, exact: true})
}

// checkKept refuses backups that are not what the changes were made from:
// somebody wrote to the file since it was read.
func (t *Tree) checkKept(j *journal, changes []Change) error {
	for i, c := range changes {
		if c.Old == nil {
			continue
		}
		info, err := t.findFile(j.old(i))
		if err != nil {
			return err
		}
		if info == nil {
			return fmt.Errorf("staging the changes: the backup of %s is gone", c.Path)
		}
		if same, err := t.holds(j.old(i), c.Old); err != nil {
			return err
		} else if !same {
			return changedMeanwhile(c.Path)
		}
	}
	return nil
}

// carryOut puts the staged changes into place. A crash from here on is undone by
// the journal.
func (t *Tree) carryOut(j *journal, changes []Change) error {
	if err := t.remove(j, changes); err != nil {
		return err
	}
	for _, dir := range j.Made {
		if err := t.root.Mkdir(local(dir), 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("changing the project: %w", err)
		}
	}
	for i, c := range changes {
		if c.New != nil {
			if err := t.place(&c, j.new(i)); err != nil {
				return err
			}
		}
	}
	return nil
}

// confirm makes the changes durable and ends the run: they stay. A hard link shows
// what was written to an old file up to its replacement, hence the last look.
func (t *Tree) confirm(j *journal, changes []Change) error {
	if err := t.checkKept(j, changes); err != nil {
		return err
	}
	if err := syncTree(t.dir, j.touched()); err != nil {
		return err
	}
	return t.end()
}

// remove removes what is to go, and the directories that are empty then.
func (t *Tree) remove(j *journal, changes []Change) error {
	for _, c := range changes {
		if c.New != nil {
			continue
		}
		if err := t.recheck(&c); err != nil {
			return err
		}
		if err := t.root.Remove(local(c.Path)); err != nil {
			return fmt.Errorf("changing the project: %w", err)
		}
	}
	for _, dir := range j.Emptied {
		// fs.ErrExist: somebody put a file there meanwhile; then it stays.
		if err := t.root.Remove(local(dir.Path)); err != nil && !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("changing the project: %w", err)
		}
	}
	return nil
}

// place moves a staged file to where it belongs.
func (t *Tree) place(c *Change, staged string) error {
	if c.Old == nil {
		err := t.root.Link(local(staged), local(c.Path)) // never replaces anything, unlike a rename
		switch {
		case err == nil:
			return nil
		case errors.Is(err, fs.ErrExist):
			return &ConflictError{Target: c.Path, Msg: "appeared meanwhile"}
		}
	}
	if err := t.recheck(c); err != nil {
		return err
	}
	if err := t.root.Rename(local(staged), local(c.Path)); err != nil {
		return fmt.Errorf("changing the project: %w", err)
	}
	return nil
}

// recheck looks once more, just before a file changes.
func (t *Tree) recheck(c *Change) error {
	info, err := t.findFile(c.Path)
	if err != nil {
		return err
	}
	return t.checkOld(c, info)
}

func local(name string) string { return filepath.FromSlash(name) }

func newName(i int) string { return "new-" + strconv.Itoa(i) }
