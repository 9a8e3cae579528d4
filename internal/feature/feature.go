// Package feature loads the template rooms of a stack: stack.yaml and each
// option's feature.yaml. It checks that they are complete and closed (an
// unknown key is refused), and knows nothing of what they contribute to.
package feature

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// Axis is one choice of exactly one option, such as the router.
type Axis struct {
	Name    string `yaml:"name"`
	Title   string `yaml:"title"`
	Default string `yaml:"default"`
	Help    string `yaml:"help"`
	// Once: the files that are written once are in the language of its option, so
	// another option writes all of them anew.
	Once bool `yaml:"once"`
}

// Stack is a set of templates for one language, with its axes.
type Stack struct {
	// Name is the folder and the value of `stack:` in layup.yaml.
	Name string `yaml:"-"`
	// Version counts the changes of the templates.
	Version string `yaml:"version"`
	Title   string `yaml:"title"`
	// Language names the code that knows how to finish the rendered files.
	Language string `yaml:"language"`
	// Slots are the names under which features may add text to a shared file.
	Slots []string `yaml:"slots"`
	// Each are the names under which every resource adds a section to a shared
	// file.
	Each []string `yaml:"each"`
	// Once holds path patterns of files that are written once and never again.
	Once []string `yaml:"once"`
	Axes []Axis   `yaml:"axes"`
	// Features in the order of contributions: base, shared, axes, extras, examples.
	Features []*Feature `yaml:"-"`
	// FS is the stack's folder.
	FS fs.FS `yaml:"-"`
}

// Feature is one room of templates: the base, an option of an axis, an extra, an
// example, or something that several options share.
type Feature struct {
	// ID is what other rooms call it: "router-chi", "users".
	ID string `yaml:"-"`
	// Axis is empty for all but the options of one.
	Axis   string `yaml:"-"`
	Option string `yaml:"-"`
	Kind   Kind   `yaml:"-"`
	// Dir is its folder inside the stack.
	Dir string `yaml:"-"`

	Title string `yaml:"title"`
	// Help says in one line what the option brings.
	Help string `yaml:"help"`
	// Needs and Conflicts hold ids of other features.
	Needs     []string `yaml:"needs"`
	Conflicts []string `yaml:"conflicts"`

	Config     []ConfigEntry     `yaml:"config"`
	Lifecycle  []Lifecycle       `yaml:"lifecycle"`
	Decorators []string          `yaml:"decorators"`
	Routes     []string          `yaml:"routes"`
	Columns    map[string]string `yaml:"columns"`
	Services   []Service         `yaml:"services"`

	// Axes and what follows is for examples: the axes for each of whose options the
	// room needs pair code.
	Axes []string `yaml:"axes"`
	// Migrations is the first number of its own migrations; they come after those of
	// the resources that it works on, and MaxExampleMigration is their last.
	Migrations uint64 `yaml:"migrations"`
	// Resources are the resources that its code works on.
	Resources []Preset `yaml:"resources"`
}

// Kind says how a feature gets into a plan.
type Kind int

// The kinds of feature, in the order of their contributions.
const (
	Base    Kind = iota // always there
	Shared              // pulled in by the needs of others
	Option              // the choice of an axis
	Extra               // any of `with`
	Example             // what a new project may start from
)

// ConfigEntry is one setting of the generated service. It feeds the config
// struct, .env.example, compose and the README.
type ConfigEntry struct {
	Field   string `yaml:"field"`
	Env     string `yaml:"env"`
	Type    string `yaml:"type"`
	Default string `yaml:"default"`
	// Example stands in .env.example where the default would not help.
	Example string `yaml:"example"`
	Doc     string `yaml:"doc"`
	// Rule is in the vocabulary of the stack's config template.
	Rule  string `yaml:"rule"`
	Group string `yaml:"group"`
	// Signs marks a secret from which other keys may be derived.
	Signs bool `yaml:"signs"`
}

// Lifecycle is something that the app opens at the start and closes at the end.
type Lifecycle struct {
	Field  string `yaml:"field"`
	Type   string `yaml:"type"`
	Import string `yaml:"import"`
	// Open is a method of App in a file that the feature owns.
	Open string `yaml:"open"`
}

// Service is a server that the generated service works with. It feeds compose.yaml,
// the CI workflow and the .env that the project makes. In its texts {password} stands
// for the server's password, and {host} for where it is.
type Service struct {
	// Name is its name in compose.yaml and in CI, and Image what runs there, pinned
	// under tools.
	Name  string `yaml:"name"`
	Image string `yaml:"image"`
	Port  int    `yaml:"port"`
	// Volume is the folder that outlives the container.
	Volume      string            `yaml:"volume"`
	Environment map[string]string `yaml:"environment"`
	Command     []string          `yaml:"command"`
	// Health is the test of a compose healthcheck.
	Health []string `yaml:"health"`
	// Env is the variable of the generated service that holds URL, and TestEnv the one
	// of its tests.
	Env     string `yaml:"env"`
	TestEnv string `yaml:"test_env"`
	URL     string `yaml:"url"`
}

