package golang

import (
	"testing"

	"github.com/layup-dev/layup/internal/spec"
)

// TestSamplesKeepTheRules checks each sample with the grammar itself: as the
// default of its own field it must be accepted.
func TestSamplesKeepTheRules(t *testing.T) {
	for _, input := range []string{
		"a:int", "a:int:min(5):max(9)", "a:int:max(-5)", "a:int:min(7):max(7)", "a:int:min(9223372036854775800)", "a:int:min(-3):max(0)",
		"a:float", "a:float:min(0.5):max(0.7)", "a:float:min(2.5)", "a:float:max(-0.5)", "a:float:min(0.1):max(0.1)",
		"a:decimal(4,2):min(1.10):max(1.20)", "a:decimal(2,2)", "a:decimal(1,0)", "a:decimal(18,0):min(5)", "a:decimal(18,18)", "a:decimal(5,1):max(-10)",
		"a:date", "a:date:min(2024-01-01):max(2024-01-03)", "a:date:min(2000-01-01)", "a:date:max(1999-12-31)",
		"a:datetime", "a:datetime:min(2024-01-01T00:00:00Z):max(2024-01-01T00:00:02Z)", "a:datetime:max(1999-12-31T00:00:00Z)",
		"a:string", "a:string:min(3):max(3)", "a:string:max(1)", "a:string:min(255)", "a:text:min(20)", "a:enum(x,y)", "a:uuid", "a:email", "a:url", "a:bool",
	} {
		f, err := spec.ParseField(input)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range []int{1, 2, 3, 9, 10} {
			f.Default = new(types()[f.Type].sample(f, n))
			if _, err := spec.ParseField(f.String()); err != nil {
				t.Errorf("%s: sample %d: %v", input, n, err)
			}
		}
	}
}
