package cmd

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/layup-dev/layup/internal/feature"
	"github.com/layup-dev/layup/internal/spec"
	"github.com/layup-dev/layup/templates"
)

// catalog is what `list --json` prints.
type catalog struct {
	Axes []axisEntry   `json:"axes"`
	With []optionEntry `json:"with"`
	// Examples are what a new project may start from.
	Examples []optionEntry `json:"examples"`
	Types    []typeEntry   `json:"types"`
	Access   []string      `json:"access"`
}

type axisEntry struct {
	Name    string        `json:"name"`
	Help    string        `json:"help"`
	Default string        `json:"default"`
	Options []optionEntry `json:"options"`
}

type optionEntry struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Help  string `json:"help"`
}

type typeEntry struct {
	Name      string   `json:"name"`
	Args      string   `json:"args,omitempty"`
	Help      string   `json:"help"`
	Example   string   `json:"example"`
	Modifiers []string `json:"modifiers"`
}

func newList(s streams) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List the choices: axes, options, field types",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			stack, err := feature.Load(templates.FS, "go")
			if err != nil {
				return err
			}
			if asJSON {
				enc := json.NewEncoder(s.out)
				enc.SetEscapeHTML(false)
				enc.SetIndent("", "  ")
				return enc.Encode(newCatalog(stack))
			}
			return newCatalog(stack).print(s)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON document")
	return c
}

func newCatalog(stack *feature.Stack) catalog {
	c := catalog{With: options(stack.Extras()), Examples: options(stack.Examples()), Access: spec.Policies()}
	for _, a := range stack.Axes {
		c.Axes = append(c.Axes, axisEntry{Name: a.Name, Help: a.Help, Default: a.Default, Options: options(stack.Options(a.Name))})
	}
	for _, t := range spec.Types() {
		c.Types = append(c.Types, typeEntry{Name: t.Name, Args: t.Args, Help: t.Help, Example: t.Example, Modifiers: t.Modifiers})
	}
	return c
}

func options(features []*feature.Feature) []optionEntry {
	out := []optionEntry{}
	for _, f := range features {
		out = append(out, optionEntry{Name: f.Option, Title: f.Title, Help: f.Help})
	}
	return out
}

func printOptions(w io.Writer, title string, list []optionEntry) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintln(w, title)
	for _, o := range list {
		fmt.Fprintf(w, "  %s\t%s\n", o.Name, o.Help)
	}
	fmt.Fprintln(w)
}

func (c catalog) print(s streams) error {
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	for _, a := range c.Axes {
		fmt.Fprintf(w, "--%s  %s\n", a.Name, a.Help)
		for _, o := range a.Options {
			mark := ""
			if o.Name == a.Default {
				mark = " (default)"
			}
			fmt.Fprintf(w, "  %s%s\t%s\n", o.Name, mark, o.Help)
		}
		fmt.Fprintln(w)
	}
	printOptions(w, "--with", c.With)
	printOptions(w, "--example  What a new project may start from.", c.Examples)
	fmt.Fprintln(w, "Field types: name:type[(args)][?][:modifier[(arg)]]…, ? makes it optional")
	for _, t := range c.Types {
		fmt.Fprintf(w, "  %s\t%s\t%s\n", t.Name+t.Args, t.Help, t.Example)
	}
	fmt.Fprintf(w, "\nAccess policies: %s\n", strings.Join(c.Access, ", "))
	if err := w.Flush(); err != nil {
		return fmt.Errorf("printing the list: %w", err)
	}
	return nil
}
