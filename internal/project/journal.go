package project

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

const (
	// layupDir holds what layup itself keeps in a project.
	layupDir = ".layup"
	// journalPath is the file that exists while a project is being changed. Its
	// lock tells a run that is alive from one that was killed.
	journalPath = layupDir + "/journal.json"
	// stagePrefix begins the name of the directory of a run's new and old files.
	stagePrefix = "stage-"
)

// journal says what a run is about to do, so that the next one can undo it.
type journal struct {
	// Stage is the directory in layupDir with new-N, what Files[N] is to hold,
	// and old-N, what it held.
	Stage string  `json:"stage"`
	Files []entry `json:"files"`
	// Made lists the directories that the run makes, parents first.
	Made []string `json:"made,omitempty"`
	// Emptied lists those that it removes, children first.
	Emptied []directory `json:"emptied,omitempty"`
}

// entry is a file of the journal, with the SHA-256 of what it held and is to hold;
// empty: no file.
type entry struct {
	Path string `json:"path"`
	Old  string `json:"old,omitempty"`
	New  string `json:"new,omitempty"`
}

type directory struct {
	Path string `json:"path"`
	// Mode is kept because a directory that comes back must be the same.
	Mode fs.FileMode `json:"mode"`
}

func newJournal() *journal { return &journal{Stage: stagePrefix + rand.Text()[:10]} }

func (j *journal) stage() string    { return layupDir + "/" + j.Stage }
func (j *journal) new(i int) string { return j.stage() + "/" + newName(i) }
func (j *journal) old(i int) string { return j.stage() + "/old-" + strconv.Itoa(i) }

// touched lists the directories in which names change.
func (j *journal) touched() []string {
	paths := make([]string, len(j.Files))
	for i, f := range j.Files {
		paths[i] = f.Path
	}
	return append(parents(paths), j.stage(), ".")
}

// safe reports whether every path of the journal stays inside the project.
func (j *journal) safe() bool {
	paths := slices.Clone(j.Made)
	for _, f := range j.Files {
		paths = append(paths, f.Path)
	}
	for _, d := range j.Emptied {
		paths = append(paths, d.Path)
	}
	outside := slices.ContainsFunc(paths, func(p string) bool { return !validPath(p) })
	return !outside && strings.HasPrefix(j.Stage, stagePrefix) && validPath(j.Stage) && !strings.Contains(j.Stage, "/")
}

// parseJournal returns nil for what is no journal that may be obeyed.
func parseJournal(data []byte) *journal {
	j := &journal{}
	if json.Unmarshal(data, j) != nil || !j.safe() {
		return nil
	}
	return j
}

// begin writes the journal and locks it until release. It is not synced here: the
// stage is, in one go with it, before the first file changes.
func (t *Tree) begin(j *journal) (release func(), err error) {
	data, err := json.Marshal(j)
	if err != nil {
		return nil, fmt.Errorf("cannot write to the project; nothing was changed: %w", err)
	}
	const attempts = 10 // a Recover that runs at the same time may remove what is empty
	for range attempts {
		if err := t.root.Mkdir(layupDir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, fmt.Errorf("cannot write to the project; nothing was changed: %w", err)
		}
		f, err := t.root.OpenFile(local(journalPath), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case errors.Is(err, fs.ErrExist):
			return nil, t.unfinished()
		case err != nil:
			t.removeEmpty()
			return nil, fmt.Errorf("cannot write to the project; nothing was changed: %w", err)
		}
		_, err = f.Write(data)
		if err = errors.Join(err, syncFile(f)); err != nil {
			err = errors.Join(fmt.Errorf("cannot write to the project; nothing was changed: %w", err), f.Close(), t.root.Remove(local(journalPath)))
			t.removeEmpty()
			return nil, err
		}
		if release, err := t.lockJournal(f); err == nil {
			return release, nil
		}
	}
	return nil, &LockedError{Root: t.dir}
}

