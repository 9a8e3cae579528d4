package database

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"path"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/pressly/goose/v3"
)

// codeNoSuchTable is the number of the server's error about a table that is not there.
const codeNoSuchTable = 1146

// Migration is one step in the history of the schema.
type Migration struct {
	Version   int64
	Name      string
	Applied   bool
	AppliedAt time.Time // zero when it is not applied
}

// MigrateUp applies every migration that is missing. MySQL commits whenever a table changes, so each migration is one
// statement, which leaves the schema as it was when it fails. Processes that do this at the same time take turns.
func (db *DB) MigrateUp(ctx context.Context) error {
	return db.migrate(ctx, func(ctx context.Context, p *goose.Provider) error {
		results, err := p.Up(ctx)
		for _, r := range results {
			db.log.LogAttrs(ctx, slog.LevelInfo, "migrated",
				slog.String("migration", path.Base(r.Source.Path)), slog.Duration("duration", r.Duration))
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

// migrate runs work over a connection of its own, which holds the lock that keeps other processes out.
func (db *DB) migrate(ctx context.Context, work func(ctx context.Context, p *goose.Provider) error) (err error) {
	conns, err := db.openMigrator()
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer func() { err = errors.Join(err, conns.Close()) }()
	if err := mendHistory(ctx, conns); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	// Branches that are merged bring older versions after newer ones: those are applied too.
	provider, err := goose.NewProvider(goose.DialectMySQL, conns, db.migrations,
		goose.WithAllowOutofOrder(true), goose.WithDisableGlobalRegistry(true))
	if errors.Is(err, goose.ErrNoMigrations) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if err := named(work(ctx, provider)); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// mendHistory adds the row with which goose begins its table where it is missing. goose makes the two by two statements, and
// refuses the table of a process that died in between.
func mendHistory(ctx context.Context, conns *sql.DB) error {
	var begun bool
	err := conns.QueryRowContext(ctx, "SELECT count(*) > 0 FROM goose_db_version WHERE version_id = 0").Scan(&begun)
	if failure, ok := errors.AsType[*mysql.MySQLError](err); ok && failure.Number == codeNoSuchTable {
		return nil
	}
	if err != nil || begun {
		return err
	}
	_, err = conns.ExecContext(ctx, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, 1)")
	return err
}

// openMigrator returns the one connection for migrations. Who has it, has the lock: it is taken while connecting, and the
// server frees it when the connection ends, however that happens. Should it break, then so does what runs over it.
func (db *DB) openMigrator() (*sql.DB, error) {
	name := sha256.Sum256([]byte(db.server.address.Name)) // locks are the whole server's, and their names short
	conns, err := db.server.open(connector{setup: migrationSetup(), lock: "migrations-" + hex.EncodeToString(name[:16])})
	if err != nil {
		return nil, err
	}
	conns.SetMaxOpenConns(1)
	return conns, nil
}

// named adds the file of the migration that failed.
func named(err error) error {
	if partial, ok := errors.AsType[*goose.PartialError](err); ok && partial.Failed != nil {
		return fmt.Errorf("%s: %w", path.Base(partial.Failed.Source.Path), err)
	}
	return err
}
