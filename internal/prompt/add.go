package prompt

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/layup-dev/layup/internal/naming"
	"github.com/layup-dev/layup/internal/plan"
	"github.com/layup-dev/layup/internal/spec"
)

// Resource asks for what a resource that is to be added to the project p still
// needs: its name, its fields one by one and, where there are users, who may use
// it. What r holds already is not asked. It returns ErrAborted, with r as it
// was, when the user leaves or ctx ends.
func Resource(ctx context.Context, o Options, p *plan.Plan, r *spec.Resource) error {
	a := &resourceAnswers{wanted: true, name: r.Name, access: r.Access}
	check := func(name string) error { return checkNewResource(p, name, r.Plural) }
	a.resolve = func(fields []spec.Field) error {
		_, err := withResource(p, spec.Resource{Name: strings.TrimSpace(a.name), Plural: r.Plural, Access: r.Access, Fields: fields})
		return err
	}
	var questions []question
	if r.Name == "" {
		questions = append(questions, &text{title: "Name of the resource", help: "In the singular, such as product or order_item.", check: check, value: &a.name})
	} else if err := check(r.Name); err != nil {
		return invalid(err)
	}
	questions = append(questions, a.fieldQuestions()...)
	if r.Access == "" {
		a.access = spec.Policies()[0]
		questions = append(questions, a.accessQuestion(func() bool { return p.Has("users") }))
	}
	if err := newTerminal(ctx, o).ask(ctx, questions...); err != nil {
		return err
	}
	filled, _ := a.spec(p.Has("users"))
	filled.Plural = r.Plural
	*r = filled
	return nil
}

// checkNewResource refuses a name that cannot work or that is taken.
func checkNewResource(p *plan.Plan, name, plural string) error {
	if err := checkResource(name); err != nil && plural == "" {
		return err
	}
	one, many, err := naming.Resource(name, plural)
	if err != nil {
		return err
	}
	for _, r := range p.Spec.Resources {
		if taken := []string{r.Name, r.Plural}; slices.Contains(taken, one.Snake()) || slices.Contains(taken, many.Snake()) {
			return errors.New("there is such a resource already")
		}
	}
	return nil
}

// withResource resolves the project with one resource more.
func withResource(p *plan.Plan, r spec.Resource) (*plan.Plan, error) {
	s := *p.Spec
	s.Resources = append(slices.Clone(s.Resources), r)
	return plan.Resolve(&s, p.Stack)
}
