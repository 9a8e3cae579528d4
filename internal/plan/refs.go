package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/layup-dev/layup/internal/naming"
	"github.com/layup-dev/layup/internal/spec"
)

// User is the name of the resource that is there already where there are users.
const User = "user"

// references checks what fields of type ref refer to, and puts the name of each
// target into the one spelling that resources have.
func (p *Plan) references() error {
	targets := p.targets()
	for i := range p.Spec.Resources {
		r := &p.Spec.Resources[i]
		for j := range r.Fields {
			if r.Fields[j].Type != "ref" {
				continue
			}
			if err := p.reference(r, &r.Fields[j], targets); err != nil {
				return err
			}
		}
	}
	if err := p.requiredCycle(); err != nil {
		return err
	}
	return p.cascadeCycle()
}

// targets maps every spelling that may be referred to, in singular and plural,
// to the name of the resource.
func (p *Plan) targets() map[string]string {
	targets := map[string]string{}
	for _, r := range p.Spec.Resources {
		targets[r.Name], targets[r.Plural] = r.Name, r.Name
	}
	if p.Has("users") {
		targets[User], targets["users"] = User, User
	}
	return targets
}

// reference resolves the target of one field and refuses what cannot work.
func (p *Plan) reference(r *spec.Resource, f *spec.Field, targets map[string]string) error {
	given := f.Args[0]
	name, err := naming.Parse(given)
	if err != nil {
		return spec.Errorf("", "resource %s, field %s: ref: %s", r.Name, f.Name, err)
	}
	target, ok := targets[name.Snake()]
	if !ok {
		return spec.Errorf("", "resource %s, field %s: %s", r.Name, f.Name, p.noTarget(name.Snake()))
	}
	f.Args = []string{target}
	if target == r.Name && !f.Optional {
		return spec.Errorf("", "resource %s, field %s: the first %s could never be made, since it must refer to another one; make the field optional: %s:ref(%s)?", r.Name, f.Name, r.Name, f.Name, target)
	}
	if p.Has("users") && r.Access == spec.AccessPublic && target == User {
		return spec.Errorf("", "resource %s, field %s: access public lets anybody find out who has an account, and keep accounts from being deleted; choose access owner, shared or public-read for %s", r.Name, f.Name, r.Name)
	}
	if p.Has("users") && r.Access == spec.AccessPublic && p.accessOf(target) == spec.AccessOwner {
		return spec.Errorf("", "resource %s, field %s: access public lets anybody make one without an account, and nobody without an account sees %s, whose access is owner; choose another access for %s or for %s", r.Name, f.Name, target, r.Name, target)
	}
	return nil
}

// noTarget says that there is no such resource, and which there are.
func (p *Plan) noTarget(given string) string {
	var names []string
	for _, r := range p.Spec.Resources {
		names = append(names, r.Name)
	}
	if p.Has("users") {
		names = append(names, User)
	}
	slices.Sort(names)
	msg := fmt.Sprintf("there is no resource %q to refer to", given)
	if best := spec.Closest(given, names); best != "" {
		msg += fmt.Sprintf("; did you mean %q?", best)
	}
	return msg + " (there are: " + strings.Join(names, ", ") + ")"
}

func (p *Plan) accessOf(resource string) string {
	for _, r := range p.Spec.Resources {
		if r.Name == resource {
			return r.Access
		}
	}
	return ""
}

// requiredCycle refuses resources that need each other: none could be made
// before the others.
func (p *Plan) requiredCycle() error {
	cycle := p.cycle(func(_ spec.Resource, f spec.Field) bool { return !f.Optional })
	if cycle == "" {
		return nil
	}
	return spec.Errorf("", "resources that need each other could never be made: %s; make one of these references optional with '?'", cycle)
}

// cascadeCycle refuses resources that are deleted with each other: one deletion
// could go through any number of items. For a resource alone the service bounds
// how deep its items are nested, which takes that there is one way up.
func (p *Plan) cascadeCycle() error {
	for _, r := range p.Spec.Resources {
		var nesting []string
		for _, f := range r.Fields {
			if cascades(f) && f.Args[0] == r.Name {
				nesting = append(nesting, f.Name)
			}
		}
		if len(nesting) > 1 {
			return spec.Errorf("", "resource %s: only one of %s may have on_delete(cascade), so that what one deletion takes along has a bound; make the others null or restrict", r.Name, strings.Join(nesting, ", "))
		}
	}
	cycle := p.cycle(func(r spec.Resource, f spec.Field) bool { return cascades(f) && f.Args[0] != r.Name })
	if cycle == "" {
		return nil
	}
	return spec.Errorf("", "resources that are deleted with each other: %s: one deletion could take any number of them along; give one of these references on_delete(null) or on_delete(restrict) instead of cascade", cycle)
}

func cascades(f spec.Field) bool { return f.Type == "ref" && f.OnDelete == spec.OnDeleteCascade }

// cycle follows those references that count. It returns a way from a resource
// back to itself, or "".
func (p *Plan) cycle(counts func(spec.Resource, spec.Field) bool) string {
	targets := map[string][]string{}
	for _, r := range p.Spec.Resources {
		for _, f := range r.Fields {
			if f.Type == "ref" && counts(r, f) {
				targets[r.Name] = append(targets[r.Name], f.Args[0])
			}
		}
	}
	done := map[string]bool{}
	for _, r := range p.Spec.Resources {
		if cycle := findCycle(r.Name, targets, done, nil); cycle != nil {
			return strings.Join(cycle, " → ")
		}
	}
	return ""
}

// findCycle follows the targets of name. It returns the way around, from a resource
// back to itself, or nil. What is done leads to no cycle.
func findCycle(name string, targets map[string][]string, done map[string]bool, path []string) []string {
	if at := slices.Index(path, name); at >= 0 {
		return append(slices.Clone(path[at:]), name)
	}
	if done[name] {
		return nil
	}
	for _, next := range targets[name] {
		if cycle := findCycle(next, targets, done, append(path, name)); cycle != nil {
			return cycle
		}
	}
	done[name] = true
	return nil
}
