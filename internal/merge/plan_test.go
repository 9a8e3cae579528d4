package merge

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/layup-dev/layup/internal/render"
)

// side is what one side has at a path: nil for nothing.
type side *string

func has(s string) side { return &s }

// planOne plans for the single path f, with ours being executable.
func planOne(t *testing.T, kind render.Kind, base, ours, theirs side, set func(*Input)) []Change {
	t.Helper()
	in := Input{
		Base: set1(base, kind), Theirs: set1(theirs, kind),
		Ours: func(string) ([]byte, fs.FileMode, error) {
			if ours == nil {
				return nil, 0, &fs.PathError{Op: "open", Path: "f", Err: fs.ErrNotExist}
			}
			return []byte(*ours), 0o700, nil
		},
	}
	if set != nil {
		set(&in)
	}
	plan, err := Plan(in)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func set1(s side, kind render.Kind) render.FileSet {
	if s == nil {
		return nil
	}
	return render.FileSet{"f": {Path: "f", Data: []byte(*s), Mode: 0o644, Kind: kind}}
}

// TestPlanTable goes through all that three sides can have. b is what a text
// merge cannot bring together with a or c.
func TestPlanTable(t *testing.T) {
	const (
		starter = iota
		generated
		once
	)
	kinds := [...]render.Kind{starter: render.Starter, generated: render.Generated, once: render.Once}
	all := func(s Status) [3]Status { return [3]Status{s, s, s} }
	want := map[string][3]Status{ // base, ours, theirs; what is missing has no change
		"--a": all(Create), "--b": all(Create), "--c": all(Create),
		"-aa": all(Identical), "-bb": all(Identical), "-cc": all(Identical),
		"-ab": all(Conflicted), "-ac": all(Conflicted), "-ba": all(Conflicted),
		"-bc": all(Conflicted), "-ca": all(Conflicted), "-cb": all(Conflicted),
	}
	for _, base := range "abc" {
		for _, ours := range "-abc" {
			for _, theirs := range "-abc" {
				key := string([]rune{base, ours, theirs})
				switch {
				case base == theirs:
				case ours == '-' && theirs == '-':
				case ours == '-':
					want[key] = [3]Status{starter: Skip, generated: Create}
				case ours == base && theirs == '-':
					want[key] = [3]Status{starter: Remove, generated: Remove}
				case theirs == '-':
					want[key] = [3]Status{starter: Conflicted, generated: Conflicted}
				case ours == theirs:
					want[key] = [3]Status{starter: Identical, generated: Identical}
				case ours == base:
					want[key] = [3]Status{starter: Update, generated: Update}
				default:
					want[key] = [3]Status{starter: Conflicted, generated: Conflicted}
				}
			}
		}
	}
	sides := map[rune]side{'-': nil, 'a': has("a\n"), 'b': has("b\n"), 'c': has("c\n")}
	for _, base := range "-abc" {
		for _, ours := range "-abc" {
			for _, theirs := range "-abc" {
				key := string([]rune{base, ours, theirs})
				for i, kind := range kinds {
					plan := planOne(t, kind, sides[base], sides[ours], sides[theirs], nil)
					checkPlan(t, key+" "+string(kind), plan, want[key][i], sides[ours], sides[theirs])
				}
			}
		}
	}
}

// checkPlan compares a plan for one path with the status that is wanted, none
// for an empty one, and with what that has to do.
func checkPlan(t *testing.T, name string, plan []Change, want Status, ours, theirs side) {
	t.Helper()
	if want == "" || len(plan) != 1 {
		if want != "" || len(plan) != 0 {
			t.Errorf("%s: %+v, want %q", name, plan, want)
		}
		return
	}
	result, mode := ours, fs.FileMode(0o700)
	switch want {
	case Create:
		result, mode = theirs, 0o644
	case Update:
		result = theirs
	case Remove:
		result = nil
	case Skip:
		if ours == nil {
			mode = 0
		}
	}
	c := plan[0]
	if c.Path != "f" || c.Status != want || !same(c.Old, ours) || !same(c.New, result) || c.Mode != mode {
		t.Errorf("%s: %+v, want %s", name, c, want)
	}
	if needsNote := want == Conflicted || want == Skip; needsNote != (c.Note != "") {
		t.Errorf("%s: note %q of %s", name, c.Note, want)
	}
}

func same(data []byte, s side) bool {
	if s == nil || data == nil {
		return s == nil && data == nil
	}
	return string(data) == *s
}

func TestPlanMerge(t *testing.T) {
	fails := func(string, []byte) error { return errors.New("f:2: no") }
	semantic := func(merged string, handled bool, err error) func(*Input) {
		return func(in *Input) {
			in.Semantic = func(path string, base, ours, theirs []byte) ([]byte, bool, error) {
				if all := path + string(base) + string(ours) + string(theirs); strings.Contains(all, "\r") {
					return nil, false, fmt.Errorf("given CRLF: %q", all)
				}
				return []byte(merged), handled, err
			}
		}
	}
	abcde, ours, theirs, both := letters("abcde"), letters("Abcde"), letters("abcdE"), letters("AbcdE")
	tests := []struct {
		name               string
		base, ours, theirs string
		set                func(*Input)
		status             Status
		merged, note       string
	}{
		{name: "clean", base: abcde, ours: ours, theirs: theirs, status: Merge, merged: both},
		{
			name: "clean and good", base: abcde, ours: ours, theirs: theirs, status: Merge, merged: both,
			set: func(in *Input) {
				in.Check = func(path string, data []byte) error {
					if path != "f" || string(data) != both {
						return fmt.Errorf("asked about %s: %q", path, data)
					}
					return nil
				}
			},
		},
		{
			name: "clean, but not good", base: abcde, ours: ours, theirs: theirs, status: Conflicted, merged: ours,
			set: func(in *Input) { in.Check = fails }, note: "edited, and not valid when merged: f:2: no",
		},
		{name: "nothing left to do", base: abcde, ours: both, theirs: theirs, status: Identical, merged: both},
		{
			name: "conflict", base: abcde, ours: ours, theirs: letters("xbcde"), status: Conflicted, merged: ours,
			note: "edited in the same places",
		},
		{
			name: "semantic", base: abcde, ours: ours, theirs: letters("xbcde"), status: Merge, merged: "z\n",
			set: semantic("z\n", true, nil),
		},
		{
			name: "semantic, with CRLF", base: abcde, ours: "A\r\nb\r\n", theirs: letters("xbcde"), status: Merge, merged: "z\r\n",
			set: semantic("z\n", true, nil),
		},
		{
			name: "semantic, nothing to do", base: abcde, ours: ours, theirs: letters("xbcde"), status: Identical, merged: ours,
			set: semantic(ours, true, nil),
		},
		{
			name: "semantic for others", base: abcde, ours: ours, theirs: theirs, status: Merge, merged: both,
			set: semantic("z\n", false, nil),
		},
		{
			name: "semantic fails", base: abcde, ours: ours, theirs: theirs, status: Conflicted, merged: ours,
			set: semantic("", false, errors.New("go.mod:3: no")), note: "edited, and cannot be merged: go.mod:3: no",
		},
		{
			name: "not asked about what nobody edited", base: abcde, ours: abcde, theirs: theirs, status: Update, merged: theirs,
			set: func(in *Input) { semantic("z\n", true, nil)(in); in.Check = fails },
		},
		{name: "update with CRLF", base: "a\nb\n", ours: "a\r\nb\r\n", theirs: "a\nc\n", status: Update, merged: "a\r\nc\r\n"},
		{name: "update with a mark", base: "a\n", ours: byteOrderMark + "a\n", theirs: "c\n", status: Update, merged: byteOrderMark + "c\n"},
		{name: "identical but for CRLF", base: "a\n", ours: "c\r\n", theirs: "c\n", status: Identical, merged: "c\r\n"},
		{name: "emptied", base: "a\n", ours: "a\n", theirs: "", status: Update, merged: ""},
		{name: "binary update", base: "\x00\n", ours: "\x00\n", theirs: "\x01\x00\n", status: Update, merged: "\x01\x00\n"},
		{
			name: "binary edited", base: "\x00\n", ours: "\x00\r\n", theirs: "\x01\x00\n", status: Conflicted,
			merged: "\x00\r\n", note: "edited in the same places",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			plan := planOne(t, render.Starter, has(tt.base), has(tt.ours), has(tt.theirs), tt.set)
			if len(plan) != 1 {
				t.Fatalf("%+v", plan)
			}
			c := plan[0]
			if c.Status != tt.status || string(c.New) != tt.merged || string(c.Old) != tt.ours || c.New == nil || c.Note != tt.note {
				t.Errorf("%s, %q → %q, %q", c.Status, c.Old, c.New, c.Note)
			}
			if (c.Conflicts != nil) != (tt.note == "edited in the same places") {
				t.Errorf("conflicts %+v", c.Conflicts)
			}
		})
	}
}

