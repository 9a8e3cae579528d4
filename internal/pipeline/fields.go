package pipeline

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/layup-dev/layup/internal/naming"
	"github.com/layup-dev/layup/internal/spec"
)

// FieldPresentError says that a resource has a field of that name already, which is
// another one.
type FieldPresentError struct{ Resource, Has, Wants string }

func (e *FieldPresentError) Error() string {
	return fmt.Sprintf("resource %s has a field of that name already, and it differs\n  it is:   %s\n  wanted:  %s\nnothing was changed; to change it, edit it in %s and run layup apply", e.Resource, e.Has, e.Wants, spec.FileName)
}

// AddFields returns what adding fields to a resource does: the files of the resource
// change, and a new migration changes its table. fill holds the values that rows get
// which are there, by field. Fields that are there already, just so, are left out;
// when all are, there are no changes. A *FieldPresentError says that one differs.
func (x *Existing) AddFields(resource string, fields []spec.Field, fill map[string]string) (*Outcome, error) {
	if err := x.Settled(); err != nil {
		return nil, err
	}
	has, err := x.named(resource)
	if err != nil {
		return nil, err
	}
	if fill, err = fillNames(has.Name, fields, fill); err != nil {
		return nil, err
	}
	missing, err := x.missingFields(has, fields)
	if err != nil || len(missing) == 0 {
		return &Outcome{Plan: x.plan}, err
	}
	all, err := x.resolvedFields(has.Name, slices.Concat(has.Fields, missing))
	if err != nil {
		return nil, err
	}
	text, err := spec.AddFields(spec.FileName, x.text, x.engine.Stack.AxisNames(), x.spelling(has.Name), all[len(has.Fields):])
	if err != nil {
		return nil, err
	}
	return x.becomeWith(text, demands{fill: fills{has.Name: fill}})
}

// RemoveFields returns what removing fields of a resource does: the files of the
// resource change, and a new migration drops the columns.
func (x *Existing) RemoveFields(resource string, names []string) (*Outcome, error) {
	if err := x.Settled(); err != nil {
		return nil, err
	}
	has, err := x.named(resource)
	if err != nil {
		return nil, err
	}
	written := x.written.Resources[slices.IndexFunc(x.written.Resources, func(r spec.Resource) bool { return canonical(r) == has.Name })]
	gone := map[string]bool{}
	for _, name := range names {
		i, err := fieldNamed(has, name)
		if err != nil {
			return nil, err
		}
		gone[written.Fields[i].Name] = true
	}
	if len(gone) == len(has.Fields) {
		return nil, spec.Errorf("", "resource %s needs at least one field; to remove all of it: layup remove resource %s", has.Name, has.Name)
	}
	text, err := spec.RemoveFields(spec.FileName, x.text, x.engine.Stack.AxisNames(), written.Name, slices.Collect(maps.Keys(gone)))
	if err != nil {
		return nil, err
	}
	return x.become(text)
}

// missingFields returns the fields that the resource has not.
func (x *Existing) missingFields(has spec.Resource, fields []spec.Field) (missing []spec.Field, err error) {
	for _, f := range fields {
		i := slices.IndexFunc(has.Fields, func(o spec.Field) bool { return o.Name == fieldName(f.Name) })
		if i < 0 {
			missing = append(missing, f)
			continue
		}
		with := slices.Clone(has.Fields)
		with[i] = f
		if with, err = x.resolvedFields(has.Name, with); err != nil {
			return nil, err
		}
		if !reflect.DeepEqual(with[i], has.Fields[i]) {
			return nil, &FieldPresentError{Resource: has.Name, Has: has.Fields[i].String(), Wants: with[i].String()}
		}
	}
	return missing, nil
}

// resolvedFields returns the fields that a resource would have, in the spelling that
// plans have.
func (x *Existing) resolvedFields(resource string, fields []spec.Field) ([]spec.Field, error) {
	s := x.copySpec()
	at := slices.IndexFunc(s.Resources, func(r spec.Resource) bool { return r.Name == resource })
	s.Resources[at].Fields = fields
	p, err := x.engine.resolve(s, 0, inOrder)
	if err != nil {
		return nil, err
	}
	r, _ := p.Spec.Resource(resource)
	return r.Fields, nil
}

// fieldName returns the name of a field in the spelling that plans have.
func fieldName(name string) string {
	if n, err := naming.Parse(name); err == nil {
		return n.Snake()
	}
	return name
}

// fieldNamed returns where a resource has the field of that name.
func fieldNamed(r spec.Resource, name string) (int, error) {
	var names []string
	for i, f := range r.Fields {
		if f.Name == fieldName(name) {
			return i, nil
		}
		names = append(names, f.Name)
	}
	return 0, spec.Errorf("", "resource %s has no field %q%s", r.Name, name, hint(name, names))
}

// fillNames puts the names of the values to fill in into the spelling that plans
// have, and refuses those of fields that are not added.
func fillNames(resource string, fields []spec.Field, fill map[string]string) (map[string]string, error) {
	var names []string
	for _, f := range fields {
		names = append(names, fieldName(f.Name))
	}
	out := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(fill)) {
		if !slices.Contains(names, fieldName(name)) {
			return nil, spec.Errorf("", "--fill %s: that is no field that is being added to resource %s%s", name, resource, hint(name, names))
		}
		if _, twice := out[fieldName(name)]; twice {
			return nil, spec.Errorf("", "--fill %s: the field has two values", name)
		}
		out[fieldName(name)] = fill[name]
	}
	return out, nil
}

// hint lists the names that there are, and the one that was meant.
func hint(given string, names []string) string {
	s := " (there are: " + strings.Join(names, ", ") + ")"
	if best := spec.Closest(given, names); best != "" {
		s = fmt.Sprintf("; did you mean %q?", best) + s
	}
	return s
}
