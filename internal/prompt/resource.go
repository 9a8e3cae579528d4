package prompt

import (
	"errors"
	"fmt"
	"strings"

	"github.com/layup-dev/layup/internal/naming"
	"github.com/layup-dev/layup/internal/spec"
)

// maxFieldLines bounds the questions for fields; a line may hold several.
const maxFieldLines = 40

// resourceAnswers are the answers about the first resource.
type resourceAnswers struct {
	wanted bool
	name   string
	// lines holds fields in the grammar; the first empty line ends them.
	lines  [maxFieldLines]string
	access string
	// resolve checks the fields so far against the project; nil accepts all.
	resolve func(fields []spec.Field) error
}

// resourceQuestions asks for a first resource: one question for each line of
// fields, of which those after the first empty one are skipped.
func (w *wizard) resourceQuestions() []question {
	a := &w.resource
	out := []question{
		&yesNo{title: "A first resource?", help: "Something to create, list, change and delete, through every layer.", value: &a.wanted},
		a.nameQuestion(),
	}
	out = append(out, a.fieldQuestions()...)
	return append(out, a.accessQuestion(w.hasUsers))
}

func (a *resourceAnswers) nameQuestion() question {
	return &text{
		when:  func() bool { return a.wanted },
		title: "Name of the resource", help: "In the singular, such as product or order_item.", check: checkResource, value: &a.name,
	}
}

func (a *resourceAnswers) fieldQuestions() []question {
	out := make([]question, len(a.lines))
	for i := range a.lines {
		out[i] = &text{
			when:  func() bool { return a.wanted && (i == 0 || a.line(i-1) != "" && a.filled() >= i) },
			title: fmt.Sprintf("Field %d", i+1), help: fieldHelp(i),
			check: func(s string) error { return a.checkLine(i, s) }, value: &a.lines[i],
		}
	}
	return out
}

func (a *resourceAnswers) accessQuestion(users func() bool) question {
	return &choice{
		when:  func() bool { return a.wanted && users() },
		title: "Access", help: "Who may use the resource.", options: policies(), value: &a.access,
	}
}

func fieldHelp(i int) string {
	if i > 0 {
		return "Another field; leave it empty to finish."
	}
	names := make([]string, 0, len(spec.Types()))
	for _, t := range spec.Types() {
		names = append(names, t.Name+t.Args)
	}
	return "For example price:decimal(12,2):min(0), or note:text? where ? makes it optional.\nTypes: " + strings.Join(names, " ")
}

// policies lists the access policies with what they mean.
func policies() []option {
	meaning := map[string]string{
		spec.AccessOwner:      "rows belong to whoever made them, nobody else sees them",
		spec.AccessShared:     "anyone who is signed in",
		spec.AccessPublicRead: "anyone reads, the role admin writes",
		spec.AccessPublic:     "anyone, signed in or not",
	}
	var out []option
	for _, name := range spec.Policies() {
		out = append(out, option{name: name, title: name, help: meaning[name]})
	}
	return out
}

func checkResource(name string) error {
	if name == "" {
		return errors.New("the resource needs a name, such as product")
	}
	_, _, err := naming.Resource(name, "")
	return err
}

func (a *resourceAnswers) line(i int) string { return strings.TrimSpace(a.lines[i]) }

// filled counts the lines before the first empty one.
func (a *resourceAnswers) filled() int {
	for i := range a.lines {
		if a.line(i) == "" {
			return i
		}
	}
	return len(a.lines)
}

// checkLine checks line i, alone and against the fields of the other lines.
func (a *resourceAnswers) checkLine(i int, line string) error {
	if line == "" {
		if i == 0 {
			return errors.New("a resource needs at least one field, such as name:string")
		}
		return nil
	}
	fields, err := parseLine(line)
	if err != nil {
		return err
	}
	var all []spec.Field
	for j := range a.filled() {
		if others, err := parseLine(a.line(j)); j != i && err == nil {
			all = append(all, others...)
		}
	}
	all = append(all, fields...)
	if _, err = naming.Fields(strings.TrimSpace(a.name), fieldNames(all)); err != nil || a.resolve == nil {
		return err
	}
	return a.resolve(all)
}

// parseLine parses the fields of one line.
func parseLine(line string) ([]spec.Field, error) {
	// SplitResource takes the first word for the resource's name.
	_, inputs := spec.SplitResource("resource " + line)
	fields := make([]spec.Field, 0, len(inputs))
	for _, input := range inputs {
		f, err := spec.ParseField(input)
		if err != nil {
			return nil, err
		}
		fields = append(fields, f)
	}
	return fields, nil
}

func fieldNames(fields []spec.Field) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return names
}

// spec returns the resource, and false when none was wanted. Every line was
// accepted before, so none fails to parse.
func (a *resourceAnswers) spec(users bool) (spec.Resource, bool) {
	if !a.wanted {
		return spec.Resource{}, false
	}
	r := spec.Resource{Name: strings.TrimSpace(a.name)}
	for i := range a.filled() {
		if fields, err := parseLine(a.line(i)); err == nil {
			r.Fields = append(r.Fields, fields...)
		}
	}
	if users {
		r.Access = a.access
	}
	return r, true
}
