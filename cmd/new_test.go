package cmd

import (
	"slices"
	"testing"

	"github.com/layup-dev/layup/internal/feature"
	"github.com/layup-dev/layup/templates"
)

// TestEveryAxisHasAFlag fails when stack.yaml gets an axis that nobody can set.
func TestEveryAxisHasAFlag(t *testing.T) {
	stack, err := feature.Load(templates.FS, "go")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(stack.AxisNames(), axisFlags()) {
		t.Errorf("stack.yaml has the axes %v, layup new the flags %v", stack.AxisNames(), axisFlags())
	}
}
