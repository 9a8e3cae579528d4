package merge

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestTextLikeGit holds Text against git merge-file on texts that were made
// small and repetitive, which is where ways to merge differ.
func TestTextLikeGit(t *testing.T) {
	git := newGit(t)
	cases := 3000
	if testing.Short() {
		cases = 300
	}
	var clean, disputed, kept int
	for seed := range uint64(cases) {
		c := randomCase(rand.New(rand.NewPCG(seed, 7)))
		switch got := Text(c.base, c.ours, c.theirs); git.compare(t, c, got) {
		case sameClean:
			clean++
		case sameConflict:
			disputed++
		case keptBoth:
			kept++
		}
	}
	t.Logf("%d clean, %d in conflict, %d of which git would not have kept both insertions", clean, disputed, kept)
	if clean < cases/5 || disputed < cases/5 || kept == 0 {
		t.Error("the corpus leaves a side out")
	}
}

// FuzzTextLikeGit does the same to texts that the fuzzer makes up.
func FuzzTextLikeGit(f *testing.F) {
	f.Add("a\nb\nc\n", "a\nB\nc\n", "a\nb\nC\n")
	f.Add("", "a\n", "b\n")
	f.Add("a\nb", "a\nb\nc", "b")
	f.Fuzz(func(t *testing.T, base, ours, theirs string) {
		c := textCase{[]byte(base), []byte(ours), []byte(theirs)}
		for _, data := range [][]byte{c.base, c.ours, c.theirs} {
			if isBinary(data) || bytes.Contains(data, []byte("\r")) || bytes.HasPrefix(data, []byte(byteOrderMark)) {
				t.Skip("git has other rules for these")
			}
		}
		newGit(t).compare(t, c, Text(c.base, c.ours, c.theirs))
	})
}

type textCase struct{ base, ours, theirs []byte }

func (c textCase) String() string {
	return fmt.Sprintf("base %q, ours %q, theirs %q", c.base, c.ours, c.theirs)
}

// randomCase edits a text of a few letters twice.
func randomCase(r *rand.Rand) textCase {
	letters := 2 + r.IntN(12)
	line := func() string { return string(rune('a'+r.IntN(letters))) + "\n" }
	base := make([]string, r.IntN(25))
	for i := range base {
		base[i] = line()
	}
	edit := func() []byte {
		lines := append([]string(nil), base...)
		for range r.IntN(4) {
			at := r.IntN(len(lines) + 1)
			end := min(len(lines), at+r.IntN(3))
			var added []string
			for range r.IntN(3) {
				added = append(added, line())
			}
			lines = append(lines[:at:at], append(added, lines[end:]...)...)
		}
		text := strings.Join(lines, "")
		if r.IntN(10) == 0 {
			text = strings.TrimSuffix(text, "\n")
		}
		return []byte(text)
	}
	return textCase{base: []byte(strings.Join(base, "")), ours: edit(), theirs: edit()}
}

type git struct{ dir string }

func newGit(t *testing.T) git {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("git is not installed, and CI must not skip this: %v", err)
		}
		t.Skipf("skipped: git is not installed: %v", err)
	}
	return git{t.TempDir()}
}

// merge returns what git makes of it, and how many conflicts that has.
func (g git) merge(t *testing.T, c textCase) ([]byte, int) {
	t.Helper()
	for name, data := range map[string][]byte{"base": c.base, "ours": c.ours, "theirs": c.theirs} {
		if err := os.WriteFile(filepath.Join(g.dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "git", "merge-file", "-p", "--diff3", "ours", "base", "theirs")
	cmd.Dir = g.dir
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() > 127) {
		t.Fatalf("git merge-file: %v\n%s", err, &stderr)
	}
	return out, cmd.ProcessState.ExitCode()
}

type verdict int

const (
	different verdict = iota
	sameClean
	sameConflict
	keptBoth
)

// compare reports a difference that Text does not document.
func (g git) compare(t *testing.T, c textCase, got Result) verdict {
	t.Helper()
	want, conflicts := g.merge(t, c)
	switch {
	case conflicts == 0 && got.Clean():
		if !bytes.Equal(got.Bytes(), want) {
			t.Errorf("%v:\n got %q\nwant %q", c, got.Bytes(), want)
			return different
		}
		return sameClean
	case conflicts > 0 && insertedByBoth(c) && len(got.Conflicts()) < conflicts:
		return keptBoth
	case conflicts != len(got.Conflicts()):
		t.Errorf("%v: %d conflicts\n%s\nwant %d\n%s", c, len(got.Conflicts()), got.Markers(gitLabels), conflicts, want)
		return different
	case !bytes.Equal(got.Markers(gitLabels), want):
		t.Errorf("%v:\n got %s\nwant %s", c, got.Markers(gitLabels), want)
		return different
	}
	return sameConflict
}

// gitLabels are what git calls the files of git.merge.
var gitLabels = Labels{Ours: "ours", Base: "base", Theirs: "theirs"}

// insertedByBoth reports whether there is a place where both insertions stay.
func insertedByBoth(c textCase) bool {
	regions := merge3(newText(c.base).keys, newText(c.ours).keys, newText(c.theirs).keys)
	return slices.ContainsFunc(regions, func(r region) bool { return r.origin == byBoth })
}
