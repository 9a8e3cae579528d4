package project

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// before and after are a project, and what sampleChanges makes of it. The modes
// are unusual, so that a lost one shows.
func before() map[string]string {
	return map[string]string{
		"layup.yaml":              "0644 name: x\n",
		"run.sh":                  "0775 #!/bin/sh\n",
		"internal/app/app.go":     "0640 package app\n",
		"internal/app/notes.txt":  "0600 mine\n",
		"internal/old/a/a.go":     "0600 package a\n",
		"internal/old/b.go":       "0644 package old\n",
		"internal/mixed/gone.go":  "0644 package mixed\n",
		"internal/mixed/stays.go": "0644 package mixed\n",
		"empty":                   "0644 ",
		"internal/old/":           "0700",
		"internal/old/a/":         "0711",
	}
}

func after() map[string]string {
	out := before()
	for _, gone := range []string{"internal/old/a/a.go", "internal/old/b.go", "internal/mixed/gone.go", "internal/old/", "internal/old/a/"} {
		delete(out, gone)
	}
	out["layup.yaml"] = "0644 name: y\n"
	out["run.sh"] = "0775 #!/bin/bash\n"
	out["internal/app/app.go"] = "0600 package app // changed\n"
	out["internal/app/new.go"] = "0644 package app\n"
	out["internal/new/deep/new.sh"] = "0755 #!/bin/sh\n"
	out["internal/new/empty"] = "0644 "
	out["internal/new/"] = "0755"
	out["internal/new/deep/"] = "0755"
	return out
}

func sampleChanges() []Change {
	return []Change{
		{Path: "layup.yaml", Old: []byte("name: x\n"), New: []byte("name: y\n")},
		{Path: "run.sh", Old: []byte("#!/bin/sh\n"), New: []byte("#!/bin/bash\n")},
		{Path: "internal/app/app.go", Old: []byte("package app\n"), New: []byte("package app // changed\n"), Mode: 0o600},
		{Path: "internal/app/new.go", New: []byte("package app\n")},
		{Path: "internal/new/deep/new.sh", New: []byte("#!/bin/sh\n"), Mode: 0o755},
		{Path: "internal/new/empty", New: []byte{}},
		{Path: "internal/old/a/a.go", Old: []byte("package a\n")},
		{Path: "internal/old/b.go", Old: []byte("package old\n")},
		{Path: "internal/mixed/gone.go", Old: []byte("package mixed\n")},
		{Path: "empty", Old: []byte{}, New: []byte{}}, // says only what is there
		{Path: "absent"},
	}
}

// plant writes a tree; a path that ends in a slash is a directory.
func plant(t testing.TB, dir string, tree map[string]string) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(tree)) {
		var mode fs.FileMode
		mark, text, _ := strings.Cut(tree[name], " ")
		if _, err := fmt.Sscanf(mark, "%o", &mode); err != nil {
			t.Fatal(err)
		}
		full := filepath.Join(dir, filepath.FromSlash(name))
		var err error
		if strings.HasSuffix(name, "/") {
			err = os.MkdirAll(full, 0o755)
		} else {
			err = errors.Join(os.MkdirAll(filepath.Dir(full), 0o755), os.WriteFile(full, []byte(text), 0o600))
		}
		if err = errors.Join(err, os.Chmod(full, mode)); err != nil {
			t.Fatal(err)
		}
	}
}

