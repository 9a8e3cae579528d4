package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/layup-dev/layup/internal/naming"
	"github.com/layup-dev/layup/internal/pipeline"
	"github.com/layup-dev/layup/internal/plan"
	"github.com/layup-dev/layup/internal/project"
	"github.com/layup-dev/layup/internal/prompt"
	"github.com/layup-dev/layup/internal/render"
	"github.com/layup-dev/layup/internal/spec"
	"github.com/layup-dev/layup/internal/verify"
	"github.com/layup-dev/layup/templates"
)

// newOptions are the flags of `layup new`.
type newOptions struct {
	name   string
	module string
	// modulePrefix stands before the name in a module path that is not given.
	modulePrefix string
	description  string
	choices      map[string]*string
	with         []string
	resources    []string
	access       []string
	example      string
	from         string
	dir          string
	yes          bool
	dryRun       bool
	diff         bool
	json         bool
	verify       bool
	noInput      bool
	// given holds the names of the flags that the user set.
	given map[string]bool
}

func newNew(s streams) *cobra.Command {
	o := &newOptions{choices: map[string]*string{}}
	c := &cobra.Command{
		Use:   "new NAME",
		Short: "Write a new service",
		Long: `Write a new service into ./NAME: complete, tested, ready to run.

On a terminal, new asks for what the flags leave open. Without one it never
asks: then --yes takes the defaults.`,
		Example: `  layup new shop
  layup new shop --yes --resource "product name:string:min(1) price:decimal(12,2):min(0)"
  layup new shop --from layup.yaml --dir services/shop`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 1 {
				o.name = args[0]
			}
			if o.from == "" {
				if err := applySettings(c.Flags(), userSettings()); err != nil {
					return err
				}
			}
			o.given = map[string]bool{}
			c.Flags().Visit(func(f *pflag.Flag) { o.given[f.Name] = true })
			return o.run(c.Context(), s)
		},
	}
	f := onceFlags{c.Flags()}
	f.StringVar(&o.module, "module", "", "Go module path (default MODULE-PREFIX/NAME)")
	f.StringVar(&o.modulePrefix, "module-prefix", "example.com", "what stands before NAME in a module path that is not given")
	f.StringVar(&o.description, "description", "", "what the service is for, in one line")
	for _, axis := range axisFlags() {
		o.choices[axis] = f.String(axis, "", axis+" (see layup list)")
	}
	f.StringSliceVar(&o.with, "with", nil, "extras, comma-separated (see layup list)")
	f.StringArrayVar(&o.resources, "resource", nil, `a resource: "product name:string price:decimal(12,2)" (repeatable)`)
	f.StringArrayVar(&o.access, "access", nil, "who may use a resource: product=shared (repeatable; "+strings.Join(spec.Policies(), ", ")+")")
	f.StringVar(&o.example, "example", "", "start from an example (see layup list)")
	f.StringVar(&o.from, "from", "", "read the choices from a layup.yaml, - for standard input")
	f.StringVar(&o.dir, "dir", "", "directory of the project (default ./NAME)")
	f.BoolVarP(&o.yes, "yes", "y", false, "take the default for everything that is not said")
	f.BoolVar(&o.noInput, "no-input", false, "never ask, even on a terminal")
	f.BoolVar(&o.dryRun, "dry-run", false, "print what would be written and write nothing")
	f.BoolVar(&o.diff, "diff", false, "like --dry-run, with the contents as a diff")
	f.BoolVar(&o.json, "json", false, "print the result as one JSON document")
	f.BoolVar(&o.verify, "verify", false, "afterwards build, vet, test and start the service and talk to it")
	return c
}

// axisFlags names the axes that have a flag. They stand here too, so that help
// and completion need not load the stack.
func axisFlags() []string { return []string{"router", "database", "auth", "cache"} }

// userSettings names the flags that users may set once for all projects.
func userSettings() []string {
	return append([]string{"module-prefix", "with"}, axisFlags()...)
}

// run is the whole of `layup new`: ask, plan, render, write, report.
func (o *newOptions) run(ctx context.Context, s streams) error {
	if err := o.check(); err != nil {
		return err
	}
	engine, err := pipeline.Open(templates.FS, "go")
	if err != nil {
		return err
	}
	wanted, err := o.spec(engine, s)
	if err != nil {
		return err
	}
	asked, err := o.ask(ctx, engine, wanted, s)
	if err != nil {
		return err
	}
	if err := checkNames(wanted); err != nil {
		return usageError{err}
	}
	target := o.target(wanted.Name)
	if err := o.checkTarget(target); err != nil {
		return err
	}
	p, files, err := engine.Project(wanted)
	if err != nil {
		return err
	}
	if err := o.write(ctx, target, files, s); err != nil {
		return err
	}
	for _, note := range pluralNotes(wanted.Resources...) {
		fmt.Fprintln(s.err, "Note:", note)
	}
	return o.finish(ctx, p, files, target, asked, s)
}

// check refuses flags that would be ignored in this combination.
func (o *newOptions) check() error {
	preview := o.dryRun || o.diff
	switch {
	case o.verify && preview:
		return usagef("--verify needs a written project; it does not go with --dry-run or --diff")
	case o.diff && o.json:
		return usagef("--diff and --json both own standard output; choose one")
	case o.given["dir"] && o.dir == "":
		return usagef("--dir must not be empty")
	}
	for name, value := range map[string]string{"module": o.module, "from": o.from, "example": o.example} {
		if o.given[name] && value == "" {
			return usagef("--%s must not be empty", name)
		}
	}
	for axis, option := range o.choices {
		if o.given[axis] && *option == "" {
			return usagef("--%s must not be empty (see layup list)", axis)
		}
	}
	return nil
}

