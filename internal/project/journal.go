package project

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/layup-dev/layup/internal/render"
)

// journalName is the file in a directory that is being filled. It is written
// before the first change and removed after the last one.
const journalName = ".layup-journal.json"

// journal says what a run was about to do, so that the next one can undo it.
type journal struct {
	// Stage is the directory that held the finished files.
	Stage string `json:"stage"`
	// Files maps each path to the SHA-256 of what the run would create there.
	Files map[string]string `json:"files"`
	// Dirs lists the directories that the run would create, parents first.
	Dirs []string `json:"dirs"`
}

// fill moves files into an existing, empty directory. They are staged inside
// it, then renamed one by one under a journal.
func fill(target string, files render.FileSet, progress func(string)) error {
	unlock, err := lockDir(target)
	if err != nil {
		return &ConflictError{Target: target, Msg: "is being written by another layup"}
	}
	defer unlock()
	j := newJournal(files)
	if err := j.save(target); err != nil {
		return err
	}
	stage := filepath.Join(target, j.Stage)
	err = os.Mkdir(stage, 0o755)
	if err == nil {
		err = writeTree(stage, files, progress)
	}
	if err == nil {
		err = j.move(target)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("filling %s: %w", target, err), j.rollBack(target))
	}
	return errors.Join(syncDir(target), j.finish(target))
}

func newJournal(files render.FileSet) *journal {
	j := &journal{Stage: ".layup-stage-" + rand.Text()[:10], Files: map[string]string{}, Dirs: directories(files)}
	for name, f := range files {
		j.Files[name] = hash(f.Data)
	}
	return j
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func (j *journal) save(target string) error {
	data, err := json.Marshal(j)
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(target, journalName), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close(), syncDir(target)); err != nil {
		return errors.Join(fmt.Errorf("journal: %w", err), os.Remove(f.Name()))
	}
	return nil
}

func (j *journal) move(target string) error {
	for _, d := range j.Dirs {
		if err := os.Mkdir(filepath.Join(target, d), 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("directory: %w", err)
		}
	}
	for name := range j.Files {
		local := filepath.FromSlash(name)
		if err := os.Rename(filepath.Join(target, j.Stage, local), filepath.Join(target, local)); err != nil {
			return fmt.Errorf("file: %w", err)
		}
	}
	return nil
}

func (j *journal) finish(target string) error {
	if err := os.RemoveAll(filepath.Join(target, j.Stage)); err != nil {
		return fmt.Errorf("cleaning up: %w", err)
	}
	if err := os.Remove(filepath.Join(target, journalName)); err != nil {
		return fmt.Errorf("cleaning up: %w", err)
	}
	return nil
}

// rollBack removes what the run created: only files that still hold exactly what it
// wrote, and only directories that are empty then.
func (j *journal) rollBack(target string) error {
	for name, sum := range j.Files {
		file := filepath.Join(target, filepath.FromSlash(name))
		if data, err := os.ReadFile(file); err == nil && hash(data) == sum {
			if err := os.Remove(file); err != nil {
				return fmt.Errorf("rolling back: %w", err)
			}
		}
	}
	for _, d := range slices.Backward(j.Dirs) {
		_ = os.Remove(filepath.Join(target, d)) // fails when the user put something there
	}
	return j.finish(target)
}

// Recover undoes what a killed run left unfinished in target. Without a
// journal there is nothing to do.
func Recover(target string) error {
	data, err := os.ReadFile(filepath.Join(target, journalName))
	if err != nil {
		return nil
	}
	unlock, err := lockDir(target)
	if err != nil {
		return &ConflictError{Target: target, Msg: "is being written by another layup"}
	}
	defer unlock()
	j := &journal{}
	if err := json.Unmarshal(data, j); err != nil || !j.safe() {
		// The journal was cut off while it was written: nothing else was done yet.
		if err := os.Remove(filepath.Join(target, journalName)); err != nil {
			return fmt.Errorf("recovering %s: %w", target, err)
		}
		return nil
	}
	if err := j.rollBack(target); err != nil {
		return fmt.Errorf("recovering %s: %w", target, err)
	}
	return nil
}

// safe reports whether every path of the journal stays inside the target.
func (j *journal) safe() bool {
	for name := range j.Files {
		if !filepath.IsLocal(filepath.FromSlash(name)) {
			return false
		}
	}
	return filepath.IsLocal(j.Stage) && !slices.ContainsFunc(j.Dirs, func(d string) bool { return !filepath.IsLocal(d) })
}
