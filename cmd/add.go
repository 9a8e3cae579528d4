package cmd

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/layup-dev/layup/internal/naming"
	"github.com/layup-dev/layup/internal/pipeline"
	"github.com/layup-dev/layup/internal/project"
	"github.com/layup-dev/layup/internal/prompt"
	"github.com/layup-dev/layup/internal/spec"
)

func newAdd(s streams) *cobra.Command {
	c := &cobra.Command{
		Use:   "add",
		Short: "Add something to a project",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newAddResource(s), newAddFeature(s), newAddField(s))
	return c
}

// addResourceOptions are the arguments and flags of `layup add resource`.
type addResourceOptions struct {
	changeOptions
	name, plural, access string
	fields               []string
	noInput              bool
}

func newAddResource(s streams) *cobra.Command {
	o := &addResourceOptions{}
	c := &cobra.Command{
		Use:   "resource NAME FIELD…",
		Short: "Add a resource through every layer",
		Long: `Add a resource through every layer of the project that the current directory is
in: model, service, repository, handler, routes, migration, OpenAPI, and tests of
all of them. It brings new files; files that you edited are never lost.

A field is name:type[(args)][?][:modifier[(arg)]]…, where ? makes it optional; layup
list shows the types and their modifiers. On a terminal, the form asks for the fields
when none is given.`,
		Example: `  layup add resource category "name:string:unique" "parent_id:ref(category)?" --access public-read
  layup add resource product "name:string:min(1)" "price:decimal(12,2):min(0)" "category_id:ref(category)"
  layup add resource order "buyer_id:ref(user)" "status:enum(open,paid):default(open)" --dry-run`,
		RunE: func(c *cobra.Command, args []string) error {
			for _, name := range []string{"access", "plural"} {
				if f := c.Flags().Lookup(name); f.Changed && f.Value.String() == "" {
					return usagef("--%s must not be empty", name)
				}
			}
			if len(args) > 0 {
				o.name, o.fields = args[0], args[1:]
			}
			return o.add(c.Context(), s)
		},
	}
	f := onceFlags{c.Flags()}
	f.StringVar(&o.access, "access", "", "who may use it: "+strings.Join(spec.Policies(), ", ")+" (default owner where there are users)")
	f.StringVar(&o.plural, "plural", "", "the plural of NAME, where the usual one is wrong")
	f.BoolVar(&o.noInput, "no-input", false, "never ask, even on a terminal")
	o.addFlags(c)
	return c
}

func (o *addResourceOptions) add(ctx context.Context, s streams) error {
	r, err := o.resource()
	if err != nil {
		return err
	}
	asks := s.interactive && !o.noInput && !o.preview() && !o.json
	if !asks && len(r.Fields) == 0 {
		return usagef(`a resource needs a name and at least one field: layup add resource product name:string`)
	}
	next := "  make test    # what is new has its tests\n  make run     # migrations run at the start\n"
	if len(r.Fields) == 0 {
		if err := o.ask(ctx, s, &r); err != nil {
			return err
		}
		next += "\nThe same without questions:\n  " + o.command(r) + "\n"
	}
	return o.run(ctx, s, change{
		plan:  func(x *pipeline.Existing) (*pipeline.Outcome, error) { return x.AddResource(r) },
		there: "resource " + r.Name + ": there already, nothing to do.",
		next:  next,
		notes: pluralNotes(r),
	})
}

// command returns the command line that adds the same without questions.
func (o *addResourceOptions) command(r spec.Resource) string {
	words := []string{"layup", "add", "resource", shellQuote(r.Name)}
	for _, f := range r.Fields {
		words = append(words, shellQuote(f.String()))
	}
	dir := o.dir
	if dir == "." {
		dir = ""
	}
	for _, flag := range [][2]string{{"--access", r.Access}, {"--plural", r.Plural}, {"--dir", dir}} {
		if flag[1] != "" {
			words = append(words, flag[0], shellQuote(flag[1]))
		}
	}
	return strings.Join(words, " ")
}

// ask fills in r by a form. The project is not locked meanwhile: people may
// take their time.
func (o *addResourceOptions) ask(ctx context.Context, s streams, r *spec.Resource) error {
	root, err := o.find()
	if err != nil {
		return err
	}
	if err := o.recover(root, s); err != nil {
		return err
	}
	tree, err := project.Open(root)
	if err != nil {
		return err
	}
	defer tree.Close()
	existing, err := openExisting(tree)
	if err != nil {
		return err
	}
	return prompt.Resource(ctx, prompt.Options{In: s.in, Out: s.err, Getenv: os.Getenv}, existing.Plan(), r)
}

// resource parses the arguments. White space around and between fields in one
// argument is fine: people quote them as they like.
func (o *addResourceOptions) resource() (spec.Resource, error) {
	r := spec.Resource{Name: o.name, Plural: o.plural, Access: o.access}
	_, fields := spec.SplitResource("resource " + strings.Join(o.fields, " "))
	for _, input := range fields {
		f, err := spec.ParseField(input)
		if err != nil {
			return r, usageError{err}
		}
		r.Fields = append(r.Fields, f)
	}
	return r, nil
}

// pluralNotes says of names that look like a plural what becomes of them: they
// are taken as they are, since singulars end like that too (windows, ios).
func pluralNotes(resources ...spec.Resource) []string {
	var notes []string
	for _, r := range resources {
		one, many, err := naming.Resource(r.Name, r.Plural)
		if err != nil || r.Plural != "" {
			continue
		}
		if singular, ok := one.Singular(); ok {
			notes = append(notes, fmt.Sprintf("%s looks like a plural; it is taken as the name of one item, and its routes are /v1/%s. If you meant /v1/%s, name the resource %s.", one.Snake(), many.Snake(), singular.Plural().Snake(), singular.Snake()))
		}
	}
	return notes
}
