package cmd

import (
	"path"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/layup-dev/layup/internal/pipeline"
)

func newRemove(s streams) *cobra.Command {
	c := &cobra.Command{
		Use:   "remove",
		Short: "Remove something from a project",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newRemoveResource(s), newRemoveFeature(s), newRemoveField(s))
	return c
}

func newRemoveResource(s streams) *cobra.Command {
	o := &changeOptions{}
	var force []string
	c := &cobra.Command{
		Use:   "resource NAME",
		Short: "Remove a resource from every layer",
		Long: `Remove a resource: exactly the files that adding it brought. A new migration drops
its table; migrations that are there are never touched, since they may have been
shipped.

It refuses when another resource refers to it, and when one of the files was edited:
name each of those with --force to have it removed all the same.`,
		Example: `  layup remove resource product --dry-run
  layup remove resource product --force internal/service/product.go`,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("name the one resource to remove: layup remove resource product")
			}
			for i := range force {
				force[i] = path.Clean(filepath.ToSlash(force[i]))
			}
			return o.run(c.Context(), s, change{
				plan:   func(x *pipeline.Existing) (*pipeline.Outcome, error) { return x.RemoveResource(args[0], force) },
				next:   "  make test    # what is left still works\n  make run     # the new migration drops the table at the start\n",
				advice: "To have a file removed although it was edited, name it: --force PATH",
			})
		},
	}
	c.Flags().StringArrayVar(&force, "force", nil, "remove this file although it was edited; a path from the project's root (repeatable)")
	o.addFlags(c)
	return c
}
