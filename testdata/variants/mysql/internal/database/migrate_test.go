package database

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"example.com/shop/internal/database/testserver"
)

// schema returns how every table is made, without goose's own.
func schema(t *testing.T, db *DB) string {
	t.Helper()
	rows, err := db.Reader(t.Context()).QueryContext(t.Context(),
		"SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name NOT LIKE 'goose%' ORDER BY table_name")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var all []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		all = append(all, tableSchema(t, db, name))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, "\n")
}

func tableSchema(t *testing.T, db *DB, table string) string {
	t.Helper()
	var name, made string
	if err := db.pool.db.QueryRowContext(t.Context(), "SHOW CREATE TABLE `"+table+"`").Scan(&name, &made); err != nil {
		t.Fatal(err)
	}
	return made
}

func status(t *testing.T, db *DB) []Migration {
	t.Helper()
	list, err := db.MigrationStatus(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func applied(list []Migration) int {
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
	db := open(t, testserver.Empty(t))
	all := status(t, db)
	if applied(all) != 0 {
		t.Errorf("an empty database has migrations applied: %v", all)
	}
	if !slices.IsSortedFunc(all, func(a, b Migration) int { return int(a.Version - b.Version) }) {
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

// TestReplicasMigrateTogether starts several on one empty database: all must succeed, and each migration happens once.
func TestReplicasMigrateTogether(t *testing.T) {
	const replicas = 5
	url := testserver.Empty(t)
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

// TestFailingMigration must name the file, leave nothing of it behind, and not stand in the way once it is mended.
func TestFailingMigration(t *testing.T) {
	db := open(t, testserver.Empty(t))
	steps := map[string]string{
		"00001_good.sql": "CREATE TABLE good (n INTEGER);",
		"00002_bad.sql":  "ALTER TABLE good ADD COLUMN half INTEGER, DROP COLUMN no_such_column;",
	}
	db.migrations = files(steps)
	err := db.MigrateUp(t.Context())
	if err == nil || !strings.Contains(err.Error(), "00002_bad.sql") {
		t.Errorf("error %v, want it to name the file", err)
	}
	if got := schema(t, db); !strings.Contains(got, "good") || strings.Contains(got, "half") {
		t.Errorf("the schema is %s", got)
	}
	steps["00002_bad.sql"] = "ALTER TABLE good ADD COLUMN half INTEGER;"
	db.migrations = files(steps)
	if err := db.MigrateUp(t.Context()); err != nil {
		t.Errorf("when it is mended: %v", err)
	}
}

// TestMigrationOfAMergedBranch arrives with a lower number than the last one that is applied.
// TestHistoryWithoutBeginning has a process die after it made the table of goose and before it wrote the first row.
func TestHistoryWithoutBeginning(t *testing.T) {
	t.Parallel()
	db := open(t, testserver.Empty(t))
	db.migrations = files(map[string]string{"00001_make.sql": makeTable + ";"})
	for range 2 {
		if err := db.MigrateUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		if list := status(t, db); len(list) != 1 || applied(list) != 1 {
			t.Errorf("migrations are %+v", list)
		}
		write(t, db, "DELETE FROM goose_db_version WHERE version_id = 0")
	}
}

func TestMigrationOfAMergedBranch(t *testing.T) {
	db := open(t, testserver.Empty(t))
	steps := map[string]string{"00001_a.sql": "CREATE TABLE a (n INTEGER);", "00003_c.sql": "CREATE TABLE c (n INTEGER);"}
	db.migrations = files(steps)
	if err := db.MigrateUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	steps["00002_b.sql"] = "CREATE TABLE b (n INTEGER);"
	db.migrations = files(steps)
	if err := db.MigrateUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if list := status(t, db); applied(list) != 3 {
		t.Errorf("not everything is applied: %v", list)
	}
}

// TestMigrationsAreRepeated starts when a process has died between a change and the note that it was made.
func TestMigrationsAreRepeated(t *testing.T) {
	db := open(t, testserver.Empty(t))
	if err := db.MigrateUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	all := status(t, db)
	if len(all) == 0 {
		return
	}
	write(t, db, "DELETE FROM goose_db_version WHERE version_id = ?", all[0].Version)
	if err := db.MigrateUp(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestTablesMayReferToLaterOnes covers references that go round.
func TestTablesMayReferToLaterOnes(t *testing.T) {
	db := open(t, testserver.Empty(t))
	db.migrations = files(map[string]string{
		"00001_a.sql": "CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER, FOREIGN KEY (b) REFERENCES b (id));",
		"00002_b.sql": "CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER NOT NULL, FOREIGN KEY (a) REFERENCES a (id));",
	})
	if err := db.MigrateUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{"INSERT INTO a VALUES (1, 1)", "INSERT INTO b VALUES (1, 1)"} {
		if _, err := db.Writer(t.Context()).ExecContext(t.Context(), query); err == nil {
			t.Errorf("%s: the reference to nothing is accepted", query)
		}
	}
}

// TestMigrationsWaitForEachOther holds the lock, for less time than it takes to give up.
func TestMigrationsWaitForEachOther(t *testing.T) {
	url := testserver.Empty(t)
	db, other := open(t, url), open(t, url)
	db.migrations = files(map[string]string{"00001_make.sql": "CREATE TABLE made (n INTEGER);"})
	holder, err := other.openMigrator()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = holder.Close() }()
	if err := holder.PingContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := db.MigrateUp(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v while somebody else migrates, want that the time is up", err)
	}
	if err := holder.Close(); err != nil {
		t.Fatal(err)
	}
	if err := db.MigrateUp(t.Context()); err != nil {
		t.Errorf("when they have gone: %v", err)
	}
}
