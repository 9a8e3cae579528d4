package database_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"example.com/shop/internal/database"
	"example.com/shop/internal/database/databasetest"
)

func nothing() fstest.MapFS { return fstest.MapFS{} }

// schema returns all collections with their options and indexes, but for what the migrations keep for themselves.
func schema(t *testing.T, db *database.DB) string {
	t.Helper()
	specs, err := db.Data().ListCollectionSpecifications(t.Context(), bson.D{})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, spec := range specs {
		if strings.HasPrefix(spec.Name, "schema_") {
			continue
		}
		all = append(all, spec.Name+" "+spec.Options.String())
		cursor, err := db.Data().Collection(spec.Name).Indexes().List(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for cursor.Next(t.Context()) {
			all = append(all, spec.Name+" "+cursor.Current.String())
		}
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
		if m.Applied == m.AppliedAt.IsZero() {
			n = -1000
		}
	}
	return n
}

func migrate(t *testing.T, db *database.DB) {
	t.Helper()
	if err := db.MigrateUp(t.Context()); err != nil {
		t.Fatal(err)
	}
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
	migrate(t, db)
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
	migrate(t, db)
	if second := schema(t, db); second != first {
		t.Errorf("up, down and up again gives\n%s\nand not\n%s", second, first)
	}
}

// TestMigrationsThatWereCutShort applies every migration once more, as after a crash before the note that it is done.
func TestMigrationsThatWereCutShort(t *testing.T) {
	db := open(t, databasetest.URL(t))
	migrate(t, db)
	first := schema(t, db)
	if _, err := db.Data().Collection("schema_migrations").DeleteMany(t.Context(), bson.D{}); err != nil {
		t.Fatal(err)
	}
	migrate(t, db)
	if second := schema(t, db); second != first {
		t.Errorf("twice gives\n%s\nand not\n%s", second, first)
	}
}

// TestReplicasMigrateTogether starts several on one new database: all must succeed, and each migration happens once.
func TestReplicasMigrateTogether(t *testing.T) {
	const replicas = 5
	url := databasetest.URL(t)
	var running sync.WaitGroup
	for range replicas {
		db := open(t, url)
		// Doing this twice fails: the collection is there, and holds what must not be.
		db.SetMigrations(steps(map[string]string{"00001_once.json": `{"create": "once"},
			{"assert": "once", "none": {}, "because": "this happened before"},
			{"insert": "once", "documents": [{"_id": 1}]}`}))
		running.Go(func() {
			if err := db.MigrateUp(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	running.Wait()
}

// steps returns migrations: names and the commands of their way up.
func steps(up map[string]string) fstest.MapFS {
	all := fstest.MapFS{}
	for name, commands := range up {
		all[name] = &fstest.MapFile{Data: []byte(`{"up": [` + commands + `], "down": []}`)}
	}
	return all
}

// TestFailingMigration must name the file and the command, and not stand in the way once it is mended.
func TestFailingMigration(t *testing.T) {
	db := open(t, databasetest.URL(t))
	db.SetMigrations(steps(map[string]string{
		"00001_good.json": `{"create": "good"}`,
		"00002_bad.json":  `{"create": "half"}, {"noSuchCommand": "s3cret"}`,
	}))
	err := db.MigrateUp(t.Context())
	if err == nil || !strings.Contains(err.Error(), "00002_bad.json: command 2, noSuchCommand") {
		t.Errorf("error %v, want it to name the file and the command", err)
	}
	if n := applied(status(t, db)); n != 1 {
		t.Errorf("%d migrations are applied, want the good one", n)
	}
	db.SetMigrations(steps(map[string]string{"00001_good.json": `{"create": "good"}`, "00002_bad.json": `{"create": "half"}`}))
	migrate(t, db)
}

// TestDuplicatesStopAnIndex without showing what is there twice.
func TestDuplicatesStopAnIndex(t *testing.T) {
	db := open(t, databasetest.URL(t))
	db.SetMigrations(steps(map[string]string{
		"00001_twins.json": `{"create": "twins"}, {"insert": "twins", "documents": [{"name": "s3cret"}, {"name": "s3cret"}]}`,
		"00002_index.json": `{"createIndexes": "twins", "indexes": [{"name": "twins_name_key", "key": {"name": 1}, "unique": true}]}`,
	}))
	err := db.MigrateUp(t.Context())
	if err == nil || !strings.Contains(err.Error(), "00002_index.json") || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("error %v", err)
	}
}

func TestAssertion(t *testing.T) {
	db := open(t, databasetest.URL(t))
	db.SetMigrations(steps(map[string]string{
		"00001_make.json":  `{"create": "a"}, {"insert": "a", "documents": [{"_id": 1, "n": 1}, {"_id": 2, "n": 2}]}`,
		"00002_holds.json": `{"assert": "a", "none": {"n": {"$gt": 2}}, "because": "n is too large"}`,
		"00003_fails.json": `{"assert": "a", "none": {"n": {"$gt": 1}}, "because": "n is too large"}`,
	}))
	err := db.MigrateUp(t.Context())
	if err == nil || !strings.Contains(err.Error(), "00003_fails.json") || !strings.Contains(err.Error(), "1 documents of a: n is too large") {
		t.Errorf("error %v", err)
	}
}

// TestMigrationOfAMergedBranch arrives with a lower number than the last one that is applied.
func TestMigrationOfAMergedBranch(t *testing.T) {
	db := open(t, databasetest.URL(t))
	some := map[string]string{"00001_a.json": `{"create": "a"}`, "00003_c.json": `{"create": "c"}`}
	db.SetMigrations(steps(some))
	migrate(t, db)
	some["00002_b.json"] = `{"create": "b"}`
	db.SetMigrations(steps(some))
	migrate(t, db)
	if list := status(t, db); applied(list) != 3 {
		t.Errorf("not everything is applied: %v", list)
	}
}

func TestMigrationsThatMakeNoSense(t *testing.T) {
	url := databasetest.URL(t)
	for name, files := range map[string]fstest.MapFS{
		"no JSON":        {"00001_a.json": {Data: []byte(`up`)}},
		"no number":      {"a.json": {Data: []byte(`{}`)}},
		"twice a number": {"00001_a.json": {Data: []byte(`{}`)}, "1_b.json": {Data: []byte(`{}`)}},
		"empty command":  {"00001_a.json": {Data: []byte(`{"up": [{}]}`)}},
	} {
		db := open(t, url)
		db.SetMigrations(files)
		if err := db.MigrateUp(t.Context()); err == nil || !strings.Contains(err.Error(), ".json") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// hold makes another process's lock.
func hold(t *testing.T, db *database.DB) {
	t.Helper()
	_, err := db.Data().Collection(database.LockCollection).InsertOne(t.Context(),
		bson.D{{Key: "_id", Value: database.LockID}, {Key: "owner", Value: "another"}, {Key: "beat", Value: int64(0)}})
	if err != nil {
		t.Fatal(err)
	}
}

// TestLockOfADeadProcess is taken over when its owner gives no sign of life.
func TestLockOfADeadProcess(t *testing.T) {
	db := open(t, databasetest.URL(t))
	db.SetMigrations(nothing())
	db.SetLease(200 * time.Millisecond)
	hold(t, db)
	start := time.Now()
	migrate(t, db)
	if waited := time.Since(start); waited < 200*time.Millisecond {
		t.Errorf("the lock was taken over after %s", waited)
	}
	start = time.Now()
	migrate(t, db)
	if waited := time.Since(start); waited > 10*time.Second {
		t.Errorf("the lock was not given back: %s", waited)
	}
}

// TestLockOfALivingProcess is respected for as long as there are signs of life.
func TestLockOfALivingProcess(t *testing.T) {
	db := open(t, databasetest.URL(t))
	db.SetMigrations(nothing())
	db.SetLease(300 * time.Millisecond)
	hold(t, db)
	alive, die := context.WithTimeout(t.Context(), time.Second)
	defer die()
	var beating sync.WaitGroup
	beating.Go(func() {
		locks := db.Data().Collection(database.LockCollection)
		for alive.Err() == nil {
			sign := bson.D{{Key: "$inc", Value: bson.D{{Key: "beat", Value: int64(1)}}}}
			_, _ = locks.UpdateOne(alive, bson.D{{Key: "owner", Value: "another"}}, sign)
			time.Sleep(20 * time.Millisecond)
		}
	})
	start := time.Now()
	migrate(t, db)
	if waited := time.Since(start); waited < time.Second {
		t.Errorf("the lock was taken over after %s, and its owner was alive", waited)
	}
	beating.Wait()
}

func TestWaitingForTheLockCanBeCancelled(t *testing.T) {
	db := open(t, databasetest.URL(t))
	hold(t, db)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := db.MigrateUp(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
}