// harvest reads everything that is in a directory, in the form of plant.
func harvest(t testing.TB, dir string) map[string]string {
	t.Helper()
	tree := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == dir {
			return err
		}
		rel, _ := filepath.Rel(dir, name)
		rel = filepath.ToSlash(rel)
		info, err := d.Info()
		if err != nil {
			return err
		}
		if d.IsDir() {
			tree[rel+"/"] = fmt.Sprintf("%04o", info.Mode().Perm())
			return nil
		}
		if !info.Mode().IsRegular() {
			tree[rel] = info.Mode().String()
			return nil
		}
		data, err := os.ReadFile(name)
		tree[rel] = fmt.Sprintf("%04o %s", info.Mode().Perm(), data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// withDirs adds the directories of a tree that it does not name, with mode 0755.
func withDirs(tree map[string]string) map[string]string {
	out := maps.Clone(tree)
	for name := range tree {
		for dir := filepath.Dir(strings.TrimSuffix(name, "/")); dir != "."; dir = filepath.Dir(dir) {
			if _, ok := tree[dir+"/"]; !ok {
				out[dir+"/"] = "0755"
			}
		}
	}
	return out
}

// different lists where two trees differ.
func different(got, want map[string]string) string {
	var out []string
	for name, text := range want {
		if g, ok := got[name]; !ok {
			out = append(out, name+" is missing")
		} else if g != text {
			out = append(out, fmt.Sprintf("%s is %q, want %q", name, g, text))
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			out = append(out, name+" is left")
		}
	}
	slices.Sort(out)
	return strings.Join(out, "; ")
}

func newProject(t testing.TB, tree map[string]string) (dir string, opened *Tree) {
	t.Helper()
	dir = t.TempDir()
	plant(t, dir, tree)
	opened, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { opened.Close() })
	return dir, opened
}

func TestApply(t *testing.T) {
	dir, tree := newProject(t, before())
	if err := tree.Apply(t.Context(), sampleChanges()); err != nil {
		t.Fatal(err)
	}
	if d := different(harvest(t, dir), withDirs(after())); d != "" {
		t.Error(d)
	}
	if err := tree.Apply(t.Context(), nil); err != nil {
		t.Error(err)
	}
}

// TestApplyInLayup changes layup's own files: the directory is no leftover then.
func TestApplyInLayup(t *testing.T) {
	dir, tree := newProject(t, nil)
	for _, c := range []Change{
		{Path: ".layup/base.txtar", New: []byte("1")},
		{Path: ".layup/base.txtar", Old: []byte("1"), New: []byte("2")},
		{Path: ".layup/base.txtar", Old: []byte("2")},
	} {
		if err := tree.Apply(t.Context(), []Change{c}); err != nil {
			t.Fatal(err)
		}
		want := map[string]string{}
		if c.New != nil {
			want[".layup/base.txtar"] = "0644 " + string(c.New)
		}
		if d := different(harvest(t, dir), withDirs(want)); d != "" {
			t.Error(d)
		}
	}
}

func TestApplyRefuses(t *testing.T) {
	some := []byte("x")
	for name, tc := range map[string]struct {
		tree     map[string]string
		links    map[string]string
		change   Change
		more     []Change
		want     string
		conflict bool
	}{
		"changed":              {change: Change{Path: "run.sh", Old: some, New: []byte("y")}, want: "run.sh was changed meanwhile", conflict: true},
		"changed, removal":     {change: Change{Path: "run.sh", Old: some}, want: "run.sh was changed meanwhile", conflict: true},
		"changed, unused":      {change: Change{Path: "run.sh", Old: some, New: some}, want: "run.sh was changed meanwhile", conflict: true},
		"gone":                 {change: Change{Path: "nope", Old: some, New: some}, want: "nope was removed meanwhile", conflict: true},
		"there":                {change: Change{Path: "run.sh", New: some}, want: "run.sh is there already", conflict: true},
		"there, want none":     {change: Change{Path: "run.sh"}, want: "run.sh is there already", conflict: true},
		"empty is there":       {change: Change{Path: "empty", New: some}, want: "empty is there already", conflict: true},
		"directory":            {change: Change{Path: "internal/app", New: some}, want: "internal/app is a directory", conflict: true},
		"file on the way":      {change: Change{Path: "run.sh/x", New: some}, want: "run.sh is a file; a directory is expected there", conflict: true},
		"case of a file":       {change: Change{Path: "internal/app/App.go", New: some}, want: "internal/app/App.go differs only in upper and lower case from internal/app/app.go", conflict: true},
		"case of a directory":  {change: Change{Path: "internal/App/x.go", New: some}, want: "internal/App differs only in upper and lower case from internal/app", conflict: true},
		"case of each other":   {change: Change{Path: "new/a.go", New: some}, more: []Change{{Path: "new/A.go", New: some}}, want: "new/a.go differs only in upper and lower case from new/A.go", conflict: true},
		"read-only file":       {tree: map[string]string{"ro": "0444 x"}, change: Change{Path: "ro", Old: some, New: []byte("y")}, want: "ro is read-only"},
		"read-only, removal":   {tree: map[string]string{"ro": "0444 x"}, change: Change{Path: "ro", Old: some}, want: "ro is read-only"},
		"read-only directory":  {tree: map[string]string{"a/b/x": "0644 x", "a/b/": "0555"}, change: Change{Path: "a/b/y", New: some}, want: "the directory a/b is read-only"},
		"read-only above":      {tree: map[string]string{"a/b/x": "0644 x", "a/b/": "0555"}, change: Change{Path: "a/b/c/d/y", New: some}, want: "the directory a/b is read-only"},
		"read-only, replace":   {tree: map[string]string{"a/b/x": "0644 x", "a/b/": "0555"}, change: Change{Path: "a/b/x", Old: some, New: []byte("y")}, want: "the directory a/b is read-only"},
		"read-only layup":      {tree: map[string]string{".layup/x": "0644 x", ".layup/": "0555"}, change: Change{Path: "y", New: some}, want: "the directory .layup is read-only"},
		"link to a directory":  {links: map[string]string{"link": "internal"}, change: Change{Path: "link/x.go", New: some}, want: "link is a symbolic link", conflict: true},
		"link out":             {links: map[string]string{"link": "/tmp"}, change: Change{Path: "link/x.go", New: some}, want: "link is a symbolic link", conflict: true},
		"link to a file":       {links: map[string]string{"internal/link": "../run.sh"}, change: Change{Path: "internal/link", Old: []byte("#!/bin/sh\n"), New: some}, want: "internal/link is a symbolic link", conflict: true},
		"link, removal":        {links: map[string]string{"link": "run.sh"}, change: Change{Path: "link", Old: []byte("#!/bin/sh\n")}, want: "link is a symbolic link", conflict: true},
		"dangling link":        {links: map[string]string{"link": "nowhere"}, change: Change{Path: "link", New: some}, want: "link is a symbolic link", conflict: true},
		"dangling, below":      {links: map[string]string{"link": "nowhere"}, change: Change{Path: "link/x", New: some}, want: "link is a symbolic link", conflict: true},
		"link to itself":       {links: map[string]string{"link": "link"}, change: Change{Path: "link/x", New: some}, want: "link is a symbolic link", conflict: true},
		"link for layup":       {links: map[string]string{".layup": "internal"}, change: Change{Path: "x", New: some}, want: ".layup is a symbolic link", conflict: true},
		"link for the journal": {tree: map[string]string{".layup/x": "0644 x"}, links: map[string]string{".layup/journal.json": "../run.sh"}, change: Change{Path: "x", New: some}, want: ".layup/journal.json is a symbolic link", conflict: true},
		"layup is a file":      {tree: map[string]string{".layup": "0644 x"}, change: Change{Path: "x", New: some}, want: ".layup is a file", conflict: true},
		"outside":              {change: Change{Path: "../x", New: some}, want: "no path of a file"},
		"absolute":             {change: Change{Path: "/x", New: some}, want: "no path of a file"},
		"not clean":            {change: Change{Path: "a//b", New: some}, want: "no path of a file"},
		"root":                 {change: Change{Path: ".", New: some}, want: "no path of a file"},
		"journal":              {change: Change{Path: journalPath, New: some}, want: "no path of a file"},
		"stage":                {change: Change{Path: ".layup/stage-x/new-0", New: some}, want: "no path of a file"},
		"twice":                {change: Change{Path: "x", New: some}, more: []Change{{Path: "x", New: some}}, want: "x is to be changed twice"},
		"file and directory":   {change: Change{Path: "x", New: some}, more: []Change{{Path: "x/y", New: some}}, want: "x is to be a file and a directory"},
	} {
		t.Run(name, func(t *testing.T) {
			dir, tree := newProject(t, before())
			plant(t, dir, tc.tree)
			t.Cleanup(func() {
				_ = filepath.WalkDir(dir, func(p string, _ fs.DirEntry, _ error) error { return os.Chmod(p, 0o700) })
			})
			for link, to := range tc.links {
				if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
					t.Fatal(err)
				}
			}
			was := harvest(t, dir)
			changes := append([]Change{{Path: "first", New: some}, tc.change}, tc.more...)
			err := tree.Apply(t.Context(), changes)
			var conflict *ConflictError
			if err == nil || !strings.HasPrefix(strings.TrimPrefix(err.Error(), `"`+tc.change.Path+`" is `), tc.want) || errors.As(err, &conflict) != tc.conflict {
				t.Errorf("got %v (a conflict: %v), want %q", err, conflict != nil, tc.want)
			}
			if d := different(harvest(t, dir), was); d != "" {
				t.Errorf("the tree changed: %s", d)
			}
		})
	}
}