// lockJournal takes the lock of an open journal, and closes it. It fails when
// another process has it, or has removed the journal before.
func (t *Tree) lockJournal(f *os.File) (release func(), err error) {
	opened, err := f.Stat()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("cannot write to the project; nothing was changed: %w", err), f.Close())
	}
	release, err = lockFile(f)
	if err != nil {
		return nil, err
	}
	now, err := t.find(journalPath)
	if err == nil && (now == nil || !os.SameFile(opened, now)) {
		err = errJournalGone
	}
	if err != nil {
		release()
		return nil, err
	}
	return release, nil
}

var errJournalGone = errors.New("the journal is gone")

// unfinished says whose journal is there.
func (t *Tree) unfinished() error {
	_, release, err := t.openJournal()
	if err != nil {
		return err
	}
	release()
	return fmt.Errorf("%s: an earlier run was killed and has to be undone first", t.dir)
}

// openJournal reads the journal and keeps its lock until release. It returns no
// journal when there is none or when it was cut off while it was written.
func (t *Tree) openJournal() (j *journal, release func(), err error) {
	none := func() {}
	info, err := t.findFile(journalPath)
	if err != nil || info == nil {
		return nil, none, err
	}
	f, err := t.root.Open(local(journalPath))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, none, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("journal: %w", err)
	}
	release, err = t.lockJournal(f)
	switch {
	case errors.Is(err, errJournalGone):
		return nil, none, nil
	case errors.Is(err, errLocked):
		return nil, nil, &LockedError{Root: t.dir}
	case err != nil:
		return nil, nil, err
	}
	data, err := t.read(journalPath)
	if err != nil {
		release()
		return nil, nil, err
	}
	return parseJournal(data), release, nil
}

// end removes the journal, after which what was done stays.
func (t *Tree) end() error {
	if err := t.root.Remove(local(journalPath)); err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	return nil
}

// settle cleans up behind a run that has ended. The end has to be durable before
// the old files are gone: a journal without them could not be obeyed.
func (t *Tree) settle(j *journal) error {
	if err := syncDir(filepath.Join(t.dir, layupDir)); err != nil {
		return fmt.Errorf("a power cut now may undo the changes: %w", err)
	}
	t.clean([]string{j.stage()})
	return nil
}

// clean removes stages that no journal needs. What cannot be removed is in
// nobody's way, and the next Recover tries again.
func (t *Tree) clean(stages []string) {
	for _, stage := range stages {
		_ = t.root.RemoveAll(local(stage))
	}
	t.removeEmpty()
}

// removeEmpty removes layupDir when nothing is in it.
func (t *Tree) removeEmpty() { _ = t.root.Remove(layupDir) }

// Recover undoes what a killed run left unfinished in root, and reports whether
// there was anything to undo. The tree is then exactly as before that run, except for
// what somebody changed since. It may be called with and without Lock; a run that
// is still alive is a *LockedError. A root that is no directory needs nothing.
func Recover(root string) (recovered bool, err error) {
	if info, err := os.Lstat(filepath.Join(root, layupDir)); err != nil || !info.IsDir() {
		return false, nil
	}
	t, err := Open(root)
	if err != nil {
		return false, err
	}
	defer t.root.Close()
	// In this order: a stage that is there before no journal is has no run.
	stages, err := t.stages()
	if err != nil {
		return false, err
	}
	j, release, err := t.openJournal()
	if err != nil {
		return false, err
	}
	defer release()
	if j != nil {
		if err := t.rollBack(j); err != nil {
			return false, fmt.Errorf("undoing an unfinished run in %s: %w", t.dir, err)
		}
	} else if err := t.root.Remove(local(journalPath)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, fmt.Errorf("journal: %w", err)
	}
	t.clean(stages)
	return j != nil, nil
}

