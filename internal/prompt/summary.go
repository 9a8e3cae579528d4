package prompt

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/layup-dev/layup/internal/plan"
)

// summary shows everything that is about to be written.
func (w *wizard) summary(p *plan.Plan) string {
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	row := func(key, value string) {
		if value != "" {
			fmt.Fprintf(t, "  %s\t%s\n", key, value)
		}
	}
	fmt.Fprintf(&b, "\n%s\n", p.Spec.Name)
	row("Description", p.Spec.Description)
	row("Module", p.Spec.Module)
	if dir, err := w.target(p.Spec.Name); err == nil {
		row("Directory", dir)
	}
	for _, axis := range p.Stack.Axes {
		o := p.Stack.Option(axis.Name, p.Spec.Choices[axis.Name])
		row(axis.Title, o.Title)
	}
	row("Extras", strings.Join(p.Spec.With, ", "))
	row("Example", p.Spec.Example)
	for _, r := range p.Spec.Resources {
		key := "Resource"
		access := ""
		if r.Access != "" {
			access = " (access: " + r.Access + ")"
		}
		row(key, r.Name+access)
		for _, f := range r.Fields {
			row("", "  "+f.String())
		}
	}
	_ = t.Flush() // a strings.Builder takes everything
	return b.String()
}
