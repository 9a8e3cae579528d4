package main

import (
	"context"
	"flag"
	"fmt"

	"example.com/notes/internal/config"
)

func configCommands() []command {
	return []command{
		{name: "check", help: "say everything that is wrong with the environment (--env production: as if it were production)", run: configCheck},
	}
}

// configCheck fails with every problem at once when the environment, read as that of --env, would not start.
func configCheck(_ context.Context, c *console, args []string) error {
	var appEnv string
	err := parse(c, "config check", args, func(flags *flag.FlagSet) {
		flags.StringVar(&appEnv, "env", "", "check as if APP_ENV were this")
	})
	if err != nil {
		return err
	}
	lookup := c.lookup
	if appEnv != "" {
		lookup = config.Override(lookup, "APP_ENV", appEnv)
	}
	cfg, err := config.Load(lookup)
	if err != nil {
		return err
	}
	for _, warning := range cfg.Warnings() {
		fmt.Fprintln(c.err, "warning:", warning)
	}
	fmt.Fprintf(c.out, "the configuration is fine for %s\n", cfg.AppEnv)
	return nil
}
