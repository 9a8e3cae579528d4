//go:build linux

package cmd

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/layup-dev/layup/internal/project"
)

// TestAddResourceCrash kills `layup add resource` at every Nth call that changes
// the file system, and makes every Nth call fail. Afterwards, when the next command
// has put right what was left, the tree is the one of before or that of after.
func TestAddResourceCrash(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the program some hundred times; skipped with -short")
	}
	if err := exec.Command("strace", "-f", "-e", "trace=none", "true").Run(); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("strace does not work here, and CI must not skip this: %v", err)
		}
		t.Skipf("skipped: strace does not work here: %v", err)
	}
	dir := t.TempDir()
	layup := filepath.Join(dir, "layup")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", layup, "..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	before, after := filepath.Join(dir, "before"), filepath.Join(dir, "after")
	mustCommand(t, layup, "new", "shop", "--yes", "--dir", before)
	copyTree(t, before, after)
	mustCommand(t, append([]string{layup}, addProduct(after)...)...)
	was, is := treeOf(t, before), treeOf(t, after)
	for _, sweep := range []struct{ calls, fault string }{
		{"write", "signal=SIGKILL"},
		{"renameat", "signal=SIGKILL"},
		{"linkat", "signal=SIGKILL"},
		{"unlinkat", "signal=SIGKILL"},
		{"syncfs,fsync", "signal=SIGKILL"},
		{"renameat", "error=EIO"},
		{"linkat", "error=EIO"},
		{"unlinkat", "error=EIO"},
		{"syncfs,fsync", "error=EIO"},
		{"renameat", "error=ENOSPC"},
		{"linkat", "error=ENOSPC"},
	} {
		t.Run(sweep.calls+" "+sweep.fault, func(t *testing.T) {
			t.Parallel()
			for n := 1; ; n++ {
				root := filepath.Join(t.TempDir(), "shop")
				copyTree(t, before, root)
				hit := injectInto(t, layup, root, sweep.calls, sweep.fault, n)
				if _, err := project.Recover(root); err != nil {
					t.Fatalf("at %d: %v", n, err)
				}
				if now := treeOf(t, root); now != was && now != is {
					t.Fatalf("at %d: the tree is neither that of before nor that of after:\n%s", n, difference(now, was, is))
				}
				if err := os.RemoveAll(root); err != nil {
					t.Fatal(err)
				}
				if !hit {
					t.Logf("%d faults", n-1)
					return
				}
			}
		})
	}
}

func addProduct(root string) []string {
	return []string{"add", "resource", "product", "name:string", "price:decimal(12,2)", "--dir", root}
}

func injectInto(t *testing.T, layup, root, calls, fault string, n int) bool {
	t.Helper()
	log := filepath.Join(t.TempDir(), "trace")
	args := append([]string{"-f", "-o", log, "-e", "trace=" + calls, "-e", fmt.Sprintf("inject=%s:%s:when=%d", calls, fault, n), layup}, addProduct(root)...)
	c := exec.CommandContext(t.Context(), "strace", args...)
	c.Env = append(os.Environ(), "GOMAXPROCS=1")
	out, err := c.CombinedOutput()
	trace, readErr := os.ReadFile(log)
	if readErr != nil {
		t.Fatalf("%v: %s", readErr, out)
	}
	hit := bytes.Contains(trace, []byte("(INJECTED)")) || bytes.Contains(trace, []byte("killed by SIGKILL"))
	if err != nil && !hit {
		t.Fatalf("at %d: %v\n%s", n, err, out)
	}
	return hit
}

func mustCommand(t *testing.T, words ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), words[0], words[1:]...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(words, " "), err, out)
	}
}

func copyTree(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

// treeOf returns everything in a directory as one text: paths, modes, contents.
func treeOf(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, name)
		fmt.Fprintf(&b, "== %s %s\n", rel, info.Mode())
		if d.IsDir() {
			return nil
		}
		data, err := os.ReadFile(name)
		b.Write(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// difference lists the entries that a tree has and neither of two others.
func difference(now, was, is string) string {
	var out []string
	for entry := range strings.SplitSeq(now, "== ") {
		if !strings.Contains(was, entry) && !strings.Contains(is, entry) {
			first, _, _ := strings.Cut(entry, "\n")
			out = append(out, first)
		}
	}
	return strings.Join(out, "\n")
}
