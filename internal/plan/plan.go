// Package plan turns the choices of a spec into an ordered list of features
// with their needs resolved, and collects what those contribute. It refuses
// combinations that cannot work, with the reason.
package plan

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/layup-dev/layup/internal/feature"
	"github.com/layup-dev/layup/internal/naming"
	"github.com/layup-dev/layup/internal/spec"
)

// Plan is a checked spec with the features that it brings.
type Plan struct {
	Spec  *spec.Spec
	Stack *feature.Stack
	// Features in the order of contributions.
	Features []*feature.Feature
}

// Resolve checks the spec against the stack, fills in what was left to the
// defaults (in a copy) and orders the features.
func Resolve(s *spec.Spec, stack *feature.Stack) (*Plan, error) {
	if err := checkVersion(s.Templates, stack.Version); err != nil {
		return nil, err
	}
	if err := spec.CheckDescription(s.Description); err != nil {
		return nil, err
	}
	filled := *s
	filled.Choices = map[string]string{}
	p := &Plan{Spec: &filled, Stack: stack}
	active := map[string]bool{"base": true}
	for _, axis := range stack.Axes {
		option, err := choose(stack, axis, s.Choices[axis.Name])
		if err != nil {
			return nil, err
		}
		filled.Choices[axis.Name] = option.Option
		active[option.ID] = true
	}
	for _, extra := range s.With {
		if f := stack.Feature(extra); f == nil || f.Kind != feature.Extra {
			return nil, UnknownExtra(extra, stack)
		}
		active[extra] = true
	}
	example, err := chooseExample(stack, s.Example)
	if err != nil {
		return nil, err
	}
	p.pullIn(active, example)
	if err := p.conflicts(); err != nil {
		return nil, err
	}
	if err := p.checkExample(example); err != nil {
		return nil, err
	}
	filled.Resources = slices.Clone(s.Resources)
	if err := p.resources(); err != nil {
		return nil, err
	}
	// By name, so that the order in which resources were added leaves no trace.
	slices.SortFunc(filled.Resources, func(a, b spec.Resource) int { return strings.Compare(a.Name, b.Name) })
	if err := p.references(); err != nil {
		return nil, err
	}
	if err := p.checkPresets(example); err != nil {
		return nil, err
	}
	return p, nil
}

// checkVersion refuses a spec that newer templates wrote: its choices may mean
// something that these do not know. A newer patch changes nothing of that.
func checkVersion(wrote, ours string) error {
	if wrote == "" {
		return nil
	}
	if !semver.IsValid("v" + wrote) {
		return spec.Errorf("templates", "%q is no version", wrote)
	}
	if semver.Compare(semver.MajorMinor("v"+wrote), semver.MajorMinor("v"+ours)) > 0 {
		return spec.Errorf("templates", "version %s is newer than this layup has (%s); install a newer layup", wrote, ours)
	}
	return nil
}

func choose(stack *feature.Stack, axis feature.Axis, option string) (*feature.Feature, error) {
	if option == "" {
		option = axis.Default
	}
	f := stack.Option(axis.Name, option)
	if f == nil {
		return nil, spec.Errorf(axis.Name, "%s", unknown("option", option, stack.Options(axis.Name)))
	}
	return f, nil
}

// UnknownExtra says that the stack has no extra of that name, and which it has.
func UnknownExtra(name string, stack *feature.Stack) error {
	return spec.Errorf("with", "%s", unknown("extra", name, stack.Extras()))
}

func unknown(what, given string, known []*feature.Feature) string {
	names := optionNames(known)
	msg := fmt.Sprintf("unknown %s %q", what, given)
	if best := spec.Closest(given, names); best != "" {
		msg += fmt.Sprintf("; did you mean %q?", best)
	}
	if len(names) == 0 {
		return msg + "; there are none yet"
	}
	return msg + " (choose " + strings.Join(names, ", ") + ")"
}

func optionNames(features []*feature.Feature) []string {
	names := make([]string, len(features))
	for i, f := range features {
		names[i] = f.Option
	}
	return names
}

