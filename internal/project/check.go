package project

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// survey finds out what a list of changes means for the tree as it is.
type survey struct {
	tree *Tree
	// names holds what is in each directory that was looked at, and what is to
	// be made there.
	names map[string][]string
	// created holds paths of files, removed also those of directories that are
	// emptied.
	created, removed map[string]bool
}

// check refuses changes that cannot be carried out, before anything is written. It
// returns those that change something, by path, with Mode filled in for files
// that are there, and the journal that undoes them.
func (t *Tree) check(changes []Change) ([]Change, *journal, error) {
	s := &survey{tree: t, names: map[string][]string{}, removed: map[string]bool{}, created: map[string]bool{}}
	changes = slices.Clone(changes)
	slices.SortFunc(changes, func(a, b Change) int { return strings.Compare(a.Path, b.Path) })
	if err := s.collect(changes); err != nil {
		return nil, nil, err
	}
	var effective []Change
	for _, c := range changes {
		changed, err := s.examine(&c)
		if err != nil {
			return nil, nil, err
		}
		if changed {
			effective = append(effective, c)
		}
	}
	if len(effective) > 0 {
		if err := s.writableDir(layupDir); err != nil {
			return nil, nil, err
		}
	}
	j, err := s.journal(effective)
	return effective, j, err
}

// collect notes what is created and removed, and refuses lists that contradict
// themselves.
func (s *survey) collect(changes []Change) error {
	for i, c := range changes {
		if !validPath(c.Path) || c.Path == layupDir || c.Path == journalPath || strings.HasPrefix(c.Path, layupDir+"/"+stagePrefix) {
			return fmt.Errorf("%q is no path of a file in a project", c.Path)
		}
		if i > 0 && changes[i-1].Path == c.Path {
			return fmt.Errorf("%s is to be changed twice at once", c.Path)
		}
		if c.New == nil {
			s.removed[c.Path] = true
			continue
		}
		for _, dir := range steps(c.Path) {
			if dir != c.Path && s.created[dir] {
				return fmt.Errorf("%s is to be a file and a directory", dir)
			}
		}
		s.created[c.Path] = true
	}
	return nil
}

// examine compares one change with what is there. It reports whether anything is
// to be done, and fills in the mode of a file that is there.
func (s *survey) examine(c *Change) (changed bool, err error) {
	if err := s.checkCase(c.Path); err != nil {
		return false, err
	}
	info, err := s.tree.findFile(c.Path)
	if err != nil {
		return false, err
	}
	if err := s.tree.checkOld(c, info); err != nil {
		return false, err
	}
	if info == nil {
		if c.New == nil {
			return false, nil
		}
		return true, s.writableDir(path.Dir(c.Path))
	}
	if c.Mode == 0 {
		c.Mode = info.Mode().Perm()
	}
	if c.New != nil && bytes.Equal(c.Old, c.New) && c.Mode == info.Mode().Perm() {
		return false, nil
	}
	if readOnly(info) {
		return false, fmt.Errorf("%s is read-only; nothing was changed", c.Path)
	}
	return true, s.writableDir(path.Dir(c.Path))
}

// checkOld refuses a file that does not hold what the change expects.
func (t *Tree) checkOld(c *Change, info fs.FileInfo) error {
	switch {
	case info == nil && c.Old == nil:
		return nil
	case info == nil:
		return &ConflictError{Target: c.Path, Msg: "was removed meanwhile"}
	case c.Old == nil:
		return &ConflictError{Target: c.Path, Msg: "is there already"}
	}
	same, err := t.holds(c.Path, c.Old)
	if err == nil && !same {
		err = changedMeanwhile(c.Path)
	}
	return err
}

func changedMeanwhile(name string) error {
	return &ConflictError{Target: name, Msg: "was changed meanwhile"}
}

// readOnly looks at the permissions alone, so that it holds for root too.
func readOnly(info fs.FileInfo) bool { return info.Mode().Perm()&0o222 == 0 }

// writableDir refuses a directory that nothing can be created in, or, when it is
// missing, the nearest one that is there.
func (s *survey) writableDir(dir string) error {
	for ; ; dir = path.Dir(dir) {
		info, err := s.tree.find(dir)
		switch {
		case err != nil:
			return err
		case info == nil:
			continue
		case !info.IsDir():
			return &ConflictError{Target: dir, Msg: "is a file; a directory is expected there"}
		case readOnly(info):
			return fmt.Errorf("the directory %s is read-only; nothing was changed", s.show(dir))
		}
		return nil
	}
}

func (s *survey) show(dir string) string {
	if dir == "." {
		return s.tree.dir
	}
	return dir
}

// checkCase refuses a path that differs only in case from one that stays or is
// made: on some file systems they are one.
func (s *survey) checkCase(name string) error {
	for _, step := range steps(name) {
		dir, base := path.Split(step)
		dir = path.Clean(dir)
		names, err := s.list(dir)
		if err != nil {
			return err
		}
		if slices.Contains(names, base) {
			continue
		}
		for _, other := range names {
			if there := path.Join(dir, other); strings.EqualFold(other, base) && !s.removed[there] {
				return &ConflictError{Target: step, Msg: "differs only in upper and lower case from " + there}
			}
		}
		s.names[dir] = append(names, base)
	}
	return nil
}

// list returns the names in a directory; none when there is no directory.
func (s *survey) list(dir string) ([]string, error) {
	if names, ok := s.names[dir]; ok {
		return names, nil
	}
	var names []string
	info, err := s.tree.find(dir)
	if err != nil {
		return nil, err
	}
	if info != nil && info.IsDir() {
		if names, err = s.tree.names(dir); err != nil {
			return nil, err
		}
	}
	s.names[dir] = names
	return names, nil
}

// names lists what is in a directory.
func (t *Tree) names(dir string) ([]string, error) {
	d, err := t.root.Open(filepath.FromSlash(dir))
	if err != nil {
		return nil, fmt.Errorf("looking into %s: %w", dir, err)
	}
	names, err := d.Readdirnames(-1)
	if err = errors.Join(err, d.Close()); err != nil {
		return nil, fmt.Errorf("looking into %s: %w", dir, err)
	}
	return names, nil
}

// journal says how the changes are undone.
func (s *survey) journal(changes []Change) (*journal, error) {
	j := newJournal()
	var made, emptied []string
	for _, c := range changes {
		e := entry{Path: c.Path}
		if c.Old != nil {
			e.Old = hash(c.Old)
		}
		if c.New != nil {
			e.New = hash(c.New)
			made = append(made, c.Path)
		} else {
			emptied = append(emptied, c.Path)
		}
		j.Files = append(j.Files, e)
	}
	for _, dir := range parents(made) {
		if info, err := s.tree.find(dir); err != nil {
			return nil, err
		} else if info == nil {
			j.Made = append(j.Made, dir)
		}
	}
	for _, dir := range slices.Backward(parents(emptied)) {
		if err := s.noteEmptied(j, dir); err != nil {
			return nil, err
		}
	}
	return j, nil
}

// noteEmptied adds a directory to the journal that holds nothing but what is
// removed; those below it have been looked at.
func (s *survey) noteEmptied(j *journal, dir string) error {
	names, err := s.list(dir)
	if err != nil || dir == layupDir {
		return err
	}
	if slices.ContainsFunc(names, func(name string) bool { return !s.removed[path.Join(dir, name)] }) {
		return nil
	}
	info, err := s.tree.find(dir)
	if err != nil || info == nil {
		return err
	}
	s.removed[dir] = true
	j.Emptied = append(j.Emptied, directory{Path: dir, Mode: info.Mode().Perm()})
	return nil
}
