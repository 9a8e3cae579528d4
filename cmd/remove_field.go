package cmd

import (
	"github.com/spf13/cobra"

	"github.com/layup-dev/layup/internal/pipeline"
)

func newRemoveField(s streams) *cobra.Command {
	o := &changeOptions{}
	c := &cobra.Command{
		Use:   "field RESOURCE NAME…",
		Short: "Remove fields of a resource",
		Long: `Remove fields of a resource from every layer. A new migration drops their columns:
what those hold is lost. Migrations that are there are never touched. What you edited
in the files of the resource is merged; code of yours that uses the field is yours to
change.`,
		Example: `  layup remove field product weight --dry-run
  layup remove field product weight description`,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) < 2 {
				return usagef("name the resource, and the fields to remove: layup remove field product weight")
			}
			return o.run(c.Context(), s, change{
				plan: func(x *pipeline.Existing) (*pipeline.Outcome, error) { return x.RemoveFields(args[0], args[1:]) },
				next: "  make test    # what is left still works\n  make run     # the new migration drops the columns at the start\n", advice: conflictAdvice,
			})
		},
	}
	o.addFlags(c)
	o.addConflictFlag(c)
	return c
}
