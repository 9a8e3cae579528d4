package prompt

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/layup-dev/layup/internal/feature"
	"github.com/layup-dev/layup/internal/naming"
	"github.com/layup-dev/layup/internal/plan"
	"github.com/layup-dev/layup/internal/spec"
)

// wizard holds the answers about a new project while they are given.
type wizard struct {
	stack *feature.Stack
	// given is what the flags said.
	given  *spec.Spec
	target func(name string) (dir string, err error)

	name, module, description string
	// choices holds the option of each axis that is asked for.
	choices map[string]*string
	with    []string
	// resource holds the answers about the first resource.
	resource resourceAnswers
}

func newWizard(o Options, stack *feature.Stack, given *spec.Spec) *wizard {
	w := &wizard{stack: stack, given: given, target: o.Target, choices: map[string]*string{}}
	for _, axis := range stack.Axes {
		// Where there is only one option there is nothing to ask.
		if given.Choices[axis.Name] == "" && len(stack.Options(axis.Name)) > 1 {
			option := axis.Default
			w.choices[axis.Name] = &option
		}
	}
	w.resource.access = spec.Policies()[0]
	return w
}

// checkGiven refuses flags that cannot work before the first question.
func (w *wizard) checkGiven() error {
	if w.given.Name != "" {
		if err := w.checkName(w.given.Name); err != nil {
			return invalid(err)
		}
	}
	if w.given.Module != "" {
		if err := naming.Module(w.given.Module); err != nil {
			return invalid(err)
		}
	}
	_, err := plan.Resolve(w.given, w.stack)
	return err
}

// invalid marks an error of a name as the fault of the input. What the target
// says has a meaning of its own and stays as it is.
func invalid(err error) error {
	var t targetError
	if errors.As(err, &t) {
		return t.error
	}
	return spec.Errorf("", "%s", err)
}

type targetError struct{ error }

func (e targetError) Unwrap() error { return e.error }

// questions lists what is open, in the order of the answers' dependence.
func (w *wizard) questions() []question {
	var out []question
	if w.given.Name == "" {
		out = append(out, &text{
			title: "Project name", help: "Names the directory, the binary and the container.",
			check: w.checkName, value: &w.name,
		})
	}
	if w.given.Module == "" {
		out = append(out, &text{
			title: "Go module path", help: "Where the code will live, such as github.com/you/shop.",
			fallback: w.defaultModule, follows: &w.name, check: naming.Module, value: &w.module,
		})
	}
	if w.given.Description == "" {
		out = append(out, &text{
			title: "Description", help: "What the service is for, in one line. It may stay empty.",
			check: checkLine, value: &w.description,
		})
	}
	out = append(out, w.axes()...)
	if len(w.given.Resources) == 0 {
		out = append(out, w.resourceQuestions()...)
	}
	return out
}

// axes asks for the options, from the metadata of the stack. The last question
// refuses combinations that cannot work.
func (w *wizard) axes() []question {
	var out []question
	var last *choice
	for _, axis := range w.stack.Axes {
		if value, open := w.choices[axis.Name]; open {
			last = &choice{title: axis.Title, help: axis.Help, options: options(w.stack.Options(axis.Name)), value: value}
			out = append(out, last)
		}
	}
	if extras := w.stack.Extras(); len(extras) > 0 && w.given.With == nil {
		return append(out, &several{
			title: "Extras", help: "Any number of them, or none.", options: options(extras), value: &w.with,
			check: func(chosen []string) error { w.with = chosen; return w.checkChoices() },
		})
	}
	if last != nil {
		value := last.value
		last.check = func(chosen string) error { *value = chosen; return w.checkChoices() }
	}
	return out
}

func options(features []*feature.Feature) []option {
	out := make([]option, len(features))
	for i, f := range features {
		out[i] = option{name: f.Option, title: f.Title, help: f.Help}
	}
	return out
}

func (w *wizard) projectName() string {
	if w.given.Name != "" {
		return w.given.Name
	}
	return strings.TrimSpace(w.name)
}

func (w *wizard) defaultModule() string { return "example.com/" + w.projectName() }

func (w *wizard) checkName(name string) error {
	if err := naming.Project(name); err != nil {
		return err
	}
	if _, err := w.target(name); err != nil {
		return targetError{err}
	}
	return nil
}

func checkLine(s string) error {
	if strings.ContainsFunc(s, unicode.IsControl) {
		return errors.New("it must be one line of plain text")
	}
	return nil
}

// checkChoices resolves what was chosen so far, without resources.
func (w *wizard) checkChoices() error {
	_, err := plan.Resolve(w.choicesOnly(), w.stack)
	return err
}

// choicesOnly returns the given spec with the chosen options and extras.
func (w *wizard) choicesOnly() *spec.Spec {
	s := *w.given
	s.Choices = maps.Clone(w.given.Choices)
	if s.Choices == nil {
		s.Choices = map[string]string{}
	}
	for axis, option := range w.choices {
		s.Choices[axis] = *option
	}
	if len(w.with) > 0 {
		s.With = slices.Sorted(slices.Values(w.with))
	}
	return &s
}

// draft returns the spec that all the answers make.
func (w *wizard) draft() *spec.Spec {
	s := w.choicesOnly()
	s.Name = w.projectName()
	fill := func(dst *string, answer string) {
		if *dst == "" {
			*dst = strings.TrimSpace(answer)
		}
	}
	fill(&s.Module, w.module)
	fill(&s.Module, w.defaultModule())
	fill(&s.Description, w.description)
	if r, ok := w.resource.spec(w.hasUsers()); ok {
		s.Resources = append(slices.Clone(s.Resources), r)
	}
	return s
}

// plan resolves the draft, with every default filled in.
func (w *wizard) plan() (*plan.Plan, error) { return plan.Resolve(w.draft(), w.stack) }

// hasUsers reports whether the chosen options bring accounts.
func (w *wizard) hasUsers() bool {
	p, err := plan.Resolve(w.choicesOnly(), w.stack)
	return err == nil && p.Has("users")
}