// PasswordEnv is the variable from which compose.yaml takes the password.
func (s Service) PasswordEnv() string {
	return strings.TrimSuffix(s.Env, "_URL") + "_PASSWORD"
}

// With returns text with what its place holders stand for.
func (s Service) With(text, password, host string) string {
	return strings.NewReplacer("{password}", password, "{host}", host).Replace(text)
}

// Load reads the stack in dir of fsys.
func Load(fsys fs.FS, dir string) (*Stack, error) {
	sub, err := fs.Sub(fsys, dir)
	if err != nil {
		return nil, fmt.Errorf("stack %s: %w", dir, err)
	}
	s := &Stack{Name: path.Base(dir), FS: sub}
	if err := decode(sub, "stack.yaml", s); err != nil {
		return nil, fmt.Errorf("stack %s: %w", s.Name, err)
	}
	rooms, err := s.rooms()
	if err != nil {
		return nil, err
	}
	for _, f := range rooms {
		if err := decode(sub, path.Join(f.Dir, "feature.yaml"), f); err != nil {
			return nil, fmt.Errorf("stack %s: %w", s.Name, err)
		}
		s.Features = append(s.Features, f)
	}
	return s, s.check()
}

func decode(fsys fs.FS, name string, into any) error {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// rooms lists the folders that hold a feature, in the order of contributions.
func (s *Stack) rooms() ([]*Feature, error) {
	rooms := []*Feature{{ID: "base", Kind: Base, Dir: "base"}}
	add := func(parent string, kind Kind, axis string) error {
		entries, err := fs.ReadDir(s.FS, parent)
		if errors.Is(err, fs.ErrNotExist) && kind != Option {
			return nil
		}
		if err != nil {
			return fmt.Errorf("stack %s: %w", s.Name, err)
		}
		for _, e := range entries {
			id := e.Name()
			switch {
			case axis != "":
				id = axis + "-" + id
			case kind == Example:
				id = exampleID(id)
			}
			rooms = append(rooms, &Feature{ID: id, Kind: kind, Axis: axis, Option: e.Name(), Dir: path.Join(parent, e.Name())})
		}
		return nil
	}
	if err := add("shared", Shared, ""); err != nil {
		return nil, err
	}
	for _, a := range s.Axes {
		if err := add(a.Name, Option, a.Name); err != nil {
			return nil, err
		}
	}
	if err := add("with", Extra, ""); err != nil {
		return nil, err
	}
	return rooms, add("examples", Example, "")
}

func (s *Stack) check() error {
	for _, a := range s.Axes {
		if s.Option(a.Name, a.Default) == nil {
			return fmt.Errorf("stack %s: axis %s has no option %q, its default", s.Name, a.Name, a.Default)
		}
	}
	for _, f := range s.Features {
		for _, id := range slices.Concat(f.Needs, f.Conflicts) {
			if s.Feature(id) == nil {
				return fmt.Errorf("stack %s: %s/feature.yaml names %q, which is not there", s.Name, f.Dir, id)
			}
		}
		for _, c := range f.Config {
			if c.Field == "" || c.Env == "" || c.Type == "" || c.Doc == "" {
				return fmt.Errorf("stack %s: %s/feature.yaml: config entry %q needs field, env, type and doc", s.Name, f.Dir, c.Env)
			}
		}
		if err := f.checkExample(s.AxisNames()); err != nil {
			return fmt.Errorf("stack %s: %s/feature.yaml: %w", s.Name, f.Dir, err)
		}
	}
	return nil
}

// Feature returns the feature of that id, or nil.
func (s *Stack) Feature(id string) *Feature {
	for _, f := range s.Features {
		if f.ID == id {
			return f
		}
	}
	return nil
}

// Option returns the option of an axis, or nil.
func (s *Stack) Option(axis, option string) *Feature {
	return s.Feature(axis + "-" + option)
}

// Options lists the options of an axis by name.
func (s *Stack) Options(axis string) []*Feature {
	return s.filter(func(f *Feature) bool { return f.Kind == Option && f.Axis == axis })
}

// Extras lists what `with` may hold.
func (s *Stack) Extras() []*Feature {
	return s.filter(func(f *Feature) bool { return f.Kind == Extra })
}

// Examples lists what a new project may start from.
func (s *Stack) Examples() []*Feature {
	return s.filter(func(f *Feature) bool { return f.Kind == Example })
}

func (s *Stack) filter(keep func(*Feature) bool) []*Feature {
	var out []*Feature
	for _, f := range s.Features {
		if keep(f) {
			out = append(out, f)
		}
	}
	return out
}

// AxisNames lists the axes in order.
func (s *Stack) AxisNames() []string {
	names := make([]string, len(s.Axes))
	for i, a := range s.Axes {
		names[i] = a.Name
	}
	return names
}