// TestPlanDigest has a base without data, as it is for generated files.
func TestPlanDigest(t *testing.T) {
	tests := []struct {
		name   string
		kind   render.Kind // of theirs
		ours   string
		theirs side
		want   Status
	}{
		{"rendered as before", render.Generated, "mine\n", has("a\n"), ""},
		{"not edited", render.Generated, "a\n", has("b\n"), Update},
		{"not edited but for CRLF", render.Generated, "a\r\n", has("b\n"), Update},
		{"edited", render.Generated, "mine\n", has("b\n"), Conflicted},
		{"has it already", render.Generated, "b\n", has("b\n"), Identical},
		{"not edited, not generated now", render.Starter, "a\n", has("b\n"), Update},
		{"edited, not generated now", render.Starter, "mine\n", has("b\n"), Conflicted},
		{"gone", render.Generated, "a\n", nil, Remove},
		{"gone, edited", render.Generated, "mine\n", nil, Conflicted},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			plan := planOne(t, tt.kind, nil, has(tt.ours), tt.theirs, func(in *Input) {
				in.Base = render.FileSet{"f": {Path: "f", Kind: render.Generated, Digest: digest([]byte("a\n"))}}
			})
			var got Status
			if len(plan) > 0 {
				got = plan[0].Status
			}
			if got != tt.want {
				t.Errorf("%+v, want %q", plan, tt.want)
			}
		})
	}
}

