package main

import (
	"context"

	"example.com/shop/internal/app"
)

// serve runs the service until ctx ends.
func serve(ctx context.Context, c *console, args []string) error {
	if err := parse(c, "serve", args, nil); err != nil {
		return err
	}
	return withApp(ctx, c, c.out, func(a *app.App) error { return a.Run(ctx) })
}
