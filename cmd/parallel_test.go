package cmd

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// TestParallelAdds adds ten resources at once: each waits for the others, so all
// of them are there in the end, wired and described, and nothing is left over.
func TestParallelAdds(t *testing.T) {
	t.Setenv("HOME", t.TempDir())
	t.Setenv("XDG_CONFIG_HOME", "")
	root := filepath.Join(t.TempDir(), "shop")
	mustRun(t, "new", "shop", "--yes", "--dir", root)
	names := make([]string, 10)
	for i := range names {
		names[i] = fmt.Sprintf("thing%c", 'a'+i)
	}
	var wg sync.WaitGroup
	for _, name := range names {
		wg.Go(func() {
			for addLocked(t, root, name) { // a slow machine: as the message says, try again
			}
		})
	}
	wg.Wait()
	for _, file := range []string{"layup.yaml", "api/openapi.yaml", "internal/app/resources_gen.go", ".layup/base.txtar"} {
		data, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if !bytes.Contains(data, []byte(name)) {
				t.Errorf("%s lacks %s", file, name)
			}
		}
	}
	whole := filepath.Join(t.TempDir(), "shop")
	mustRun(t, "new", "--from", filepath.Join(root, "layup.yaml"), "--dir", whole)
	compareTrees(t, root, whole)
}

// addLocked adds a resource, and reports whether others kept it waiting too long.
func addLocked(t *testing.T, root, name string) bool {
	t.Helper()
	var stderr bytes.Buffer
	code := run(t.Context(), []string{"add", "resource", name, "name:string", "--dir", root}, streams{in: bytes.NewReader(nil), out: io.Discard, err: &stderr})
	locked := code == exitFailure && strings.Contains(stderr.String(), "is locked by another layup; try again when it is done")
	if code != exitOK && !locked {
		t.Errorf("adding %s: exit code %d\n%s", name, code, stderr.String())
	}
	return locked
}

// mustRun runs a command line in this process, where people cannot be asked.
func mustRun(t *testing.T, args ...string) {
	t.Helper()
	var stderr bytes.Buffer
	if code := run(t.Context(), args, streams{in: bytes.NewReader(nil), out: io.Discard, err: &stderr}); code != exitOK {
		t.Errorf("layup %v: exit code %d\n%s", args, code, stderr.String())
	}
}

// compareTrees reports the files that only one of two directories has, or that differ.
func compareTrees(t *testing.T, a, b string) {
	t.Helper()
	for _, sides := range [][2]string{{a, b}, {b, a}} {
		err := filepath.WalkDir(sides[0], func(name string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			rel, err := filepath.Rel(sides[0], name)
			if err != nil {
				return err
			}
			data, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			if other, err := os.ReadFile(filepath.Join(sides[1], rel)); err != nil || !bytes.Equal(data, other) {
				t.Errorf("%s is in one tree only, or differs", rel)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
