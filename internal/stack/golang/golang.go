// Package golang is all that layup knows about Go: the types behind the field
// grammar, the data that the Go templates see, formatting, imports, go.mod.
package golang

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/layup-dev/layup/internal/feature"
	"github.com/layup-dev/layup/internal/plan"
	"github.com/layup-dev/layup/internal/render"
)

// Language implements render.Language for Go.
type Language struct {
	pins *Pins
}

// New reads the pinned versions of the stack in fsys.
func New(fsys fs.FS) (*Language, error) {
	pins, err := readPins(fsys)
	if err != nil {
		return nil, err
	}
	return &Language{pins: pins}, nil
}

// Project is the dot of the Go templates.
type Project struct {
	Name, Title, Module, Description string
	// TemplatesVersion is the version of the templates.
	TemplatesVersion     string
	GoVersion, Toolchain string
	Config               []Setting
	Lifecycle            []feature.Lifecycle
	Decorators           []string
	Routes               []string
	Services             []feature.Service
	Resources            []*Resource
	plan                 *plan.Plan
	pins                 *Pins
}

// ResourceDot is the dot of the templates that are rendered per resource.
type ResourceDot struct {
	*Project
	Resource *Resource
}

// Setting is one entry of the generated configuration.
type Setting struct {
	feature.ConfigEntry
	// GoType is the type of the field in package config.
	GoType string
	Secret bool
}

// Has reports whether a feature is active.
func (p *Project) Has(id string) bool { return p.plan.Has(id) }

// UsesType reports whether a field of some resource has the type.
func (p *Project) UsesType(name string) bool {
	return slices.ContainsFunc(p.Resources, func(r *Resource) bool {
		return slices.ContainsFunc(r.Fields, func(f Field) bool { return f.Type == name })
	})
}

// RefersTo reports whether a field refers to something that belongs to one user
// (owned), or to something that does not.
func (p *Project) RefersTo(owned bool) bool {
	return p.refers(func(ref Ref) bool { return ref.Owned == owned })
}

// RefersToOther is the same without references of a resource to itself.
func (p *Project) RefersToOther(owned bool) bool {
	return p.refers(func(ref Ref) bool { return ref.Owned == owned && !ref.Self })
}

// HasNesting reports whether items of some resource can be below each other and
// are deleted together.
func (p *Project) HasNesting() bool {
	return slices.ContainsFunc(p.Resources, func(r *Resource) bool { return r.Nesting != nil })
}

func (p *Project) refers(matches func(Ref) bool) bool {
	return slices.ContainsFunc(p.Resources, func(r *Resource) bool {
		return slices.ContainsFunc(r.Refs, func(f Field) bool { return matches(*f.Ref) })
	})
}

// Tool returns the pinned version of a development tool.
func (p *Project) Tool(name string) (string, error) {
	v, ok := p.pins.Tools[name]
	if !ok {
		return "", fmt.Errorf("modules.yaml pins no tool %q", name)
	}
	return v, nil
}

// SigningSecret returns the config field that other keys derive from, or "".
func (p *Project) SigningSecret() string {
	for _, c := range p.Config {
		if c.Signs {
			return c.Field
		}
	}
	return ""
}

// Data implements render.Language.
func (l *Language) Data(p *plan.Plan) (render.Data, error) {
	project := &Project{
		Name: p.Spec.Name, Title: title(p.Spec.Name), Module: p.Spec.Module, Description: p.Spec.Description,
		TemplatesVersion: p.Stack.Version, GoVersion: l.pins.GoVersion(), Toolchain: l.pins.ToolchainVersion(), plan: p, pins: l.pins,
	}
	if err := project.collect(p); err != nil {
		return render.Data{}, err
	}
	names := map[string]string{"__name__": project.Name}
	data := render.Data{Project: project, Names: names, Dependent: []string{".Resources", ".UsesType", ".RefersTo", ".HasNesting"}}
	for _, r := range project.Resources {
		data.Resources = append(data.Resources, render.ResourceData{
			Name: r.Name, Dot: &ResourceDot{Project: project, Resource: r},
			Names: map[string]string{
				"__name__": project.Name, "__resource__": r.File, "__resources__": r.FilePlural, "__migration__": r.Migration,
			},
		})
	}
	return data, nil
}

func title(name string) string {
	words := strings.Split(name, "-")
	for i, w := range words {
		words[i] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, " ")
}

// collect merges the contributions of the active features, in their order.
func (p *Project) collect(from *plan.Plan) error {
	var columns map[string]string
	for _, f := range from.Features {
		for _, c := range f.Config {
			setting, err := newSetting(f, c)
			if err != nil {
				return err
			}
			p.Config = append(p.Config, setting)
		}
		p.Lifecycle = append(p.Lifecycle, f.Lifecycle...)
		p.Decorators = append(p.Decorators, f.Decorators...)
		p.Routes = append(p.Routes, f.Routes...)
		p.Services = append(p.Services, f.Services...)
		if f.Columns != nil {
			columns = f.Columns
		}
	}
	for _, r := range from.Spec.Resources {
		resource, err := newResource(r, columns, from.Has("users"))
		if err != nil {
			return err
		}
		p.Resources = append(p.Resources, resource)
	}
	return link(p.Resources)
}

func newSetting(f *feature.Feature, c feature.ConfigEntry) (Setting, error) {
	goTypes := map[string]string{
		"string": "string", "int": "int", "bool": "bool", "duration": "time.Duration", "bytes": "int64", "secret": "Secret",
		"url": "string", "addr": "string", "rate": "Rate", "list": "[]string", "level": "slog.Level",
	}
	t, ok := goTypes[c.Type]
	if !ok {
		return Setting{}, fmt.Errorf("%s/feature.yaml: config entry %s has unknown type %q", f.Dir, c.Env, c.Type)
	}
	return Setting{ConfigEntry: c, GoType: t, Secret: c.Type == "secret"}, nil
}
