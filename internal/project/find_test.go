package project

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

func TestFind(t *testing.T) {
	dir := t.TempDir()
	plant(t, dir, map[string]string{"a/layup.yaml": "0644 ", "a/b/layup.yaml": "0644 ", "a/b/c/layup.yaml/": "0755", "a/d/e/": "0755"})
	for from, want := range map[string]string{"a": "a", "a/d/e": "a", "a/b": "a/b", "a/b/c": "a/b"} {
		if got, err := Find(filepath.Join(dir, from)); err != nil || got != filepath.Join(dir, want) {
			t.Errorf("%s: %s %v, want %s", from, got, err, want)
		}
	}
	var missing *NotFoundError
	if got, err := Find(dir); !errors.As(err, &missing) {
		t.Errorf("got %s %v", got, err)
	}
	t.Chdir(filepath.Join(dir, "a/d/e"))
	if got, err := Find("."); err != nil || filepath.Base(got) != "a" {
		t.Errorf("%s %v", got, err)
	}
}

func TestLock(t *testing.T) {
	dir := t.TempDir()
	unlock, err := Lock(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var locked *LockedError
		if _, err := Lock(t.Context(), dir); !errors.As(err, &locked) || time.Since(began) != lockWait {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := Lock(ctx, dir); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("cancelled: %v", err)
		}
	})
	unlock()
	again, err := Lock(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	again()
	if _, err := Lock(t.Context(), filepath.Join(dir, "missing")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing: %v", err)
	}
}
