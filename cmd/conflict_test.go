package cmd

import (
	"testing"

	"github.com/layup-dev/layup/internal/merge"
)

// TestForFile gives up lines for --conflict theirs, and generated files, but no
// whole file of people's own.
func TestForFile(t *testing.T) {
	lines := merge.Change{Path: "a.go", Conflicts: []merge.Conflict{{Line: 1}}}
	tests := []struct {
		change   merge.Change
		decision merge.Decision
		want     merge.Decision
	}{
		{lines, merge.TakeTheirs, merge.TakeTheirs},
		{lines, merge.KeepOurs, merge.KeepOurs},
		{merge.Change{Path: "api/openapi.yaml", Generated: true}, merge.TakeTheirs, merge.TakeTheirs},
		{merge.Change{Path: "mine.go"}, merge.TakeTheirs, merge.Undecided},
		{merge.Change{Path: "mine.go"}, merge.KeepOurs, merge.KeepOurs},
	}
	for _, tt := range tests {
		if got := forFile(tt.decision, tt.change); got != tt.want {
			t.Errorf("%s for %+v is %q, want %q", tt.decision, tt.change, got, tt.want)
		}
	}
}
