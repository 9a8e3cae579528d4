package pipeline

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"github.com/layup-dev/layup/internal/base"
	"github.com/layup-dev/layup/internal/feature"
	"github.com/layup-dev/layup/internal/naming"
	"github.com/layup-dev/layup/internal/plan"
	"github.com/layup-dev/layup/internal/render"
	"github.com/layup-dev/layup/internal/spec"
)

// Apply returns what makes the project match its layup.yaml, which people may
// have edited since the last render. Generated files that are gone come back;
// edited ones are conflicts.
func (x *Existing) Apply() (*Outcome, error) {
	if err := x.checkTemplates(); err != nil {
		return nil, err
	}
	x.restore = true
	if len(x.missing()) > 0 {
		x.shared = nil // everything is rendered again, and with it the archive that is lost
	}
	outcome, err := x.become(x.text)
	if err == nil && x.lost {
		outcome.Notes = append(outcome.Notes, fmt.Sprintf("%s is lost, so %s is taken for what the project was rendered from; if you edited that since, undo this, bring %s back from version control, and apply then", base.SharedFile, spec.FileName, base.SharedFile))
	}
	return outcome, err
}

// Set returns what changing choices does: an axis of the stack, or the
// description. values holds the new value of each key.
func (x *Existing) Set(values map[string]string) (*Outcome, error) {
	if err := x.Settled(); err != nil {
		return nil, err
	}
	text := x.text
	var err error
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if text, err = spec.SetValue(spec.FileName, text, x.engine.Stack.AxisNames(), key, values[key]); err != nil {
			return nil, err
		}
	}
	if text, err = x.keepPublic(text); err != nil {
		return nil, err
	}
	return x.become(text)
}

// keepPublic writes down that resources are public which were so because there were
// no users, when the text brings users: nobody owns their rows.
func (x *Existing) keepPublic(text []byte) ([]byte, error) {
	if x.plan.Has("users") {
		return text, nil
	}
	public := text
	var err error
	for _, r := range x.written.Resources {
		if r.Access != "" {
			continue
		}
		if public, err = spec.SetResourceValue(spec.FileName, public, x.engine.Stack.AxisNames(), r.Name, "access", spec.AccessPublic); err != nil {
			return nil, err
		}
	}
	s, err := spec.Parse(spec.FileName, public, x.engine.Stack.AxisNames())
	if err != nil {
		return nil, err
	}
	// Resolved as it is to be: with the default of projects that have users, one
	// resource might not be allowed to refer to another.
	p, err := plan.Resolve(s, x.engine.Stack)
	if err != nil {
		return nil, err
	}
	if !p.Has("users") {
		return text, nil
	}
	return public, nil
}

// AddFeature returns what one extra more does; no changes when it is there.
func (x *Existing) AddFeature(name string) (*Outcome, error) {
	if err := x.checkExtra(name); err != nil {
		return nil, err
	}
	extras := slices.Clone(x.plan.Spec.With)
	if !slices.Contains(extras, name) {
		extras = append(extras, name)
	}
	return x.with(extras)
}

// RemoveFeature returns what one extra less does; no changes when it is not there.
func (x *Existing) RemoveFeature(name string) (*Outcome, error) {
	if err := x.checkExtra(name); err != nil {
		return nil, err
	}
	return x.with(slices.DeleteFunc(slices.Clone(x.plan.Spec.With), func(extra string) bool { return extra == name }))
}

// checkExtra refuses what is no extra, and says how an option is chosen.
func (x *Existing) checkExtra(name string) error {
	if f := x.engine.Stack.Feature(name); f != nil && f.Kind == feature.Extra {
		return nil
	}
	for _, axis := range x.engine.Stack.Axes {
		if x.engine.Stack.Option(axis.Name, name) != nil {
			return spec.Errorf("", "%s is an option of %s; choose it with layup set %s=%s", name, axis.Name, axis.Name, name)
		}
	}
	return plan.UnknownExtra(name, x.engine.Stack)
}

func (x *Existing) with(extras []string) (*Outcome, error) {
	if err := x.Settled(); err != nil {
		return nil, err
	}
	slices.Sort(extras)
	text, err := spec.SetList(spec.FileName, x.text, x.engine.Stack.AxisNames(), "with", extras)
	if err != nil {
		return nil, err
	}
	return x.become(text)
}

