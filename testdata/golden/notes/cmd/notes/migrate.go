package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"

	"example.com/notes/internal/config"
	"example.com/notes/internal/database"
	"example.com/notes/internal/logging"
)

func migrateCommands() []command {
	return []command{
		{name: "up", help: "apply every migration that is missing", run: migrateUp},
		{name: "down", help: "take back the last migration", run: migrateDown},
		{name: "status", help: "list migrations and whether they are applied", run: migrateStatus},
	}
}

func migrateUp(ctx context.Context, c *console, args []string) error {
	return withDatabase(c, "migrate up", args, func(db *database.DB) error {
		if err := db.MigrateUp(ctx); err != nil {
			return fmt.Errorf("migrate up: %w", err)
		}
		fmt.Fprintln(c.out, "the database is up to date")
		return nil
	})
}

func migrateDown(ctx context.Context, c *console, args []string) error {
	return withDatabase(c, "migrate down", args, func(db *database.DB) error {
		if err := db.MigrateDown(ctx); err != nil {
			return fmt.Errorf("migrate down: %w", err)
		}
		fmt.Fprintln(c.out, "the last migration is taken back")
		return nil
	})
}

func migrateStatus(ctx context.Context, c *console, args []string) error {
	return withDatabase(c, "migrate status", args, func(db *database.DB) error {
		migrations, err := db.MigrationStatus(ctx)
		if err != nil {
			return fmt.Errorf("migrate status: %w", err)
		}
		columns := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
		for _, m := range migrations {
			state := "pending"
			if m.Applied {
				state = "applied"
			}
			fmt.Fprintf(columns, "%s\t%s\n", state, m.Name)
		}
		return columns.Flush() //nolint:wrapcheck // says enough: standard output is gone
	})
}

// withDatabase opens the configured database without the rest of the service, hands it to work and closes it.
func withDatabase(c *console, name string, args []string, work func(db *database.DB) error) error {
	if err := parse(c, name, args, nil); err != nil {
		return err
	}
	cfg, err := config.Load(c.lookup)
	if err != nil {
		return err
	}
	log, lines := logging.New(c.err, cfg.LogLevel, cfg.LogFormat)
	db, err := database.Open(cfg, log)
	if err != nil {
		return errors.Join(fmt.Errorf("open the database: %w", err), lines.Close())
	}
	return errors.Join(work(db), db.Close(), lines.Close())
}
