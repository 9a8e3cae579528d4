package plan

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/layup-dev/layup/internal/feature"
	"github.com/layup-dev/layup/internal/naming"
	"github.com/layup-dev/layup/internal/spec"
)

// AddPresets adds to the spec of a new project what its example brings and was not
// given: the resources that its code works on.
func AddPresets(s *spec.Spec, stack *feature.Stack) error {
	example, err := chooseExample(stack, s.Example)
	if err != nil || example == nil {
		return err
	}
	for _, preset := range example.Resources {
		given := slices.ContainsFunc(s.Resources, func(r spec.Resource) bool {
			one, _, err := naming.Resource(r.Name, r.Plural)
			return err == nil && one.Snake() == preset.Name
		})
		if given {
			continue
		}
		r, err := preset.Resource()
		if err != nil {
			return err
		}
		s.Resources = append(s.Resources, r)
	}
	return nil
}

// chooseExample returns the example of that name; nil for none.
func chooseExample(stack *feature.Stack, name string) (*feature.Feature, error) {
	if name == "" {
		return nil, nil //nolint:nilnil // none is as good an answer as one
	}
	f := stack.Example(name)
	if f == nil {
		return nil, spec.Errorf("example", "%s", unknown("example", name, stack.Examples()))
	}
	return f, nil
}

// checkExample refuses choices that the code of the example cannot work with. What it
// needs is not pulled in: accounts without a way to sign in are none.
func (p *Plan) checkExample(example *feature.Feature) error {
	if example == nil {
		return nil
	}
	for _, need := range example.Needs {
		if !p.Has(need) {
			return spec.Errorf("example", "%s needs %s, which %s", example.Option, need, p.brings(need))
		}
	}
	for _, axis := range example.Axes {
		chosen := p.Stack.Option(axis, p.Spec.Choices[axis])
		if example.Covers(p.Stack.FS, chosen) {
			continue
		}
		covered := slices.DeleteFunc(p.Stack.Options(axis), func(f *feature.Feature) bool { return !example.Covers(p.Stack.FS, f) })
		return spec.Errorf("example", "%s has no code for %s %s (choose %s)", example.Option, axis, chosen.Option, strings.Join(optionNames(covered), ", "))
	}
	return nil
}

// checkPresets refuses resources that the code of the example cannot work with.
func (p *Plan) checkPresets(example *feature.Feature) error {
	if example == nil {
		return nil
	}
	for _, preset := range example.Resources {
		if err := p.checkPreset(example, preset); err != nil {
			return err
		}
	}
	return nil
}

// brings says what would bring a feature.
func (p *Plan) brings(id string) string {
	var ways []string
	for _, f := range p.Stack.Features {
		if f.Kind == feature.Option && slices.Contains(f.Needs, id) {
			ways = append(ways, f.Axis+" "+f.Option)
		}
	}
	return strings.Join(ways, " or ") + " would bring"
}

// checkPreset wants the resource, with the fields that the code of the example reads.
// What else it has is not looked at.
func (p *Plan) checkPreset(example *feature.Feature, preset feature.Preset) error {
	wanted, err := preset.Resource()
	if err != nil {
		return fmt.Errorf("%s: %w", path.Join(example.Dir, "feature.yaml"), err)
	}
	r, ok := p.Spec.Resource(preset.Name)
	if !ok || r.Name != preset.Name {
		return spec.Errorf("example", "%s needs resource %s (%s)", example.Option, preset.Name, wanted)
	}
	one, many, err := naming.Resource(preset.Name, "")
	if err != nil {
		return spec.Errorf("", "%s", err)
	}
	if r.Plural != many.Snake() {
		return spec.Errorf("example", "%s needs the plural %s of resource %s", example.Option, many.Snake(), one.Snake())
	}
	if (r.Access == spec.AccessOwner) != (wanted.Access == spec.AccessOwner) {
		return spec.Errorf("example", "%s cannot work with access %s of resource %s; choose another, such as %s", example.Option, r.Access, r.Name, wanted.Access)
	}
	for _, name := range preset.Needs {
		want, _ := field(wanted, name)
		switch has, ok := field(r, name); {
		case !ok:
			return spec.Errorf("example", "%s needs the field %s of resource %s", example.Option, want, r.Name)
		case !serves(has, want):
			return spec.Errorf("example", "%s needs the field %s of resource %s, and cannot work with %s", example.Option, want, r.Name, has)
		}
	}
	return nil
}

// serves reports whether code that was written for the field want can work with has:
// it is there always, and holds nothing that want does not. Digits before the point
// of a decimal make no difference.
func serves(has, want spec.Field) bool {
	if has.Type != want.Type || has.Optional || !want.Holds(has) {
		return false
	}
	if has.Type == "decimal" {
		return has.Args[1] == want.Args[1]
	}
	return slices.Equal(has.Args, want.Args)
}

// CheckMigrations refuses numbers of resources that do not go with those of the
// example's own migrations, which come after the tables that they refer to.
func (p *Plan) CheckMigrations() error {
	example, err := chooseExample(p.Stack, p.Spec.Example)
	if err != nil || example == nil {
		return err
	}
	byNumber := slices.SortedFunc(slices.Values(p.Spec.Resources), func(a, b spec.Resource) int {
		return cmp.Or(cmp.Compare(len(a.Migration), len(b.Migration)), cmp.Compare(a.Migration, b.Migration))
	})
	for _, r := range byNumber {
		n, err := strconv.ParseUint(r.Migration, 10, 64)
		works := slices.ContainsFunc(example.Resources, func(preset feature.Preset) bool { return preset.Name == r.Name })
		switch {
		case err != nil || n < example.Migrations:
		case n <= feature.MaxExampleMigration:
			return spec.Errorf("example", "resource %s: %05d to %05d are the migrations of %s; take the lines with migration out, and the resources get other numbers", r.Name, example.Migrations, feature.MaxExampleMigration, example.Option)
		case works:
			return spec.Errorf("example", "resource %s: its migration %s comes after those of %s, which refer to its table; take the lines with migration out, and the resources get lower numbers", r.Name, r.Migration, example.Option)
		}
	}
	return nil
}
