package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"path"
	"time"

	"github.com/pressly/goose/v3"
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
		list = nil
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

// migrate runs work over connections of its own, while holding the lock that keeps other processes out.
func (db *DB) migrate(ctx context.Context, work func(ctx context.Context, p *goose.Provider) error) (err error) {
	unlock, err := db.lockMigrations(ctx)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer unlock()
	conns, err := openPool(db.location.migrator(), 1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conns.Close()) }()

	err = whileBusy(ctx, func() error {
		// Branches that are merged bring older versions after newer ones: those are applied too.
		provider, err := goose.NewProvider(goose.DialectSQLite3, conns, db.migrations,
			goose.WithAllowOutofOrder(true), goose.WithDisableGlobalRegistry(true))
		if errors.Is(err, goose.ErrNoMigrations) {
			return nil
		}
		if err != nil {
			return err
		}
		return named(work(ctx, provider))
	})
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return checkReferences(ctx, conns)
}

// named adds the file of the migration that failed.
func named(err error) error {
	if partial, ok := errors.AsType[*goose.PartialError](err); ok && partial.Failed != nil {
		return fmt.Errorf("%s: %w", path.Base(partial.Failed.Source.Path), err)
	}
	return err
}

// lockMigrations waits until no other process migrates this database. The lock is SQLite's own, on an empty file beside
// the database: it ends with the process, however that ends. It cannot be on the database itself, which every step of
// a migration has to lock for writing.
func (db *DB) lockMigrations(ctx context.Context) (unlock func(), err error) {
	at := location{path: db.location.path + ".migrate.lock"}
	if err := ensureFile(at.path); err != nil {
		return nil, err
	}
	gate, err := sql.Open("sqlite", at.gate())
	if err != nil {
		return nil, fmt.Errorf("open the migration lock: %w", err)
	}
	var tx *sql.Tx
	err = whileBusy(ctx, func() error {
		tx, err = gate.BeginTx(ctx, nil)
		return err
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("wait for the migration lock: %w", err), gate.Close())
	}
	return func() {
		_ = tx.Rollback() // there is nothing to lose, and closing ends it too
		_ = gate.Close()
	}, nil
}

// checkReferences refuses a schema in which a row refers to one that is not there.
func checkReferences(ctx context.Context, conns *sql.DB) error {
	var broken int
	if err := conns.QueryRowContext(ctx, "SELECT count(*) FROM pragma_foreign_key_check").Scan(&broken); err != nil {
		return fmt.Errorf("check references after migrating: %w", err)
	}
	if broken > 0 {
		return fmt.Errorf("migrating left %d rows that refer to rows that are not there; PRAGMA foreign_key_check lists them", broken)
	}
	return nil
}