// stages lists the directories of runs, alive or not.
func (t *Tree) stages() ([]string, error) {
	names, err := t.names(layupDir)
	if err != nil {
		return nil, err
	}
	var stages []string
	for _, name := range names {
		if strings.HasPrefix(name, stagePrefix) {
			stages = append(stages, layupDir+"/"+name)
		}
	}
	return stages, nil
}

// rollBack puts everything back that a run changed, and ends it. It can itself be
// interrupted and repeated: what is back already is recognised.
func (t *Tree) rollBack(j *journal) error {
	for _, dir := range slices.Backward(j.Emptied) {
		if err := t.restoreDir(dir); err != nil {
			return err
		}
	}
	for i, e := range j.Files {
		if err := ignoreConflict(t.restore(j, i, e)); err != nil {
			return err
		}
	}
	for _, dir := range slices.Backward(j.Made) {
		if err := t.removeMade(dir); err != nil {
			return err
		}
	}
	if err := syncTree(t.dir, j.touched()); err != nil {
		return err
	}
	if err := t.end(); err != nil {
		return err
	}
	return t.settle(j)
}

// restoreDir makes a directory again that was removed.
func (t *Tree) restoreDir(dir directory) error {
	info, err := t.find(dir.Path)
	if err != nil || info != nil && !info.IsDir() {
		return ignoreConflict(err)
	}
	if info == nil {
		if err := t.root.Mkdir(local(dir.Path), 0o700); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("putting back: %w", err)
		}
	}
	if info == nil || info.Mode().Perm() != dir.Mode {
		if err := t.chmodDir(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("putting back: %w", err)
		}
	}
	return nil
}

func (t *Tree) chmodDir(dir directory) error {
	d, err := t.root.Open(local(dir.Path))
	if err != nil {
		return fmt.Errorf("permissions: %w", err)
	}
	if err := errors.Join(d.Chmod(dir.Mode), d.Close()); err != nil {
		return fmt.Errorf("permissions: %w", err)
	}
	return nil
}

// removeMade removes a directory that the run made, unless somebody put something
// into it or into its place.
func (t *Tree) removeMade(dir string) error {
	info, err := t.find(dir)
	if err != nil || info == nil || !info.IsDir() {
		return ignoreConflict(err)
	}
	if err := t.root.Remove(local(dir)); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("putting back: %w", err)
	}
	return nil
}

// ignoreConflict drops the error that somebody made a link or another kind of
// file where the run had been: that is theirs.
func ignoreConflict(err error) error {
	var conflict *ConflictError
	if errors.As(err, &conflict) {
		return nil
	}
	return err
}

// restore puts one file back to what it was. It does not touch what the run did not
// write, nor what it wrote and somebody changed since.
func (t *Tree) restore(j *journal, i int, e entry) error {
	now, err := t.findFile(e.Path)
	if err != nil {
		return err
	}
	if e.Old == "" {
		return t.restoreNothing(j, i, e, now)
	}
	backup, err := t.findFile(j.old(i))
	if err != nil || backup == nil || now != nil && os.SameFile(now, backup) {
		return err
	}
	if now != nil {
		if sum, err := t.hashOf(e.Path); err != nil || sum != e.New {
			return err
		}
	}
	err = t.root.Rename(local(j.old(i)), local(e.Path))
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // not exist: somebody removed the directory since
		return fmt.Errorf("putting back: %w", err)
	}
	return nil
}

// restoreNothing removes a file that the run created.
func (t *Tree) restoreNothing(j *journal, i int, e entry, now fs.FileInfo) error {
	if now == nil {
		return nil
	}
	staged, err := t.findFile(j.new(i))
	if err != nil || staged != nil && !os.SameFile(now, staged) {
		return err
	}
	if sum, err := t.hashOf(e.Path); err != nil || sum != e.New {
		return err
	}
	if err := t.root.Remove(local(e.Path)); err != nil {
		return fmt.Errorf("putting back: %w", err)
	}
	return nil
}
