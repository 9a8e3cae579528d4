// Package pipeline runs spec → plan → render for a stack and adds what the
// engine itself puts into a project: layup.yaml and the base of later merges.
package pipeline

import (
	"io/fs"
	"maps"

	"github.com/layup-dev/layup/internal/base"
	"github.com/layup-dev/layup/internal/feature"
	"github.com/layup-dev/layup/internal/plan"
	"github.com/layup-dev/layup/internal/render"
	"github.com/layup-dev/layup/internal/spec"
)

// Engine renders projects of one stack.
type Engine struct {
	Stack    *feature.Stack
	Language Language
}

// Open loads the stack of that name from the templates.
func Open(templates fs.FS, stack string) (*Engine, error) {
	s, err := feature.Load(templates, stack)
	if err != nil {
		return nil, err
	}
	language, err := newLanguage(s)
	if err != nil {
		return nil, err
	}
	return &Engine{Stack: s, Language: language}, nil
}

// Project renders the whole project that a spec describes. The spec is checked
// first; the plan that comes back holds it with every default filled in.
func (e *Engine) Project(s *spec.Spec) (*plan.Plan, render.FileSet, error) {
	p, err := e.resolve(s, firstMigration-1, inOrder)
	if err != nil {
		return nil, nil, err
	}
	files, err := e.render(p)
	if err != nil {
		return nil, nil, err
	}
	maps.Copy(files, base.Archives(files))
	return p, files, nil
}

// resolve checks a spec, fills in its defaults and numbers its migrations, the
// new ones above floor.
func (e *Engine) resolve(s *spec.Spec, floor uint64, next numbering) (*plan.Plan, error) {
	p, err := plan.Resolve(s, e.Stack)
	if err != nil {
		return nil, err
	}
	p.Spec.Templates = e.Stack.Version
	numberMigrations(p.Spec, floor, next)
	if err := p.CheckMigrations(); err != nil {
		return nil, err
	}
	return p, nil
}

// render renders everything but the base.
func (e *Engine) render(p *plan.Plan) (render.FileSet, error) {
	files, err := render.Render(p, e.Language)
	if err != nil {
		return nil, err
	}
	e.addSpec(p, files)
	return files, nil
}

func (e *Engine) addSpec(p *plan.Plan, files render.FileSet) {
	files.Add(spec.FileName, p.Spec.Encode(e.Stack.AxisNames()), nil)
}
