package project

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Tree reads and changes the files of a project. Paths are relative to its root,
// with slashes. No symbolic link below the root is followed: a path that goes
// through one is a *ConflictError that names the link, and so is a file
// where a directory is expected or the other way round.
type Tree struct {
	dir  string
	root *os.Root
}

// Open returns the tree of the project at root, which may itself be a symbolic
// link. Close it after use.
func Open(root string) (*Tree, error) {
	dir, err := filepath.Abs(root)
	if err != nil {
		return nil, fmt.Errorf("opening the project: %w", err)
	}
	r, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("opening the project: %w", err)
	}
	return &Tree{dir: dir, root: r}, nil
}

// Close frees what Open took.
func (t *Tree) Close() error {
	if err := t.root.Close(); err != nil {
		return fmt.Errorf("closing the project: %w", err)
	}
	return nil
}

// Read returns the contents and the permissions of a file; the contents of an
// empty one are not nil. The error wraps fs.ErrNotExist when there is no such file.
func (t *Tree) Read(path string) (data []byte, mode fs.FileMode, err error) {
	info, err := t.findFile(path)
	if err != nil {
		return nil, 0, err
	}
	if info == nil {
		return nil, 0, fmt.Errorf("%s: %w", path, fs.ErrNotExist)
	}
	data, err = t.read(path)
	return data, info.Mode().Perm(), err
}

// List returns the paths of the regular files that are directly in a directory
// ("." is the root), in order; none when there is no such directory.
func (t *Tree) List(dir string) ([]string, error) {
	info, err := t.find(dir)
	if err != nil || info == nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, &ConflictError{Target: dir, Msg: "is a file; a directory is expected there"}
	}
	entries, err := fs.ReadDir(t.root.FS(), dir)
	if err != nil {
		return nil, fmt.Errorf("looking into %s: %w", dir, err)
	}
	var files []string
	for _, e := range entries {
		if e.Type().IsRegular() {
			files = append(files, path.Join(dir, e.Name()))
		}
	}
	return files, nil
}

// read returns what a file holds that find has seen to be one.
func (t *Tree) read(name string) ([]byte, error) {
	data, err := t.root.ReadFile(filepath.FromSlash(name))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	if data == nil {
		data = []byte{}
	}
	return data, nil
}

// holds reports whether a file has exactly these contents, without a copy of them:
// some are long, and are looked at several times.
func (t *Tree) holds(name string, want []byte) (bool, error) {
	f, err := t.root.Open(filepath.FromSlash(name))
	if err != nil {
		return false, fmt.Errorf("reading %s: %w", name, err)
	}
	defer f.Close()
	const chunk = 64 << 10
	buf := make([]byte, min(chunk, len(want)+1))
	for {
		n, err := io.ReadFull(f, buf)
		if n > len(want) || !bytes.Equal(buf[:n], want[:n]) {
			return false, nil
		}
		want = want[n:]
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return len(want) == 0, nil
		case err != nil:
			return false, fmt.Errorf("reading %s: %w", name, err)
		}
	}
}

// hashOf returns the hash of what a file holds.
func (t *Tree) hashOf(name string) (string, error) {
	data, err := t.read(name)
	return hash(data), err
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// find returns what is at a path, or nil when there is nothing. It looks at each
// step of the way and refuses to go through a link or a file.
func (t *Tree) find(name string) (fs.FileInfo, error) {
	if !validPath(name) && name != "." {
		return nil, fmt.Errorf("%q is no path inside a project", name)
	}
	var info fs.FileInfo
	for _, step := range steps(name) {
		var err error
		info, err = t.root.Lstat(filepath.FromSlash(step))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, nil
		case err != nil:
			return nil, fmt.Errorf("looking at %s: %w", step, err)
		case info.Mode()&fs.ModeSymlink != 0:
			return nil, &ConflictError{Target: step, Msg: "is a symbolic link, and links inside a project are not followed"}
		case step != name && !info.IsDir():
			return nil, &ConflictError{Target: step, Msg: "is a file; a directory is expected there"}
		}
	}
	return info, nil
}

// findFile does the same, and refuses everything but a regular file.
func (t *Tree) findFile(name string) (fs.FileInfo, error) {
	info, err := t.find(name)
	switch {
	case err != nil || info == nil || info.Mode().IsRegular():
		return info, err
	case info.IsDir():
		return nil, &ConflictError{Target: name, Msg: "is a directory; a file is expected there"}
	}
	return nil, &ConflictError{Target: name, Msg: "is no regular file"}
}

// validPath reports whether a path stays inside the project, on this system.
func validPath(name string) bool {
	_, err := filepath.Localize(name)
	return err == nil && name != "."
}

// steps lists the directories on the way to a path, and the path: "a", "a/b".
func steps(name string) []string {
	var out []string
	for i := range len(name) {
		if name[i] == '/' {
			out = append(out, name[:i])
		}
	}
	return append(out, name)
}

// parents lists every directory that the paths are in, parents first.
func parents(paths []string) []string {
	seen := map[string]bool{}
	for _, name := range paths {
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			seen[dir] = true
		}
	}
	out := make([]string, 0, len(seen))
	for dir := range seen {
		out = append(out, dir)
	}
	slices.SortFunc(out, strings.Compare)
	return out
}
