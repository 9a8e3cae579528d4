package servers

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// directory holds what a server writes. It is locked as long as this process lives,
// so that a later run can tell one that was left behind by a run that was killed.
type directory struct {
	path string
	user account
	lock *os.File
}

const (
	prefix = "layup-server-"
	// unready is the prefix while it is not locked, so that nobody sweeps it away.
	unready  = "layup-new-server-"
	lockName = ".lock"
	logName  = "server.log"
)

// newDirectory makes a directory that the servers' user may write, and removes those
// that were left behind.
func newDirectory() (*directory, error) {
	who, err := servant()
	if err != nil {
		return nil, err
	}
	parent, err := reachable(who)
	if err != nil {
		return nil, err
	}
	sweep(parent)
	path, err := os.MkdirTemp(parent, unready+"*")
	if err != nil {
		return nil, err //nolint:wrapcheck // names the path
	}
	d := &directory{user: who}
	d.path = filepath.Join(parent, prefix+strings.TrimPrefix(filepath.Base(path), unready))
	if d.lock, err = lock(filepath.Join(path, lockName)); err == nil {
		err = errors.Join(who.give(path), os.Rename(path, d.path))
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(path))
	}
	return d, nil
}

// reachable returns a directory for temporary files that the account can get to: what
// is made for root alone, others cannot even pass.
func reachable(who account) (string, error) {
	candidates := []string{os.TempDir(), "/tmp", "/var/tmp"}
	for _, dir := range candidates {
		if info, err := os.Stat(dir); err == nil && info.IsDir() && who.reaches(dir) {
			return dir, nil
		}
	}
	return "", fmt.Errorf("the servers cannot run as root, and their user gets to none of %s", strings.Join(candidates, ", "))
}

// sweep removes the directories of runs that have ended.
func sweep(parent string) {
	left, err := filepath.Glob(filepath.Join(parent, prefix+"*"))
	if err != nil {
		return
	}
	for _, dir := range left {
		if l, err := lock(filepath.Join(dir, lockName)); err == nil {
			_ = os.RemoveAll(dir) // or the next run does
			_ = l.Close()
		}
	}
}

// empty removes everything but the lock.
func (d *directory) empty() error {
	entries, err := os.ReadDir(d.path)
	if err != nil {
		return err //nolint:wrapcheck // names the path
	}
	for _, e := range entries {
		if e.Name() == lockName {
			continue
		}
		if err := os.RemoveAll(filepath.Join(d.path, e.Name())); err != nil {
			return err //nolint:wrapcheck // names the path
		}
	}
	return nil
}

func (d *directory) openLog() (*os.File, error) {
	return os.OpenFile(filepath.Join(d.path, logName), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600) //nolint:wrapcheck // names the path
}

// log returns the end of what the server said.
func (d *directory) log() string {
	data, err := os.ReadFile(filepath.Join(d.path, logName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err.Error()
	}
	const most = 20
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	return strings.Join(lines[max(0, len(lines)-most):], "\n")
}

func (d *directory) remove() {
	_ = os.RemoveAll(d.path) // or the next run does
	_ = d.lock.Close()
}
