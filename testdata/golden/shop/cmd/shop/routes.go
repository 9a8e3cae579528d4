package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"example.com/shop/internal/app"
)

// routes prints the table of operations that serve would offer with the same configuration.
func routes(ctx context.Context, c *console, args []string) error {
	if err := parse(c, "routes", args, nil); err != nil {
		return err
	}
	return withApp(ctx, c, c.err, func(a *app.App) error {
		columns := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
		for _, route := range a.Routes() {
			fmt.Fprintf(columns, "%s\t%s\t%s\n", route.Method, route.Path, route.Access)
		}
		return columns.Flush() //nolint:wrapcheck // says enough: standard output is gone
	})
}