// TestApplyKeepsCaseOfRemoved lets a file go whose name clashes with a new one.
func TestApplyKeepsCaseOfRemoved(t *testing.T) {
	dir, tree := newProject(t, map[string]string{"Order.go": "0644 x"})
	err := tree.Apply(t.Context(), []Change{{Path: "Order.go", Old: []byte("x")}, {Path: "order.go", New: []byte("y")}})
	if err != nil {
		t.Fatal(err)
	}
	if d := different(harvest(t, dir), map[string]string{"order.go": "0644 y"}); d != "" {
		t.Error(d)
	}
}

func TestApplyCancelled(t *testing.T) {
	dir, tree := newProject(t, before())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := tree.Apply(ctx, sampleChanges()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if d := different(harvest(t, dir), withDirs(before())); d != "" {
		t.Error(d)
	}
}

// TestApplyAtOnce makes ten runs add a line each under the lock: all land.
func TestApplyAtOnce(t *testing.T) {
	dir, _ := newProject(t, map[string]string{"list": "0644 "})
	var wg sync.WaitGroup
	for i := range 10 {
		wg.Go(func() {
			if err := addLine(t.Context(), dir, fmt.Sprintf("line %d\n", i)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	data, err := os.ReadFile(filepath.Join(dir, "list"))
	if err != nil || bytes.Count(data, []byte("\n")) != 10 {
		t.Errorf("%v: %q", err, data)
	}
	left, _ := filepath.Glob(filepath.Join(dir, ".*"))
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func addLine(ctx context.Context, dir, line string) error {
	unlock, err := Lock(ctx, dir)
	if err != nil {
		return err
	}
	defer unlock()
	if _, err := Recover(dir); err != nil {
		return err
	}
	tree, err := Open(dir)
	if err != nil {
		return err
	}
	defer tree.Close()
	old, _, err := tree.Read("list")
	if err != nil {
		return err
	}
	return tree.Apply(ctx, []Change{
		{Path: "list", Old: old, New: append(slices.Clone(old), line...)},
		{Path: strings.TrimSpace(line), New: []byte(line)},
	})
}

// TestApplyWithoutLock runs several without the lock: at most one is at work, and
// the others say so or find their file changed.
func TestApplyWithoutLock(t *testing.T) {
	dir, _ := newProject(t, map[string]string{"list": "0644 old"})
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wg.Go(func() {
			tree, err := Open(dir)
			if err == nil {
				defer tree.Close()
				err = tree.Apply(t.Context(), []Change{{Path: "list", Old: []byte("old"), New: fmt.Append(nil, i)}})
			}
			errs[i] = err
		})
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		var locked *LockedError
		var conflict *ConflictError
		switch {
		case err == nil:
			won++
		case !errors.As(err, &locked) && !errors.As(err, &conflict):
			t.Errorf("a loser got %v", err)
		}
	}
	if won != 1 {
		t.Errorf("%d won", won)
	}
}

// TestApplyConcurrentEdit changes files at the worst moment, between staging and
// commit: the edit stays, the rest is put back.
func TestApplyConcurrentEdit(t *testing.T) {
	for name, edit := range map[string]func(dir string) error{
		"rewritten in place": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "run.sh"), []byte("mine\n"), 0o600)
		},
		"replaced": func(dir string) error {
			mine := filepath.Join(dir, "mine")
			return errors.Join(os.WriteFile(mine, []byte("mine\n"), 0o600), os.Chmod(mine, 0o775), os.Rename(mine, filepath.Join(dir, "run.sh")))
		},
		"appeared": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "internal/app/new.go"), []byte("package app\n"), 0o644)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, tree := newProject(t, before())
			changes, j := staged(t, tree)
			if err := edit(dir); err != nil {
				t.Fatal(err)
			}
			var conflict *ConflictError
			if err := tree.carryOut(j, changes); !errors.As(err, &conflict) {
				t.Errorf("got %v, want a conflict", err)
			}
			if err := tree.rollBack(j); err != nil {
				t.Fatal(err)
			}
			want := before()
			if name == "appeared" {
				want["internal/app/new.go"] = "0644 package app\n"
			} else {
				want["run.sh"] = "0775 mine\n"
			}
			if d := different(harvest(t, dir), withDirs(want)); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestApplyLateEdit has somebody write to a file through a descriptor that was
// opened before the file was replaced: the edit is not lost with the old file.
func TestApplyLateEdit(t *testing.T) {
	dir, tree := newProject(t, before())
	f, err := os.OpenFile(filepath.Join(dir, "run.sh"), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	changes, j := staged(t, tree)
	if err := tree.carryOut(j, changes); err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("mine\n"); err != nil {
		t.Fatal(err)
	}
	var conflict *ConflictError
	if err := tree.confirm(j, changes); !errors.As(err, &conflict) {
		t.Errorf("got %v, want a conflict", err)
	}
	if err := tree.rollBack(j); err != nil {
		t.Fatal(err)
	}
	want := before()
	want["run.sh"] += "mine\n"
	if d := different(harvest(t, dir), withDirs(want)); d != "" {
		t.Error(d)
	}
}

// staged begins a run of the sample changes. Its journal is locked until the test
// ends.
func staged(t *testing.T, tree *Tree) ([]Change, *journal) {
	t.Helper()
	changes, j, err := tree.check(sampleChanges())
	if err != nil {
		t.Fatal(err)
	}
	release, err := tree.begin(j)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(release)
	if err := tree.stage(j, changes); err != nil {
		t.Fatal(err)
	}
	return changes, j
}

func TestRead(t *testing.T) {
	dir, tree := newProject(t, before())
	if err := os.Symlink("internal", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"run.sh": "", "empty": "", "internal/app": "is a directory", "run.sh/x": "run.sh is a file", "link/app/app.go": "link is a symbolic link",
		"nope": "not exist", "nope/nope": "not exist", "../x": "no path inside",
	} {
		data, mode, err := tree.Read(path)
		if want == "" && (err != nil || data == nil || mode == 0) || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %q %v %v, want %q", path, data, mode, err, want)
		}
		if want == "not exist" && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v is no fs.ErrNotExist", path, err)
		}
	}
	if _, mode, err := tree.Read("run.sh"); mode != 0o775 || err != nil {
		t.Errorf("%v %v", mode, err)
	}
}

func TestList(t *testing.T) {
	dir, tree := newProject(t, before())
	if err := os.Symlink("internal", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		".": "empty layup.yaml run.sh", "internal/mixed": "internal/mixed/gone.go internal/mixed/stays.go", "internal": "", "nope": "",
	} {
		if got, err := tree.List(path); err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s: %v %v, want %s", path, got, err, want)
		}
	}
	for _, path := range []string{"link", "run.sh"} {
		if got, err := tree.List(path); err == nil {
			t.Errorf("%s: %v", path, got)
		}
	}
}

