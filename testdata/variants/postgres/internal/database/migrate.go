package database

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path"
	"time"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// Migration is one step in the history of the schema.
type Migration struct {
	Version   int64
	Name      string
	Applied   bool
	AppliedAt time.Time // zero when it is not applied
}

// MigrateUp applies every migration that is missing, each in a transaction of its own: one that fails leaves the schema
// as it was. Processes that do this at the same time take turns.
func (db *DB) MigrateUp(ctx context.Context) error {
	return db.migrate(ctx, func(ctx context.Context, p *goose.Provider) error {
		results, err := p.Up(ctx)
		for _, r := range results {
			db.log.LogAttrs(ctx, slog.LevelInfo, "migrated", slog.String("migration", path.Base(r.Source.Path)), slog.Duration("duration", r.Duration))
		}
		return err
	})
}

// MigrateDown takes back the newest migration that is applied. With none applied it does nothing.
func (db *DB) MigrateDown(ctx context.Context) error {
	return db.migrate(ctx, func(ctx context.Context, p *goose.Provider) error {
		result, err := p.Down(ctx)
		if errors.Is(err, goose.ErrNoNextVersion) {
			return nil
		}
		if err == nil {
			db.log.LogAttrs(ctx, slog.LevelInfo, "migrated down", slog.String("migration", path.Base(result.Source.Path)))
		}
		return err
	})
}

// MigrationStatus lists every migration in order.
func (db *DB) MigrationStatus(ctx context.Context) ([]Migration, error) {
	var list []Migration
	err := db.migrate(ctx, func(ctx context.Context, p *goose.Provider) error {
		status, err := p.Status(ctx)
		for _, s := range status {
			list = append(list, Migration{
				Version:   s.Source.Version,
				Name:      path.Base(s.Source.Path),
				Applied:   s.State == goose.StateApplied,
				AppliedAt: s.AppliedAt,
			})
		}
		return err
	})
	return list, err
}

// lockPeriods is how many seconds a process waits for another one that migrates.
const lockPeriods = 600

// migrate runs work over a connection of its own, on which a statement may take long. The lock that keeps other processes
// out is an advisory lock of that session: it ends with the process, however that ends. It is asked for again and again,
// since a session that waits inside the server would hold up CREATE INDEX CONCURRENTLY for ever.
func (db *DB) migrate(ctx context.Context, work func(ctx context.Context, p *goose.Provider) error) error {
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, lockPeriods))
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	settings := db.pool.Config().ConnConfig
	settings.RuntimeParams["lock_timeout"] = settings.RuntimeParams["statement_timeout"]
	settings.RuntimeParams["statement_timeout"] = "0"
	settings.RuntimeParams["idle_in_transaction_session_timeout"] = "0"
	conns := stdlib.OpenDB(*settings)
	defer func() { _ = conns.Close() }() // there is nothing to lose

	// Branches that are merged bring older versions after newer ones: those are applied too.
	provider, err := goose.NewProvider(goose.DialectPostgres, conns, db.migrations,
		goose.WithAllowOutofOrder(true), goose.WithDisableGlobalRegistry(true), goose.WithSessionLocker(locker))
	if errors.Is(err, goose.ErrNoMigrations) {
		return nil
	}
	if err == nil {
		err = work(ctx, provider)
	}
	if err != nil {
		return Failed(ctx, "migrate"+failedFile(err), err)
	}
	return nil
}

// failedFile names the migration that failed.
func failedFile(err error) string {
	if partial, ok := errors.AsType[*goose.PartialError](err); ok && partial.Failed != nil {
		return " " + path.Base(partial.Failed.Source.Path)
	}
	return ""
}
