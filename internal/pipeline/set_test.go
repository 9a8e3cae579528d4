package pipeline_test

import (
	"strings"
	"testing"

	"github.com/layup-dev/layup/internal/pipeline"
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

// TestSetBeginsMigrationsAnew changes the database of a project whose migrations have a
// history: what layup wrote first is written for the new one, and whatever else is
// there needs a decision.
func TestSetBeginsMigrationsAnew(t *testing.T) {
	s := bare("jwt")
	s.Resources = []spec.Resource{resource(t, "product", "name:string")}
	m := laid(t, s)
	o, err := opened(t, m).AddFields("product", resource(t, "x", "weight:float?").Fields, nil)
	if err != nil {
		t.Fatal(err)
	}
	m.apply(t, o)
	const own = "migrations/90000_ours.sql"
	m[own] = "-- +goose Up\nSELECT 1;\n"

	database := func() *pipeline.Outcome {
		o, err := opened(t, m).Set(map[string]string{"database": "postgres"})
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	var paths []string
	for _, c := range database().Conflicts() {
		paths = append(paths, c.Path)
		delete(m, c.Path)
	}
	if len(paths) != 3 || !strings.HasSuffix(paths[0], "_create_products.sql") || !strings.HasSuffix(paths[1], "_change_products.sql") || paths[2] != own {
		t.Fatalf("conflicts in %q", paths)
	}
	o = database()
	if len(o.Conflicts()) > 0 || len(o.Notes) == 0 {
		t.Fatalf("%d conflicts, notes %q", len(o.Conflicts()), o.Notes)
	}
	m.apply(t, o)
	same(t, "postgres", m, laid(t, written(t, m)))
}

// TestSetWithFieldsNamedLikeKeys writes down that a resource is public, beside fields
// that begin like the keys of a resource.
func TestSetWithFieldsNamedLikeKeys(t *testing.T) {
	s := bare("none")
	s.Resources = []spec.Resource{resource(t, "thing", "name:string", "access:string?", "plural:string?", "migration:string?", "doc:json")}
	m := laid(t, s)
	o, err := opened(t, m).Set(map[string]string{"auth": "jwt"})
	if err != nil {
		t.Fatal(err)
	}
	m.apply(t, o)
	if r := written(t, m).Resources[0]; r.Access != spec.AccessPublic || len(r.Fields) != 5 {
		t.Errorf("%+v", r)
	}
}