// spec merges --from with the flags; flags win.
func (o *newOptions) spec(engine *pipeline.Engine, s streams) (*spec.Spec, error) {
	out := &spec.Spec{Stack: "go", Choices: map[string]string{}}
	if o.from != "" {
		var err error
		if out, err = o.readFrom(engine, s); err != nil {
			return nil, err
		}
	}
	if o.name == "." {
		abs, err := filepath.Abs(".")
		if err != nil {
			return nil, fmt.Errorf("current directory: %w", err)
		}
		o.name = filepath.Base(abs)
		if o.dir == "" {
			o.dir = "."
		}
	}
	set := func(dst *string, value string) {
		if value != "" {
			*dst = value
		}
	}
	set(&out.Name, o.name)
	set(&out.Module, o.module)
	set(&out.Description, o.description)
	for axis, option := range o.choices {
		if *option != "" {
			out.Choices[axis] = *option
		}
	}
	if o.given["with"] {
		out.With = o.with
	}
	set(&out.Example, o.example)
	for _, text := range o.resources {
		r, err := parseResource(text)
		if err != nil {
			return nil, err
		}
		out.Resources = append(out.Resources, r)
	}
	if err := plan.AddPresets(out, engine.Stack); err != nil {
		return nil, err
	}
	return out, applyAccess(o.access, out.Resources)
}

func (o *newOptions) readFrom(engine *pipeline.Engine, s streams) (*spec.Spec, error) {
	name, in := o.from, s.in
	if o.from == "-" {
		name = "standard input"
	} else {
		f, err := os.Open(o.from)
		if err != nil {
			return nil, usagef("--from: %w", err)
		}
		defer f.Close()
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, spec.MaxFileSize+1))
	if err != nil {
		return nil, usagef("--from: %w", err)
	}
	parsed, err := spec.Parse(name, data, engine.Stack.AxisNames())
	if err == nil && parsed.Stack != engine.Stack.Name {
		return nil, spec.Errorf(name, "stack %q is not known; there is %s", parsed.Stack, engine.Stack.Name)
	}
	return parsed, err
}

func parseResource(text string) (spec.Resource, error) {
	name, fields := spec.SplitResource(text)
	if name == "" {
		return spec.Resource{}, usagef(`--resource is empty; write --resource "product name:string"`)
	}
	r := spec.Resource{Name: name}
	for _, input := range fields {
		f, err := spec.ParseField(input)
		if err != nil {
			return r, usagef("--resource %s: %w", name, err)
		}
		r.Fields = append(r.Fields, f)
	}
	return r, nil
}

// ask fills in what is open: by questions on a terminal, by defaults otherwise.
// It reports whether questions were asked.
func (o *newOptions) ask(ctx context.Context, engine *pipeline.Engine, wanted *spec.Spec, s streams) (bool, error) {
	if !o.yes && !o.noInput && o.from == "" && s.interactive {
		target := func(name string) (string, error) { t := o.target(name); return t, o.checkTarget(t) }
		asking := prompt.Options{In: s.in, Out: s.err, Getenv: os.Getenv, Target: target}
		return true, prompt.New(ctx, asking, engine.Stack, wanted)
	}
	if wanted.Name == "" {
		return false, usagef("the project needs a name: layup new NAME")
	}
	if !o.yes && o.from == "" {
		var missing []string
		for _, axis := range engine.Stack.AxisNames() {
			if wanted.Choices[axis] == "" {
				missing = append(missing, "--"+axis)
			}
		}
		if len(missing) > 0 {
			return false, usagef("nothing is asked without a terminal, under CI or with --no-input: give %s, or --yes for the defaults", strings.Join(missing, ", "))
		}
	}
	if wanted.Module == "" {
		wanted.Module = o.modulePrefix + "/" + wanted.Name
	}
	return false, nil
}

func checkNames(s *spec.Spec) error {
	if err := naming.Project(s.Name); err != nil {
		return err
	}
	return naming.Module(s.Module)
}

func (o *newOptions) target(name string) string {
	if o.dir != "" {
		return filepath.Clean(o.dir)
	}
	return name
}

// checkTarget refuses a target that is in use, in a preview too: a plan that could
// not be carried out is none. Only a run cleans up behind one that was killed.
func (o *newOptions) checkTarget(target string) error {
	if !o.dryRun && !o.diff {
		_, err := project.Recover(target)
		if busy := (*project.LockedError)(nil); errors.As(err, &busy) {
			return &project.ConflictError{Target: target, Msg: "is being written by another layup"}
		}
		if err != nil {
			return err
		}
	}
	return project.Check(target)
}

func (o *newOptions) write(ctx context.Context, target string, files render.FileSet, s streams) error {
	if o.dryRun || o.diff {
		return nil
	}
	groups := newGroups(s, files, o.json)
	return project.Create(ctx, target, files, groups.done)
}

// finish reports, and verifies when asked to.
func (o *newOptions) finish(ctx context.Context, p *plan.Plan, files render.FileSet, target string, asked bool, s streams) error {
	if err := o.report(p, files, target, asked, s); err != nil {
		return err
	}
	if !o.verify {
		return nil
	}
	return verify.Run(ctx, verify.Project{Dir: target, Name: p.Spec.Name, Services: p.Services()}, s.err)
}
