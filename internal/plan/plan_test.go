package plan_test

import (
	"testing"

	"github.com/layup-dev/layup/internal/feature"
	"github.com/layup-dev/layup/internal/plan"
	"github.com/layup-dev/layup/internal/spec"
)

// TestTemplatesVersion lets specs of older templates and of newer patches through.
func TestTemplatesVersion(t *testing.T) {
	stack := &feature.Stack{Name: "go", Version: "1.4.2"}
	for wrote, ok := range map[string]bool{
		"": true, "1.4.2": true, "1.4.9": true, "1.3.0": true, "0.9.0": true,
		"1.5.0": false, "2.0.0": false, "99": false, "one": false, "1.4.2\n": false,
	} {
		_, err := plan.Resolve(&spec.Spec{Templates: wrote}, stack)
		if ok != (err == nil) || err != nil && !spec.IsInvalid(err) {
			t.Errorf("templates %q: %v", wrote, err)
		}
	}
}
