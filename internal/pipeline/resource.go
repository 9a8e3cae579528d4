package pipeline

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/layup-dev/layup/internal/base"
	"github.com/layup-dev/layup/internal/merge"
	"github.com/layup-dev/layup/internal/naming"
	"github.com/layup-dev/layup/internal/render"
	"github.com/layup-dev/layup/internal/spec"
)

// PresentError says that a resource of that name is there already, with other fields
// or another policy.
type PresentError struct{ Name, Has, Wants string }

func (e *PresentError) Error() string {
	return fmt.Sprintf("resource %s is there already, and differs\n  it is:   %s\n  wanted:  %s\nnothing was changed; change its files by hand, or remove it first: layup remove resource %s", e.Name, e.Has, e.Wants, e.Name)
}

// AddResource returns what adding a resource does; no changes when it is there
// already, just so. A *PresentError says that it is there and differs.
func (x *Existing) AddResource(r spec.Resource) (*Outcome, error) {
	if err := x.Settled(); err != nil {
		return nil, err
	}
	after := x.copySpec()
	if has, ok := x.find(r); ok {
		return x.present(has, r)
	}
	if err := x.engine.Language.CheckWiring(x.files.List, x.read); err != nil {
		return nil, err
	}
	r.Migration = ""
	after.Resources = append(after.Resources, r)
	floor, err := x.highestVersion()
	if err != nil {
		return nil, err
	}
	p, err := x.engine.resolve(after, floor, spread)
	if err != nil {
		return nil, err
	}
	added := p.Spec.Resources[slices.IndexFunc(p.Spec.Resources, func(o spec.Resource) bool { return !x.has(o.Name) })]
	text, err := spec.AddResource(spec.FileName, x.text, x.engine.Stack.AxisNames(), x.written, added)
	if err != nil {
		return nil, err
	}
	return x.change(p, text, nil, nil)
}

// has reports whether a resource was there at the last render.
func (x *Existing) has(name string) bool {
	return slices.ContainsFunc(x.last.Spec.Resources, func(r spec.Resource) bool { return r.Name == name })
}

// find returns the resource that has the name of r, in any spelling.
func (x *Existing) find(r spec.Resource) (spec.Resource, bool) {
	one, _, err := naming.Resource(r.Name, r.Plural)
	if err != nil {
		return spec.Resource{}, false // Resolve says why
	}
	for _, has := range x.plan.Spec.Resources {
		if has.Name == one.Snake() {
			return has, true
		}
	}
	return spec.Resource{}, false
}

// present compares what is there with what is wanted. What was not said is not
// compared.
func (x *Existing) present(has, wanted spec.Resource) (*Outcome, error) {
	alone := x.copySpec()
	i := slices.IndexFunc(alone.Resources, func(r spec.Resource) bool { return r.Name == has.Name })
	wanted.Migration = has.Migration
	if wanted.Plural == "" {
		wanted.Plural = has.Plural
	}
	if wanted.Access == "" {
		wanted.Access = has.Access
	}
	alone.Resources[i] = wanted
	p, err := x.engine.resolve(alone, 0, inOrder)
	if err != nil {
		return nil, err
	}
	i = slices.IndexFunc(p.Spec.Resources, func(r spec.Resource) bool { return r.Name == has.Name })
	if wanted = p.Spec.Resources[i]; !reflect.DeepEqual(wanted, has) {
		return nil, &PresentError{Name: has.Name, Has: has.String(), Wants: wanted.String()}
	}
	return &Outcome{Plan: x.plan}, nil
}

// ReferredError says that a resource cannot go because others refer to it.
type ReferredError struct {
	Name string
	// By lists the fields that do, as order.product_id.
	By []string
}

func (e *ReferredError) Error() string {
	return fmt.Sprintf("resource %s cannot be removed: it is referred to by %s; remove what refers to it first", e.Name, strings.Join(e.By, ", "))
}

// RemoveResource returns what removing a resource does: its files go, except
// its migrations, and a new migration drops its table. Edited files are conflicts
// unless force has their paths; it may hold no other paths than those of files that go.
// A *ReferredError says that others refer to it.
func (x *Existing) RemoveResource(name string, force []string) (*Outcome, error) {
	if err := x.Settled(); err != nil {
		return nil, err
	}
	has, err := x.named(name)
	if err != nil {
		return nil, err
	}
	if by := x.referring(has.Name); len(by) > 0 {
		return nil, &ReferredError{Name: has.Name, By: by}
	}
	text, err := spec.RemoveResource(spec.FileName, x.text, x.engine.Stack.AxisNames(), x.written, x.spelling(has.Name))
	if err != nil {
		return nil, err
	}
	outcome, err := x.becomeWith(text, demands{force: force})
	if err != nil {
		return nil, err
	}
	return outcome, outcome.checkForce(has.Name, force)
}

// checkForce refuses to force what has no effect.
func (o *Outcome) checkForce(resource string, force []string) error {
	var goes, stays []string
	for _, c := range o.Changes {
		switch {
		case c.Path == base.ResourceFile(resource):
		case c.Status == merge.Remove:
			goes = append(goes, c.Path)
		case c.Status == merge.Conflicted && !slices.Contains(force, c.Path):
			stays = append(stays, c.Path)
		}
	}
	for _, path := range force {
		if slices.Contains(goes, path) {
			continue
		}
		msg := fmt.Sprintf("--force %s: that is no file that goes with resource %s", path, resource)
		if best := spec.Closest(path, slices.Concat(stays, goes)); best != "" {
			msg += fmt.Sprintf("; did you mean %s?", best)
		}
		return spec.Errorf("", "%s (paths begin at the project's root; --dry-run lists the files)", msg)
	}
	return nil
}

// named returns the resource of that name, in singular or plural.
func (x *Existing) named(name string) (spec.Resource, error) {
	n, err := naming.Parse(name)
	if err == nil {
		if r, ok := x.plan.Spec.Resource(n.Snake()); ok {
			return r, nil
		}
	}
	names := make([]string, len(x.plan.Spec.Resources))
	for i, r := range x.plan.Spec.Resources {
		names[i] = r.Name
	}
	msg := fmt.Sprintf("there is no resource %q", name)
	if best := spec.Closest(name, names); best != "" {
		msg += fmt.Sprintf("; did you mean %q?", best)
	}
	if len(names) > 0 {
		msg += " (there are: " + strings.Join(names, ", ") + ")"
	} else {
		msg += "; this project has none"
	}
	return spec.Resource{}, spec.Errorf("", "%s", msg)
}

// spelling returns the name of a resource as it stands in layup.yaml, where
// people may spell it as they like.
func (x *Existing) spelling(name string) string {
	for _, r := range x.written.Resources {
		if canonical(r) == name {
			return r.Name
		}
	}
	return name
}

func (x *Existing) referring(name string) []string {
	var by []string
	for _, r := range x.plan.Spec.Resources {
		for _, f := range r.Fields {
			if f.Type == "ref" && r.Name != name && slices.Equal(f.Args, []string{name}) {
				by = append(by, r.Name+"."+f.Name)
			}
		}
	}
	return by
}

// drop renders what undoes a resource that may have been shipped.
func (x *Existing) drop(name string, version uint64) (render.FileSet, error) {
	s := *x.last.Spec
	s.Resources = slices.Clone(s.Resources)
	for i := range s.Resources {
		if s.Resources[i].Name == name {
			s.Resources[i].Migration = formatVersion(version)
		}
	}
	p, err := x.engine.resolve(&s, 0, inOrder)
	if err != nil {
		return nil, err
	}
	return render.RenderRemoved(p, x.engine.Language, name)
}
