package pipeline_test

import (
	"testing"

	"github.com/layup-dev/layup/internal/spec"
)

// TestSetEveryOption changes every axis from each of its options to each other,
// and back. The result is what a render of the new choices gives, so an option that
// is listed in the stack is held by this test.
func TestSetEveryOption(t *testing.T) {
	stack := engine(t).Stack
	for _, axis := range stack.Axes {
		for _, from := range stack.Options(axis.Name) {
			for _, to := range stack.Options(axis.Name) {
				if from == to {
					continue
				}
				t.Run(axis.Name+" "+from.Option+" to "+to.Option, func(t *testing.T) {
					s := bare("jwt")
					s.Choices[axis.Name] = from.Option
					r := resource(t, "product", "name:string", "price:decimal(12,2)")
					r.Access = spec.AccessPublic
					s.Resources = []spec.Resource{r}
					m := laid(t, s)
					for _, option := range []string{to.Option, from.Option} {
						o, err := opened(t, m).Set(map[string]string{axis.Name: option})
						if err != nil {
							t.Fatal(err)
						}
						m.apply(t, o)
						same(t, option, m, laid(t, written(t, m)))
						if o, err = opened(t, m).Apply(); err != nil || len(o.Changes) != 0 {
							t.Errorf("apply after set: %v, %+v", err, o)
						}
					}
				})
			}
		}
	}
}
