package project

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/layup-dev/layup/internal/render"
)

func sampleFiles() render.FileSet {
	files := render.FileSet{}
	files.Add("go.mod", []byte("module x\n"), nil)
	files.Add("cmd/x/main.go", []byte("package main\n"), nil)
	files.Add("internal/a/b/c.go", []byte("package b\n"), nil)
	files.Add(".github/ci.yaml", []byte("on: push\n"), nil)
	files.Add("run.sh", []byte("#!/bin/sh\n"), nil)
	return files
}

func quiet(string) {}

// state tells which of the allowed states dir is in: nothing, or everything.
func state(t *testing.T, dir string, files render.FileSet) string {
	t.Helper()
	found := 0
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(dir, name)
		data, err := os.ReadFile(name)
		if want := files[filepath.ToSlash(rel)]; want == nil || string(want.Data) != string(data) {
			return fmt.Errorf("%s is not what was to be written", rel)
		}
		found++
		return err
	})
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && found == 0:
		return "nothing"
	case err == nil && found == len(files):
		return "everything"
	}
	return fmt.Sprintf("%d of %d files, %v", found, len(files), err)
}

func TestCreate(t *testing.T) {
	for _, existing := range []bool{false, true} {
		t.Run(fmt.Sprintf("existing %v", existing), func(t *testing.T) {
			target := filepath.Join(t.TempDir(), "x")
			if existing {
				if err := os.Mkdir(target, 0o755); err != nil {
					t.Fatal(err)
				}
			}
			var seen []string
			files := sampleFiles()
			if err := Create(t.Context(), target, files, func(p string) { seen = append(seen, p) }); err != nil {
				t.Fatal(err)
			}
			if got := state(t, target, files); got != "everything" {
				t.Errorf("target holds %s", got)
			}
			if len(seen) != len(files) {
				t.Errorf("progress saw %d files", len(seen))
			}
			info, err := os.Stat(filepath.Join(target, "run.sh"))
			if err != nil || info.Mode().Perm() != 0o755 {
				t.Errorf("run.sh: %v %v", info.Mode(), err)
			}
			left, _ := filepath.Glob(filepath.Join(filepath.Dir(target), ".*"))
			if len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// TestCreateFailsOnce makes many files fail: one of them is enough to report, and
// nothing is left.
func TestCreateFailsOnce(t *testing.T) {
	files := sampleFiles()
	for i := range 3 * writers {
		files.Add(fmt.Sprintf("%d%s", i, strings.Repeat("x", 300)), nil, nil)
	}
	parent := t.TempDir()
	err := Create(t.Context(), filepath.Join(parent, "x"), files, quiet)
	if err == nil || strings.Count(err.Error(), "writing the project") != 1 || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v, want one line", err)
	}
	if left, _ := os.ReadDir(parent); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}

func TestCreateCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	target := filepath.Join(t.TempDir(), "x")
	err := Create(ctx, target, sampleFiles(), func(string) { cancel() })
	if !errors.Is(err, context.Canceled) || state(t, filepath.Dir(target), sampleFiles()) != "nothing" {
		t.Errorf("%v, %s", err, state(t, filepath.Dir(target), sampleFiles()))
	}
}

// TestCreateAtOnce runs several at once for one name: one wins, the others
// report the conflict, and the result is whole.
func TestCreateAtOnce(t *testing.T) {
	for _, existing := range []bool{false, true} {
		target := filepath.Join(t.TempDir(), "x")
		if existing {
			if err := os.Mkdir(target, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		errs := make([]error, 8)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() { errs[i] = Create(t.Context(), target, sampleFiles(), quiet) })
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			var conflict *ConflictError
			if err == nil {
				won++
			} else if !errors.As(err, &conflict) {
				t.Errorf("a loser got %v", err)
			}
		}
		if won != 1 || state(t, target, sampleFiles()) != "everything" {
			t.Errorf("%d won, target holds %s", won, state(t, target, sampleFiles()))
		}
	}
}

func TestCreateRemovesStale(t *testing.T) {
	parent := t.TempDir()
	stale := filepath.Join(parent, ".x.tmp-old")
	busy := filepath.Join(parent, ".x.tmp-busy")
	other := filepath.Join(parent, ".y.tmp-old")
	for _, dir := range []string{stale, busy, other} {
		if err := os.MkdirAll(filepath.Join(dir, "sub"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	unlock, err := lockDir(busy)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	if err := Create(t.Context(), filepath.Join(parent, "x"), sampleFiles(), quiet); err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]bool{stale: false, busy: true, other: true} {
		if _, err := os.Stat(dir); (err == nil) != want {
			t.Errorf("%s is there: %v, want %v", dir, err == nil, want)
		}
	}
}

func TestCheck(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for target, want := range map[string]string{
		"missing": "", "file": "is no directory", "file/below": "not a directory", "no/parent": "create it first", ".": "not empty: file",
	} {
		err := Check(filepath.Join(dir, target))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", target, err, want)
		}
	}
}
