package cmd

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/layup-dev/layup/internal/pipeline"
)

func newSet(s streams) *cobra.Command {
	o := &changeOptions{}
	c := &cobra.Command{
		Use:   "set KEY=VALUE…",
		Short: "Change a choice of the project",
		Long: `Change choices of a project that people have worked on: ` + strings.Join(axisFlags(), ", ") + ` and the
description. Files that you did not edit move on; your edits are merged. Data is not
carried from one database to another.

Resources that were public because the project had no users stay public when it gets
some. What cannot work is refused before anything is written.`,
		Example: `  layup set cache=none
  layup set auth=jwt cache=memory --dry-run`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			values, err := parseSettings(args)
			if err != nil {
				return err
			}
			return o.run(c.Context(), s, change{
				plan:  func(x *pipeline.Existing) (*pipeline.Outcome, error) { return x.Set(values) },
				there: "It is set like that already; nothing to do.", next: testNext, advice: conflictAdvice,
			})
		},
	}
	o.addFlags(c)
	o.addConflictFlag(c)
	return c
}

// parseSettings reads KEY=VALUE arguments. Which options there are is for the
// stack to say.
func parseSettings(args []string) (map[string]string, error) {
	known := append([]string{"description"}, axisFlags()...)
	values := map[string]string{}
	for _, arg := range args {
		key, value, found := strings.Cut(arg, "=")
		_, twice := values[key]
		switch {
		case !found || key == "":
			return nil, usagef("%q: write KEY=VALUE, such as cache=none", arg)
		case slices.Contains([]string{"name", "module", "stack", "templates", "layup", "resources", "with"}, key):
			return nil, usagef("%s cannot be set like this; %s", key, otherWay(key))
		case !slices.Contains(known, key):
			return nil, usagef("there is no choice %q%s", key, suggestion(key, known, ""))
		case twice:
			return nil, usagef("%s is given twice", key)
		case value == "" && key != "description":
			return nil, usagef("%s must not be empty (see layup list)", key)
		}
		values[key] = value
	}
	return values, nil
}

// otherWay says how a key is changed that is no choice.
func otherWay(key string) string {
	switch key {
	case "module":
		return "change it in go.mod and in all imports; layup follows"
	case "templates":
		return "layup update does that"
	case "with":
		return "use layup add feature and layup remove feature"
	case "resources":
		return "use layup add resource and layup remove resource"
	}
	return "it is decided when the project is made"
}

func newAddFeature(s streams) *cobra.Command {
	return featureCommand(s, "Add an extra to the project", func(x *pipeline.Existing, name string) (*pipeline.Outcome, error) { return x.AddFeature(name) })
}

func newRemoveFeature(s streams) *cobra.Command {
	return featureCommand(s, "Remove an extra from the project", func(x *pipeline.Existing, name string) (*pipeline.Outcome, error) { return x.RemoveFeature(name) })
}

func featureCommand(s streams, short string, plan func(*pipeline.Existing, string) (*pipeline.Outcome, error)) *cobra.Command {
	o := &changeOptions{}
	c := &cobra.Command{
		Use:   "feature NAME",
		Short: short,
		Long:  short + ` (see layup list). Choices such as the cache are changed with layup set.`,
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return o.run(c.Context(), s, change{
				plan:  func(x *pipeline.Existing) (*pipeline.Outcome, error) { return plan(x, args[0]) },
				there: "feature " + args[0] + ": nothing to do.", next: testNext, advice: conflictAdvice,
			})
		},
	}
	o.addFlags(c)
	o.addConflictFlag(c)
	return c
}
