package merge

import (
	"strings"
	"testing"

	"github.com/layup-dev/layup/internal/render"
)

// TestDecide carries out each decision about each kind of conflict.
func TestDecide(t *testing.T) {
	text := func(middle, last string) side { return has("one\ntwo\n" + middle + "\nfour\nfive\n" + last + "\n") }
	marked := "one\ntwo\n<<<<<<< yours\nmine\n||||||| rendered before\nthree\n=======\nnew\n>>>>>>> layup\nfour\nfive\nsix!\n"
	tests := []struct {
		name               string
		kind               render.Kind
		base, ours, theirs side
		decision           Decision
		status             Status
		want               side
	}{
		{"undecided", render.Starter, text("three", "six"), text("mine", "six"), text("new", "six!"), Undecided, Conflicted, text("mine", "six")},
		{"ours", render.Starter, text("three", "six"), text("mine", "six"), text("new", "six!"), KeepOurs, Merge, text("mine", "six!")},
		{"theirs", render.Starter, text("three", "six"), text("mine", "six"), text("new", "six!"), TakeTheirs, Merge, text("new", "six!")},
		{"markers", render.Starter, text("three", "six"), text("mine", "six"), text("new", "six!"), WriteMarker, Merge, &marked},
		{"ours of a generated file", render.Generated, has("a"), has("b"), has("c"), KeepOurs, Skip, has("b")},
		{"theirs of a generated file", render.Generated, has("a"), has("b"), has("c"), TakeTheirs, Update, has("c")},
		{"no markers in a generated file", render.Generated, has("a"), has("b"), has("c"), WriteMarker, Conflicted, has("b")},
		{"ours of a file that was in the way", render.Starter, nil, has("b"), has("c"), KeepOurs, Skip, has("b")},
		{"theirs of a file that was in the way", render.Starter, nil, has("b"), has("c"), TakeTheirs, Update, has("c")},
		{"ours of a file that is not rendered any more", render.Starter, has("a"), has("b"), nil, KeepOurs, Skip, has("b")},
		{"theirs of a file that is not rendered any more", render.Starter, has("a"), has("b"), nil, TakeTheirs, Remove, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var asked []string
			plan := planOne(t, tt.kind, tt.base, tt.ours, tt.theirs, func(in *Input) {
				in.Decide = func(c Change, theirs []byte) Decision {
					asked = append(asked, c.Path+" "+string(theirs))
					return tt.decision
				}
			})
			theirs := ""
			if tt.theirs != nil {
				theirs = *tt.theirs
			}
			if len(asked) != 1 || asked[0] != "f "+theirs {
				t.Errorf("asked for %q", asked)
			}
			if len(plan) != 1 || plan[0].Status != tt.status || !same(plan[0].New, tt.want) {
				t.Errorf("%s: %q", plan[0].Status, plan[0].New)
			}
			if marks := strings.Contains(string(plan[0].New), "<<<<<<<"); marks != strings.Contains(plan[0].Note, "markers") {
				t.Errorf("note %q", plan[0].Note)
			}
		})
	}
}

// TestRestore looks at generated files that are rendered as before.
func TestRestore(t *testing.T) {
	tests := []struct {
		name   string
		kind   render.Kind
		ours   side
		status Status
	}{
		{"as rendered", render.Generated, has("a\nb\n"), Identical},
		{"gone", render.Generated, nil, Create},
		{"edited", render.Generated, has("x\n"), Conflicted},
		{"marks of a conflict", render.Generated, has("a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> branch\n"), Update},
		{"people's own", render.Starter, nil, ""},
	}
	for _, tt := range tests {
		plan := planOne(t, tt.kind, has("a\nb\n"), tt.ours, has("a\nb\n"), func(in *Input) { in.Restore = true })
		if got := len(plan); (tt.status == "") != (got == 0) || got == 1 && plan[0].Status != tt.status {
			t.Errorf("%s: %+v", tt.name, plan)
		}
	}
}
