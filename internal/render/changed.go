package render

import (
	"errors"
	"fmt"
	"path"
	"slices"

	"github.com/layup-dev/layup/internal/plan"
)

// Change is another shape of the table of a resource.
type Change struct {
	// Resource names the resource, and Version the migration.
	Resource, Version string
	// Fill holds, by field, the value of rows that have none.
	Fill map[string]string
}

// RenderChanged returns the files that a project needs because the table of a
// resource has another shape in the plan after than in the plan before: a migration
// from the one to the other.
func RenderChanged(before, after *plan.Plan, lang Language, c Change) (FileSet, error) {
	was, err := lang.Data(before)
	if err != nil {
		return nil, err
	}
	r, err := newRenderer(after, lang, nil)
	if err != nil {
		return nil, err
	}
	old, err := was.resource(c.Resource)
	if err != nil {
		return nil, err
	}
	now, err := r.data.resource(c.Resource)
	if err != nil {
		return nil, err
	}
	data, err := lang.Changed(old, now, c)
	if err != nil {
		return nil, err
	}
	for _, dir := range r.rooms {
		err = errors.Join(err, r.walk(path.Join(dir, "changed"), nil, func(t *source) error { return r.execute(t, data) }))
	}
	if err := r.finished(err); err != nil {
		return nil, err
	}
	return r.files, nil
}

func (d Data) resource(name string) (ResourceData, error) {
	i := slices.IndexFunc(d.Resources, func(r ResourceData) bool { return r.Name == name })
	if i < 0 {
		return ResourceData{}, fmt.Errorf("render: the plan has no resource %s", name)
	}
	return d.Resources[i], nil
}
