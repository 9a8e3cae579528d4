package feature

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"github.com/layup-dev/layup/internal/spec"
)

// MaxExampleMigration is the highest number that a migration of an example may have.
const MaxExampleMigration = 999

// Preset is a resource that an example brings. It is written into layup.yaml, where
// people may change it as far as the example's code lets them.
type Preset struct {
	Name   string `yaml:"name"`
	Access string `yaml:"access"`
	// Fields are in the grammar of layup.yaml.
	Fields []string `yaml:"fields"`
	// Needs names the fields that the code of the example reads.
	Needs []string `yaml:"needs"`
}

// Example returns the example of that name, or nil.
func (s *Stack) Example(name string) *Feature { return s.Feature(exampleID(name)) }

func exampleID(name string) string { return "example-" + name }

// Covers reports whether the room has the code that an option of one of its axes
// takes.
func (f *Feature) Covers(fsys fs.FS, option *Feature) bool {
	if !slices.Contains(f.Axes, option.Axis) {
		return true
	}
	_, err := fs.Stat(fsys, path.Join(f.Dir, "with", option.ID))
	return err == nil
}

// Resource returns the preset as a resource.
func (p Preset) Resource() (spec.Resource, error) {
	r := spec.Resource{Name: p.Name, Access: p.Access}
	for _, text := range p.Fields {
		f, err := spec.ParseField(text)
		if err != nil {
			return r, fmt.Errorf("resource %s: %w", p.Name, err)
		}
		r.Fields = append(r.Fields, f)
	}
	for _, name := range p.Needs {
		if !slices.ContainsFunc(r.Fields, func(f spec.Field) bool { return f.Name == name }) {
			return r, fmt.Errorf("resource %s needs %q, which is none of its fields", p.Name, name)
		}
	}
	return r, nil
}

// checkExample refuses an example that cannot work, and what only an example may say.
func (f *Feature) checkExample(axes []string) error {
	if f.Kind != Example {
		if len(f.Axes) > 0 || len(f.Resources) > 0 || f.Migrations != 0 {
			return errors.New("only examples have axes, resources and migrations")
		}
		return nil
	}
	for _, axis := range f.Axes {
		if !slices.Contains(axes, axis) {
			return fmt.Errorf("there is no axis %q", axis)
		}
	}
	if f.Migrations < 100 || f.Migrations > MaxExampleMigration {
		return fmt.Errorf("migrations must begin between 100 and %d", MaxExampleMigration)
	}
	for _, p := range f.Resources {
		if _, err := p.Resource(); err != nil {
			return err
		}
	}
	return nil
}
