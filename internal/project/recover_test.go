package project

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// halfway makes a run that stops after some of its steps, like one that was
// killed. It returns the journal.
func halfway(t *testing.T, tree *Tree, changes []Change, placed int) *journal {
	t.Helper()
	changes, j, err := tree.check(changes)
	if err != nil {
		t.Fatal(err)
	}
	release, err := tree.begin(j)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	err = errors.Join(tree.stage(j, changes), tree.remove(j, changes))
	for _, dir := range j.Made {
		err = errors.Join(err, tree.root.Mkdir(dir, 0o755))
	}
	for i, c := range changes {
		if c.New != nil && placed > 0 {
			err = errors.Join(err, tree.place(&c, j.new(i)))
			placed--
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func TestRecover(t *testing.T) {
	for placed := range 7 {
		for _, locked := range []bool{false, true} {
			dir, tree := newProject(t, before())
			halfway(t, tree, sampleChanges(), placed)
			if locked {
				unlock, err := Lock(t.Context(), dir)
				if err != nil {
					t.Fatal(err)
				}
				defer unlock()
			}
			if recovered, err := Recover(dir); err != nil || !recovered {
				t.Fatalf("%v %v", recovered, err)
			}
			if d := different(harvest(t, dir), withDirs(before())); d != "" {
				t.Errorf("%d placed: %s", placed, d)
			}
			if recovered, err := Recover(dir); err != nil || recovered {
				t.Errorf("again: %v %v", recovered, err)
			}
		}
	}
}

// TestRollBackWithoutLinks takes backups that are copies, as on file systems
// without hard links.
func TestRollBackWithoutLinks(t *testing.T) {
	dir, tree := newProject(t, before())
	changes, j := staged(t, tree)
	for i, c := range changes {
		if c.Old == nil {
			continue
		}
		if err := errors.Join(os.Remove(filepath.Join(dir, j.old(i))), tree.copyFile(c.Path, j.old(i))); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(tree.carryOut(j, changes), tree.rollBack(j)); err != nil {
		t.Fatal(err)
	}
	if d := different(harvest(t, dir), withDirs(before())); d != "" {
		t.Error(d)
	}
}

// TestRecoverKeepsEdits has somebody work on the project between the crash and the
// next run.
func TestRecoverKeepsEdits(t *testing.T) {
	dir, tree := newProject(t, before())
	halfway(t, tree, sampleChanges(), 9)
	edits := map[string]string{
		"layup.yaml":               "0644 name: mine\n", // replaced by the run, edited since
		"internal/app/new.go":      "0644 mine\n",       // created by the run, edited since
		"internal/new/deep/me":     "0644 mine\n",       // in a directory that the run made
		"internal/old/a/a.go":      "0644 mine\n",       // removed by the run, made again
		"internal/old/a/":          "0700",
		"internal/mixed/stays.go":  "0644 mine\n", // nothing to do with the run
		"internal/unrelated/my.go": "0644 mine\n",
	}
	plant(t, dir, edits)
	if recovered, err := Recover(dir); err != nil || !recovered {
		t.Fatalf("%v %v", recovered, err)
	}
	want := before()
	maps.Copy(want, edits)
	want["internal/old/a/"] = "0711"
	if d := different(harvest(t, dir), withDirs(want)); d != "" {
		t.Error(d)
	}
}

// TestRecoverLinks has directories of the run replaced by links since.
func TestRecoverLinks(t *testing.T) {
	outside := t.TempDir()
	plant(t, outside, map[string]string{"app.go": "0644 package app // changed\n", "new.go": "0644 package app\n", "deep/": "0755"})
	was := harvest(t, outside)
	dir, tree := newProject(t, before())
	halfway(t, tree, sampleChanges(), 9)
	for _, name := range []string{"internal/app", "internal/new", "internal/mixed"} {
		name = filepath.Join(dir, name)
		if err := errors.Join(os.RemoveAll(name), os.Symlink(outside, name)); err != nil {
			t.Fatal(err)
		}
	}
	if recovered, err := Recover(dir); err != nil || !recovered {
		t.Fatalf("%v %v", recovered, err)
	}
	if d := different(harvest(t, outside), was); d != "" {
		t.Error(d)
	}
}

func TestRecoverJournals(t *testing.T) {
	for name, text := range map[string]string{
		"empty":   "",
		"cut off": `{"stage":"stage-x","files":[{"path":"run.sh","new":"`,
		"outside": `{"stage":"stage-x","files":[{"path":"../keep","new":"2c624232cdd221771294dfbb310aca000a0df6ac8b66b696d90ef06fdefb64a3"}]}`,
		"stage":   `{"stage":"stage-x/../../internal","files":[]}`,
		"made":    `{"stage":"stage-x","made":["../keep"]}`,
		"emptied": `{"stage":"stage-x","emptied":[{"path":"/keep","mode":448}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			dir, _ := newProject(t, before())
			plant(t, dir, map[string]string{journalPath: "0600 " + text, ".layup/stage-x/new-0": "0600 x"})
			if recovered, err := Recover(dir); err != nil || recovered {
				t.Errorf("%v %v", recovered, err)
			}
			if d := different(harvest(t, dir), withDirs(before())); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestRecoverBusy leaves a run that is alive alone, and says so; an Apply does too.
func TestRecoverBusy(t *testing.T) {
	dir, tree := newProject(t, before())
	changes, j, err := tree.check(sampleChanges())
	if err != nil {
		t.Fatal(err)
	}
	release, err := tree.begin(j)
	if err == nil {
		err = tree.stage(j, changes)
	}
	if err != nil {
		t.Fatal(err)
	}
	was := harvest(t, dir)
	var locked *LockedError
	if _, err := Recover(dir); !errors.As(err, &locked) {
		t.Errorf("recovering: %v", err)
	}
	if err := tree.Apply(t.Context(), sampleChanges()); !errors.As(err, &locked) {
		t.Errorf("applying: %v", err)
	}
	release()
	if err := tree.Apply(t.Context(), sampleChanges()); err == nil || !strings.Contains(err.Error(), "undone first") {
		t.Errorf("applying after a crash: %v", err)
	}
	if d := different(harvest(t, dir), was); d != "" {
		t.Error(d)
	}
}

func TestRecoverNothing(t *testing.T) {
	dir := t.TempDir()
	plant(t, dir, map[string]string{"file": "0644 x", "project/.layup/base.txtar": "0644 x"})
	if err := os.Symlink("project/.layup", filepath.Join(dir, ".layup")); err != nil {
		t.Fatal(err)
	}
	was := harvest(t, dir)
	for _, name := range []string{"missing", "file", ".", "project"} {
		if recovered, err := Recover(filepath.Join(dir, name)); err != nil || recovered {
			t.Errorf("%s: %v %v", name, recovered, err)
		}
	}
	if d := different(harvest(t, dir), was); d != "" {
		t.Error(d)
	}
}