// Update returns what bringing the templates of this engine into the project does.
// Its choices stay as layup.yaml says now.
func (x *Existing) Update() (*Outcome, error) {
	text, err := spec.SetValue(spec.FileName, x.text, x.engine.Stack.AxisNames(), "templates", x.engine.Stack.Version)
	if err != nil {
		return nil, err
	}
	outcome, err := x.become(text)
	if err == nil && x.edited() {
		outcome.Notes = append(outcome.Notes, spec.FileName+" was edited since the last render; what it says now is applied too")
	}
	return outcome, err
}

// edited reports whether layup.yaml says something else than at the last render,
// apart from the templates.
func (x *Existing) edited() bool {
	last := *x.last.Spec
	last.Templates = x.plan.Spec.Templates
	axes := x.engine.Stack.AxisNames()
	return !bytes.Equal(last.Encode(axes), x.plan.Spec.Encode(axes))
}

// become returns what makes the project match the text of a layup.yaml.
func (x *Existing) become(text []byte) (*Outcome, error) { return x.becomeWith(text, demands{}) }

// demands are what a user asks for beside the text of a layup.yaml.
type demands struct {
	// fill has values for rows that have none of a new field.
	fill fills
	// force lists the files that may go although they were edited.
	force []string
}

// becomeWith is become with demands.
func (x *Existing) becomeWith(text []byte, d demands) (*Outcome, error) {
	s, err := spec.Parse(spec.FileName, text, x.engine.Stack.AxisNames())
	if err != nil {
		return nil, err
	}
	s.Module = x.plan.Spec.Module
	if text, err = x.keepNumbers(s, text); err != nil {
		return nil, err
	}
	last, err := x.highestVersion()
	if err != nil {
		return nil, err
	}
	p, err := x.engine.resolve(s, last, spread)
	if err != nil {
		return nil, err
	}
	if err := x.checkNumbers(p); err != nil {
		return nil, err
	}
	if err := x.checkExample(p); err != nil {
		return nil, err
	}
	for i := range s.Resources {
		r := s.Resources[i]
		if r.Migration != "" {
			continue
		}
		if text, err = spec.SetResourceValue(spec.FileName, text, x.engine.Stack.AxisNames(), r.Name, "migration", x.resolved(p, r).Migration); err != nil {
			return nil, err
		}
	}
	extra, notes, err := x.migrations(p, d.fill, max(last, highestVersion(p.Spec)))
	if err != nil {
		return nil, err
	}
	outcome, err := x.change(p, text, extra, d.force)
	if err != nil {
		return nil, err
	}
	outcome.Notes = notes
	return outcome, nil
}

// checkExample refuses to change what the project started from. Its tables may be
// shipped, and those that are there may come after its migrations.
func (x *Existing) checkExample(p *plan.Plan) error {
	was, is := x.last.Spec.Example, p.Spec.Example
	if was == is {
		return nil
	}
	if was == "" {
		return spec.Errorf(spec.FileName, "example: %s cannot be added to a project that is there; a new one can start from it: layup new NAME --example %s", is, is)
	}
	return spec.Errorf(spec.FileName, "example: the project started from %s, which cannot change; write example: %s again, and take away by hand what you do not want of it", was, was)
}

// resolved returns a resource of layup.yaml as the plan has it.
func (x *Existing) resolved(p *plan.Plan, written spec.Resource) spec.Resource {
	name := canonical(written)
	i := slices.IndexFunc(p.Spec.Resources, func(r spec.Resource) bool { return r.Name == name })
	return p.Spec.Resources[i]
}

// migrations renders what brings the tables from the last render to the plan p:
// for resources that are gone and for those whose fields changed. New ones have
// their own. Versions are above last. The notes say what happens to rows.
func (x *Existing) migrations(p *plan.Plan, fill fills, last uint64) (out render.FileSet, notes []string, err error) {
	out = render.FileSet{}
	if option := x.renewed(p); option != "" {
		return out, []string{fmt.Sprintf("the migrations begin anew, for %s; nothing moves the rows there", option)}, nil
	}
	now := byName(p.Spec.Resources)
	for _, r := range x.last.Spec.Resources {
		var files render.FileSet
		var said []string
		after, stays := now[r.Name]
		switch {
		case !stays:
			last = spread(last, "drop "+r.Name)
			files, err = x.drop(r.Name, last)
			said = []string{droppedNote(r)}
		case !sameTable(r, after):
			files, said, err = x.alter(p, r, after, fill, &last)
		}
		if err != nil {
			return nil, nil, err
		}
		maps.Copy(out, files)
		notes = append(notes, said...)
	}
	return out, notes, nil
}

// canonical returns the name of a resource in the spelling that plans have.
func canonical(r spec.Resource) string {
	if one, _, err := naming.Resource(r.Name, r.Plural); err == nil {
		return one.Snake()
	}
	return r.Name
}