// TestOpenLink has a root that is itself a link.
func TestOpenLink(t *testing.T) {
	dir, _ := newProject(t, before())
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	tree, err := Open(link)
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	if err := tree.Apply(t.Context(), sampleChanges()); err != nil {
		t.Fatal(err)
	}
	if d := different(harvest(t, dir), withDirs(after())); d != "" {
		t.Error(d)
	}
}

// BenchmarkApply replaces ten files and creates ten.
func BenchmarkApply(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		tree := map[string]string{}
		var changes []Change
		for i := range 10 {
			name := fmt.Sprintf("internal/room%d/file.go", i%5)
			if i >= 5 {
				name = fmt.Sprintf("internal/room%d/deep/file.go", i%5)
			}
			tree[name] = "0644 " + strings.Repeat("x", 5000)
			changes = append(changes,
				Change{Path: name, Old: bytes.Repeat([]byte("x"), 5000), New: bytes.Repeat([]byte("y"), 5000)},
				Change{Path: fmt.Sprintf("internal/new%d/file.go", i), New: bytes.Repeat([]byte("z"), 5000)})
		}
		_, project := newProject(b, tree)
		b.StartTimer()
		if err := project.Apply(b.Context(), changes); err != nil {
			b.Fatal(err)
		}
	}
}
