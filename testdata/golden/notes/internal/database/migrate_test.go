package database

import (
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
)

// schema returns every statement that made the schema, without goose's own table.
func schema(t *testing.T, db *DB) string {
	t.Helper()
	rows, err := db.Reader(t.Context()).QueryContext(t.Context(),
		"SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND tbl_name NOT LIKE 'goose%' AND name NOT LIKE 'sqlite%' ORDER BY name")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var all []string
	for rows.Next() {
		var sql string
		if err := rows.Scan(&sql); err != nil {
			t.Fatal(err)
		}
		all = append(all, sql)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, "\n")
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
	db := open(t, filepath.Join(t.TempDir(), "app.db"))
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

// TestReplicasMigrateTogether starts several on one new file: all must succeed, and each migration happens once.
func TestReplicasMigrateTogether(t *testing.T) {
	const replicas = 5
	path := filepath.Join(t.TempDir(), "app.db")
	var running sync.WaitGroup
	for range replicas {
		db := open(t, path)
		running.Go(func() {
			if err := db.MigrateUp(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	running.Wait()
	db := open(t, path)
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
	db := open(t, filepath.Join(t.TempDir(), "app.db"))
	db.migrations = files(map[string]string{
		"00001_good.sql": "CREATE TABLE good (n INTEGER);",
		"00002_bad.sql":  "CREATE TABLE half (n INTEGER); INSERT INTO no_such_table VALUES (1);",
	})
	err := db.MigrateUp(t.Context())
	if err == nil || !strings.Contains(err.Error(), "00002_bad.sql") {
		t.Errorf("error %v, want it to name the file", err)
	}
	if got := schema(t, db); got != "CREATE TABLE good (n INTEGER)" {
		t.Errorf("the schema is %s", got)
	}
	db.migrations = files(map[string]string{
		"00001_good.sql": "CREATE TABLE good (n INTEGER);",
		"00002_bad.sql":  "CREATE TABLE half (n INTEGER);",
	})
	if err := db.MigrateUp(t.Context()); err != nil {
		t.Errorf("when it is mended: %v", err)
	}
}

// TestMigrationOfAMergedBranch arrives with a lower number than the last one that is applied.
func TestMigrationOfAMergedBranch(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "app.db"))
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

// TestRebuildingATableKeepsItsChildren drops a table that others refer to, as SQLite's way of changing a column demands.
func TestRebuildingATableKeepsItsChildren(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "app.db"))
	db.migrations = files(map[string]string{
		"00001_make.sql": `CREATE TABLE parents (id INTEGER PRIMARY KEY); CREATE TABLE children (p INTEGER REFERENCES parents (id) ON DELETE CASCADE);
			INSERT INTO parents VALUES (1); INSERT INTO children VALUES (1);`,
		"00002_rebuild.sql": `CREATE TABLE fresh (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO fresh SELECT id, '' FROM parents;
			DROP TABLE parents; ALTER TABLE fresh RENAME TO parents;`,
	})
	if err := db.MigrateUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := number(t, db, "SELECT count(*) FROM children"); n != 1 {
		t.Errorf("%d children are left, want 1", n)
	}
}

// TestBrokenReferencesAreReported stands for a migration that forgets the rows of a table.
func TestBrokenReferencesAreReported(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "app.db"))
	conns, err := openPool(db.location.migrator(), 1)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conns.Close() }()
	const script = `CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (a INTEGER REFERENCES a (id)); INSERT INTO b VALUES (7);`
	if _, err := conns.ExecContext(t.Context(), script); err != nil {
		t.Fatal(err)
	}
	if err := checkReferences(t.Context(), conns); err == nil {
		t.Error("a row without its parent goes unnoticed")
	}
}
