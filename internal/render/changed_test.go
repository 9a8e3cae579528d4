package render_test

import (
	"slices"
	"testing"
	"testing/fstest"

	"github.com/layup-dev/layup/internal/feature"
	"github.com/layup-dev/layup/internal/plan"
	"github.com/layup-dev/layup/internal/render"
	"github.com/layup-dev/layup/internal/spec"
)

// revision is the dot of the templates of a changed resource.
type revision struct {
	Was, Is string
	Fill    map[string]string
}

func (toy) Changed(before, after render.ResourceData, c render.Change) (render.ResourceData, error) {
	dot := revision{Was: before.Names["__resources__"], Is: after.Names["__resources__"], Fill: c.Fill}
	return render.ResourceData{Name: c.Resource, Dot: dot, Names: map[string]string{"__migration__": c.Version}}, nil
}

// TestRenderChanged renders the folder changed/ once, and nothing else.
func TestRenderChanged(t *testing.T) {
	files := toyStack()
	files["poem/base/changed/notes/__migration__.tmpl"] = &fstest.MapFile{Data: []byte("[[ .Was ]] to [[ .Is ]] with [[ .Fill.line ]]\n")}
	stack, err := feature.Load(files, "poem")
	if err != nil {
		t.Fatal(err)
	}
	resolved := func(plural string) *plan.Plan {
		p, err := plan.Resolve(&spec.Spec{Name: "ode", Resources: []spec.Resource{
			{Name: "verse", Plural: plural, Fields: []spec.Field{{Name: "line", Type: "string"}}},
			{Name: "other", Fields: []spec.Field{{Name: "line", Type: "string"}}},
		}}, stack)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	before, after := resolved("verses"), resolved("stanzas")
	got, err := render.RenderChanged(before, after, toy{}, render.Change{Resource: "verse", Version: "00200", Fill: map[string]string{"line": "moon"}})
	if err != nil || !slices.Equal(got.Paths(), []string{"notes/00200"}) {
		t.Fatalf("%q, %v", got.Paths(), err)
	}
	if f := got["notes/00200"]; string(f.Data) != "verses to stanzas with moon\n" || f.Kind != render.Once {
		t.Errorf("%s, %q", f.Kind, f.Data)
	}
	if _, err := render.RenderChanged(before, after, toy{}, render.Change{Resource: "missing"}); err == nil {
		t.Error("a resource that is not there is no error")
	}
}
