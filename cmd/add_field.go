package cmd

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/layup-dev/layup/internal/pipeline"
	"github.com/layup-dev/layup/internal/spec"
)

// addFieldOptions are the arguments and flags of `layup add field`.
type addFieldOptions struct {
	changeOptions
	fields, fill []string
}

func newAddField(s streams) *cobra.Command {
	o := &addFieldOptions{}
	c := &cobra.Command{
		Use:   "field RESOURCE FIELD…",
		Short: "Add fields to a resource",
		Long: `Add fields to a resource, through every layer that it has. A new migration changes
its table and keeps the rows that are there; migrations that are there are never
touched. What you edited in the files of the resource is merged.

Rows that are there need a value for a field that is not optional: its default, or
what --fill says. References and unique fields have none that is right for all rows,
so they must be optional. A field is written as for layup add resource.`,
		Example: `  layup add field product "weight:float?" "status:enum(draft,live):default(draft)"
  layup add field product "stock:int:min(0)" --fill stock=0
  layup add field product "supplier_id:ref(supplier)?" --dry-run`,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) < 2 {
				return usagef(`name the resource, and the fields to add: layup add field product "weight:float?"`)
			}
			o.fields = args[1:]
			return o.add(c, s, args[0])
		},
	}
	c.Flags().StringArrayVar(&o.fill, "fill", nil, "FIELD=VALUE: what rows that are there get (repeatable)")
	o.addFlags(c)
	o.addConflictFlag(c)
	return c
}

func (o *addFieldOptions) add(c *cobra.Command, s streams, resource string) error {
	fields, err := parseFields(o.fields)
	if err != nil {
		return err
	}
	fill, err := o.values()
	if err != nil {
		return err
	}
	return o.run(c.Context(), s, change{
		plan:  func(x *pipeline.Existing) (*pipeline.Outcome, error) { return x.AddFields(resource, fields, fill) },
		there: "resource " + resource + ": the fields are there already, nothing to do.",
		next:  "  make test    # what is new has its tests\n  make run     # the new migration changes the table at the start\n", advice: conflictAdvice,
	})
}

// values parses the flags --fill.
func (o *addFieldOptions) values() (map[string]string, error) {
	out := map[string]string{}
	for _, f := range o.fill {
		name, value, found := strings.Cut(f, "=")
		if _, twice := out[name]; !found || name == "" || twice {
			return nil, usagef("--fill %s: write FIELD=VALUE, once for each field", f)
		}
		out[name] = value
	}
	return out, nil
}

// parseFields parses fields. White space around and between several in one argument is
// fine: people quote them as they like.
func parseFields(inputs []string) ([]spec.Field, error) {
	var out []spec.Field
	_, words := spec.SplitResource("resource " + strings.Join(inputs, " "))
	for _, input := range words {
		f, err := spec.ParseField(input)
		if err != nil {
			return nil, usageError{err}
		}
		out = append(out, f)
	}
	if len(out) == 0 {
		return nil, usagef("name the fields to add, such as %s", `"weight:float?"`)
	}
	return out, nil
}
