package database_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/pressly/goose/v3/lock"

	"example.com/shop/internal/database"
	"example.com/shop/internal/database/databasetest"
	"example.com/shop/internal/model"
)

// schema describes everything that migrations make: columns, constraints, indexes, triggers and functions, without what is
// goose's own.
func schema(t *testing.T, db *database.DB) string {
	t.Helper()
	const query = `SELECT concat_ws(' ', kind, place, name, definition) FROM (
		SELECT 'column' AS kind, table_name::text AS place, column_name::text AS name, concat_ws(' ', data_type, numeric_precision,
			numeric_scale, collation_name, is_nullable, column_default) AS definition
			FROM information_schema.columns WHERE table_schema = 'public'
		UNION ALL SELECT 'constraint', conrelid::regclass::text, conname::text, pg_get_constraintdef(oid)
			FROM pg_constraint WHERE connamespace = 'public'::regnamespace
		UNION ALL SELECT 'index', tablename::text, indexname::text, indexdef FROM pg_indexes WHERE schemaname = 'public'
		UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
		UNION ALL SELECT 'function', '', proname::text, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
	) AS everything WHERE place NOT LIKE 'goose%'`
	rows, err := db.Querier(t.Context()).Query(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}

func status(t *testing.T, db *database.DB) []database.Migration {
	t.Helper()
	list, err := db.MigrationStatus(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func applied(list []database.Migration) int {
	n := 0
	for _, m := range list {
		if m.Applied {
			n++
		}
	}
	return n
}

// TestMigrationsUpDownUp takes every migration back, one at a time, and applies them again.
func TestMigrationsUpDownUp(t *testing.T) {
	db := open(t, databasetest.URL(t))
	all := status(t, db)
	if applied(all) != 0 {
		t.Errorf("an empty database has migrations applied: %v", all)
	}
	if !slices.IsSortedFunc(all, func(a, b database.Migration) int { return int(a.Version - b.Version) }) {
		t.Errorf("the list is out of order: %v", all)
	}
	if err := db.MigrateUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	first := schema(t, db)
	for i := range all {
		if got, want := applied(status(t, db)), len(all)-i; got != want {
			t.Fatalf("%d migrations are applied, want %d", got, want)
		}
		if err := db.MigrateDown(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if left := schema(t, db); left != "" {
		t.Errorf("taking every migration back leaves\n%s", left)
	}
	if err := db.MigrateDown(t.Context()); err != nil {
		t.Errorf("with nothing to take back: %v", err)
	}
	if err := db.MigrateUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if second := schema(t, db); second != first {
		t.Errorf("up, down and up again gives\n%s\nand not\n%s", second, first)
	}
}

// TestReplicasMigrateTogether starts several on one new database: all must succeed, and each migration happens once.
func TestReplicasMigrateTogether(t *testing.T) {
	const replicas = 5
	url := databasetest.URL(t)
	var running sync.WaitGroup
	for range replicas {
		db := open(t, url)
		running.Go(func() {
			if err := db.MigrateUp(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	running.Wait()
	db := open(t, url)
	if list := status(t, db); applied(list) != len(list) {
		t.Errorf("not everything is applied: %v", list)
	}
	if len(status(t, db)) == 0 {
		return
	}
	if n := number(t, db, "SELECT count(*) - count(DISTINCT version_id) FROM goose_db_version"); n != 0 {
		t.Errorf("%d migrations were applied twice", n)
	}
}

// files returns migrations: names and what they do on the way up.
func files(steps map[string]string) fstest.MapFS {
	all := fstest.MapFS{}
	for name, up := range steps {
		all[name] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + up + "\n-- +goose Down\n")}
	}
	return all
}

// TestDeadProcessFreesTheLock has the lock of a process that died in the middle of migrating.
func TestDeadProcessFreesTheLock(t *testing.T) {
	url := databasetest.URL(t)
	dead, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := dead.Exec(t.Context(), "SELECT pg_advisory_lock($1)", lock.DefaultLockID); err != nil {
		t.Fatal(err)
	}
	db := open(t, url)
	db.UseMigrations(files(map[string]string{"00001_a.sql": "CREATE TABLE a (n bigint);"}))
	impatient, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := db.MigrateUp(impatient); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("while the other one lives: %v", err)
	}
	_ = dead.PgConn().Conn().Close() // as the kernel does it, without a word of farewell
	if err := db.MigrateUp(t.Context()); err != nil {
		t.Errorf("when the other one is dead: %v", err)
	}
}

// TestMigrationDoesNotHoldUpOthers lets a migration wait for a table that is in use: it must give up, and work later.
func TestMigrationDoesNotHoldUpOthers(t *testing.T) {
	cfg := databasetest.Config(databasetest.URL(t))
	cfg.DatabaseTimeout = time.Second
	db := withTable(t, cfg)
	db.UseMigrations(files(map[string]string{"00001_alter.sql": "ALTER TABLE t ADD COLUMN o bigint;"}))
	err := db.WithTx(t.Context(), func(ctx context.Context) error {
		if _, err := db.Querier(ctx).Exec(ctx, "SELECT n FROM t"); err != nil {
			return err
		}
		if err := db.MigrateUp(t.Context()); !errors.Is(err, model.ErrUnavailable) || !strings.Contains(err.Error(), "00001_alter.sql") {
			return fmt.Errorf("while the table is in use: %w", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.MigrateUp(t.Context()); err != nil {
		t.Errorf("when the table is free: %v", err)
	}
}

// TestFailingMigration must name the file, leave nothing of it behind, and not stand in the way once it is mended.
func TestFailingMigration(t *testing.T) {
	db := open(t, databasetest.URL(t))
	db.UseMigrations(files(map[string]string{
		"00001_good.sql": "CREATE TABLE good (n bigint);",
		"00002_bad.sql":  "CREATE TABLE half (n bigint); INSERT INTO no_such_table VALUES (1);",
	}))
	err := db.MigrateUp(t.Context())
	if err == nil || !strings.Contains(err.Error(), "00002_bad.sql") {
		t.Errorf("error %v, want it to name the file", err)
	}
	if got := schema(t, db); got != "column good n bigint 64 0 YES" {
		t.Errorf("the schema is %s", got)
	}
	db.UseMigrations(files(map[string]string{
		"00001_good.sql": "CREATE TABLE good (n bigint);",
		"00002_bad.sql":  "CREATE TABLE half (n bigint);",
	}))
	if err := db.MigrateUp(t.Context()); err != nil {
		t.Errorf("when it is mended: %v", err)
	}
}

// TestMigrationOfAMergedBranch arrives with a lower number than the last one that is applied.
func TestMigrationOfAMergedBranch(t *testing.T) {
	db := open(t, databasetest.URL(t))
	steps := map[string]string{"00001_a.sql": "CREATE TABLE a (n bigint);", "00003_c.sql": "CREATE TABLE c (n bigint);"}
	db.UseMigrations(files(steps))
	if err := db.MigrateUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	steps["00002_b.sql"] = "CREATE TABLE b (n bigint);"
	db.UseMigrations(files(steps))
	if err := db.MigrateUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if list := status(t, db); applied(list) != 3 {
		t.Errorf("not everything is applied: %v", list)
	}
}