func TestPlanForce(t *testing.T) {
	force := func(in *Input) { in.Force = func(path string) bool { return path == "f" } }
	tests := []struct {
		name               string
		kind               render.Kind
		base, ours, theirs side
		want               Status
	}{
		{"removes what was edited", render.Starter, has("a\n"), has("b\n"), nil, Remove},
		{"but not what was written once", render.Once, has("a\n"), has("b\n"), nil, ""},
		{"and decides no other conflict", render.Starter, has("a\n"), has("b\n"), has("c\n"), Conflicted},
		{"nor what a generated file is", render.Generated, has("a\n"), has("b\n"), has("c\n"), Conflicted},
		{"nor whose a file is", render.Starter, nil, has("b\n"), has("c\n"), Conflicted},
	}
	for _, tt := range tests {
		checkPlan(t, tt.name, planOne(t, tt.kind, tt.base, tt.ours, tt.theirs, force), tt.want, tt.ours, tt.theirs)
	}
}

// TestPlanRenew writes anew what is written once otherwise, but nothing that was edited.
func TestPlanRenew(t *testing.T) {
	renew := func(in *Input) { in.Renew = true }
	tests := []struct {
		name               string
		base, ours, theirs side
		want               Status
	}{
		{"writes what is rendered otherwise", has("a\n"), has("a\n"), has("b\n"), Update},
		{"brings back what is gone", has("a\n"), nil, has("b\n"), Create},
		{"removes what is not rendered any more", has("a\n"), has("a\n"), nil, Remove},
		{"leaves what is rendered as before", has("a\n"), has("b\n"), has("a\n"), ""},
		{"asks about what was edited", has("a\n"), has("c\n"), has("b\n"), Conflicted},
		{"and is not rendered any more", has("a\n"), has("c\n"), nil, Conflicted},
	}
	for _, tt := range tests {
		checkPlan(t, tt.name, planOne(t, render.Once, tt.base, tt.ours, tt.theirs, renew), tt.want, tt.ours, tt.theirs)
	}
}

func TestPlanPaths(t *testing.T) {
	set := func(text string, paths ...string) render.FileSet {
		s := render.FileSet{}
		for _, p := range paths {
			s[p] = &render.File{Path: p, Data: []byte(text), Kind: render.Starter, Mode: 0o644}
		}
		return s
	}
	base, theirs := set("old\n", "b", "c/d", "e"), set("new\n", "a", "b", "e", "z")
	var asked []string
	in := Input{Base: base, Theirs: theirs, Ours: func(path string) ([]byte, fs.FileMode, error) {
		asked = append(asked, path)
		if base[path] == nil {
			return nil, 0, fs.ErrNotExist
		}
		return []byte("old\n"), 0o644, nil
	}}
	theirs["e"] = base["e"]
	plan, err := Plan(in)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range plan {
		got = append(got, string(c.Status)+" "+c.Path)
	}
	if want := []string{"create a", "update b", "remove c/d", "create z"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if slices.Contains(asked, "e") {
		t.Error("read a file that nothing is to be done about")
	}
	if len(base) != 3 || len(theirs) != 4 {
		t.Error("the sets of the caller were changed")
	}

	broken := errors.New("input/output error")
	in.Ours = func(string) ([]byte, fs.FileMode, error) { return nil, 0, broken }
	if _, err := Plan(in); !errors.Is(err, broken) || !strings.Contains(err.Error(), "reading a:") {
		t.Errorf("error %v", err)
	}
}

// TestPlanAgain holds that a plan that was carried out leaves nothing to do, and
// nothing of the user's is lost that did not conflict.
func TestPlanAgain(t *testing.T) {
	base, theirs := letters("abcde"), letters("abcdE")
	for _, ours := range []string{letters("abcde"), letters("aXcde"), strings.ReplaceAll(letters("Xabcde"), "\n", "\r\n")} {
		plan := planOne(t, render.Starter, has(base), has(ours), has(theirs), nil)
		if len(plan) != 1 || !bytes.Contains(plan[0].New, []byte("E")) {
			t.Fatalf("%+v", plan)
		}
		written := string(plan[0].New)
		if again := planOne(t, render.Starter, has(theirs), has(written), has(theirs), nil); len(again) != 0 {
			t.Errorf("after that: %+v", again)
		}
		// The base was not brought up to date.
		again := planOne(t, render.Starter, has(base), has(written), has(theirs), nil)
		if len(again) != 1 || again[0].Status != Identical || !reflect.DeepEqual(again[0].New, plan[0].New) {
			t.Errorf("the same again: %+v", again)
		}
	}
}