// pullIn adds what the active features need, and the example, and orders them all.
func (p *Plan) pullIn(active map[string]bool, example *feature.Feature) {
	for grown := true; grown; {
		grown = false
		for _, f := range p.Stack.Features {
			if !active[f.ID] {
				continue
			}
			for _, need := range f.Needs {
				if !active[need] {
					active[need], grown = true, true
				}
			}
		}
	}
	for _, f := range p.Stack.Features {
		if active[f.ID] || f == example {
			p.Features = append(p.Features, f)
		}
	}
}

func (p *Plan) conflicts() error {
	for _, f := range p.Features {
		for _, id := range f.Conflicts {
			if p.Has(id) {
				return spec.Errorf("", "%s and %s do not go together", f.ID, id)
			}
		}
		if f.Kind == feature.Option && len(f.Needs) > 0 {
			for _, need := range f.Needs {
				if n := p.Stack.Feature(need); n.Kind == feature.Option && p.Spec.Choices[n.Axis] != n.Option {
					return spec.Errorf("", "%s needs %s %s", f.ID, n.Axis, n.Option)
				}
			}
		}
	}
	return nil
}

// Services lists the servers that the features work with.
func (p *Plan) Services() []feature.Service {
	var all []feature.Service
	for _, f := range p.Features {
		all = append(all, f.Services...)
	}
	return all
}

// Has reports whether the feature of that id is active.
func (p *Plan) Has(id string) bool {
	return slices.ContainsFunc(p.Features, func(f *feature.Feature) bool { return f.ID == id })
}

// resources checks names and policies, and fills in plural and access.
func (p *Plan) resources() error {
	taken := map[string]string{}
	for i := range p.Spec.Resources {
		r := &p.Spec.Resources[i]
		one, many, err := naming.Resource(r.Name, r.Plural)
		if err != nil {
			return spec.Errorf("", "%s", err)
		}
		r.Name, r.Plural = one.Snake(), many.Snake()
		for _, n := range []string{r.Name, r.Plural} {
			if other, ok := taken[n]; ok {
				return spec.Errorf("", "resources %s and %s both use the name %q; rename one or say another plural", other, r.Name, n)
			}
			taken[n] = r.Name
		}
		if err := p.fields(r); err != nil {
			return err
		}
		if err := p.access(r); err != nil {
			return err
		}
	}
	return nil
}

func (p *Plan) fields(r *spec.Resource) error {
	if len(r.Fields) == 0 {
		return spec.Errorf("", "resource %s needs at least one field, such as name:string", r.Name)
	}
	inputs := make([]string, len(r.Fields))
	for i, f := range r.Fields {
		inputs[i] = f.Name
	}
	names, err := naming.Fields(r.Name, inputs)
	if err != nil {
		return spec.Errorf("", "%s", err)
	}
	r.Fields = slices.Clone(r.Fields)
	for i, n := range names {
		r.Fields[i].Name = n.Snake()
	}
	return nil
}

// access fills in the default policy: owner where there are users.
func (p *Plan) access(r *spec.Resource) error {
	users := p.Has("users")
	switch {
	case r.Access == "" && users:
		r.Access = spec.AccessOwner
	case r.Access != "" && !slices.Contains(spec.Policies(), r.Access):
		msg := fmt.Sprintf("resource %s: unknown access %q", r.Name, r.Access)
		if best := spec.Closest(r.Access, spec.Policies()); best != "" {
			msg += fmt.Sprintf("; did you mean %q?", best)
		}
		return spec.Errorf("", "%s (choose %s)", msg, strings.Join(spec.Policies(), ", "))
	case r.Access != "" && r.Access != spec.AccessPublic && !users:
		return spec.Errorf("", "resource %s: access %s needs users, and this project has no authentication; choose an auth or say public", r.Name, r.Access)
	}
	return nil
}

// Config returns the settings of all active features, in their order.
func (p *Plan) Config() []feature.ConfigEntry {
	var out []feature.ConfigEntry
	for _, f := range p.Features {
		out = append(out, f.Config...)
	}
	return out
}
