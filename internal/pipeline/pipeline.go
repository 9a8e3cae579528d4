// Package pipeline runs spec → plan → render for a stack and adds what the
// engine itself puts into a project: layup.yaml and the base of later merges.
package pipeline

import (
	"fmt"
	"io/fs"
	"strconv"

	"github.com/layup-dev/layup/internal/feature"
	"github.com/layup-dev/layup/internal/plan"
	"github.com/layup-dev/layup/internal/render"
	"github.com/layup-dev/layup/internal/spec"
	"github.com/layup-dev/layup/internal/stack/golang"
)

// BaseFile keeps what layup rendered last time: the base of three-way merges.
const BaseFile = ".layup/base.txtar"

// Engine renders projects of one stack.
type Engine struct {
	Stack    *feature.Stack
	Language render.Language
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

func newLanguage(s *feature.Stack) (render.Language, error) {
	switch s.Language {
	case "go":
		return golang.New(s.FS)
	default:
		return nil, fmt.Errorf("stack %s: no code for the language %q", s.Name, s.Language)
	}
}

// Project renders the whole project that a spec describes. The spec is checked
// first; the plan that comes back holds it with every default filled in.
func (e *Engine) Project(s *spec.Spec) (*plan.Plan, render.FileSet, error) {
	p, err := plan.Resolve(s, e.Stack)
	if err != nil {
		return nil, nil, err
	}
	p.Spec.Templates = e.Stack.Version
	numberMigrations(p)
	files, err := render.Render(p, e.Language)
	if err != nil {
		return nil, nil, err
	}
	files.Add(spec.FileName, p.Spec.Encode(e.Stack.AxisNames()), nil)
	base := files.Archive("What layup rendered last: the base of its next merge. Do not edit.\n")
	files.Add(BaseFile, base, nil)
	files[BaseFile].Kind = render.Generated
	return p, files, nil
}

// firstResource leaves room below for the migrations that features bring.
const firstResource = 100

// numberMigrations gives each resource without one the next version. Versions
// stay in the spec, because a migration that was shipped keeps its number.
func numberMigrations(p *plan.Plan) {
	next := firstResource
	for _, r := range p.Spec.Resources {
		if n, err := strconv.Atoi(r.Migration); err == nil {
			next = max(next, n+1)
		}
	}
	for i := range p.Spec.Resources {
		if r := &p.Spec.Resources[i]; r.Migration == "" {
			r.Migration = fmt.Sprintf("%05d", next)
			next++
		}
	}
}
