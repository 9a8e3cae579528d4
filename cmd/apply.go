package cmd

import (
	"github.com/spf13/cobra"

	"github.com/layup-dev/layup/internal/pipeline"
)

const (
	testNext       = "  make test    # the tests come along\n"
	conflictAdvice = "Decide about each by hand and try again, or about all of them with --conflict ours, theirs or markers; --diff shows what would change."
)

func newApply(s streams) *cobra.Command {
	o := &changeOptions{}
	c := &cobra.Command{
		Use:   "apply",
		Short: "Make the project match its layup.yaml",
		Long: `Make the project match its layup.yaml after you have edited that: choices, resources,
fields. Files that you did not edit move on; your edits are merged with what changes,
or the command stops before it has written anything. Tables change by new
migrations. Applying twice changes nothing the second time.`,
		Example: `  layup apply --dry-run
  layup apply --conflict markers`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return o.run(c.Context(), s, change{
				plan:  (*pipeline.Existing).Apply,
				there: "The project matches its layup.yaml; nothing to do.", next: testNext, advice: conflictAdvice,
			})
		},
	}
	o.addFlags(c)
	o.addConflictFlag(c)
	return c
}

func newDiff(s streams) *cobra.Command {
	o := &changeOptions{}
	c := &cobra.Command{
		Use:   "diff",
		Short: "Show what apply would change",
		Long:  `Show as a diff what layup apply would change. Exits with 4 when that is something, with 3 when it is a conflict.`,
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			o.diff, o.found = !o.json, true
			o.dryRun = true
			return o.run(c.Context(), s, change{
				plan:  (*pipeline.Existing).Apply,
				there: "The project matches its layup.yaml.", advice: conflictAdvice,
			})
		},
	}
	f := onceFlags{c.Flags()}
	f.StringVar(&o.dir, "dir", ".", "a directory inside the project")
	f.BoolVar(&o.json, "json", false, "print one JSON document instead of a diff")
	return c
}

func newUpdate(s streams) *cobra.Command {
	o := &changeOptions{}
	c := &cobra.Command{
		Use:   "update",
		Short: "Bring this version's templates into the project",
		Long: `Bring the templates of this layup into a project that an earlier one rendered. What
was rendered then stands in .layup, so that only what the templates changed is
merged into your files. Your edits stay; where both changed the same lines, nothing
is written until you have decided.`,
		Example: `  layup update --diff
  layup update --conflict markers`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return o.run(c.Context(), s, change{
				plan:  (*pipeline.Existing).Update,
				there: "The templates are of this version; nothing to do.", next: testNext, advice: conflictAdvice,
			})
		},
	}
	o.addFlags(c)
	o.addConflictFlag(c)
	return c
}
