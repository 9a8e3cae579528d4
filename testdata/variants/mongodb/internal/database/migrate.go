package database

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path"
	"regexp"
	"slices"
	"strconv"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"example.com/shop/internal/model"
)

// Migration is one step in the history of the schema.
type Migration struct {
	Version   int64
	Name      string
	Applied   bool
	AppliedAt time.Time // zero when it is not applied
}

// historyCollection has a document for every migration that is applied.
const historyCollection = "schema_migrations"

// step is a migration with its commands.
type step struct {
	version  int64
	name     string
	Up, Down []bson.D
}

// record is what is kept of a migration that is applied.
type record struct {
	Version   int64     `bson:"_id"`
	Name      string    `bson:"name"`
	AppliedAt time.Time `bson:"applied_at"`
}

// MigrateUp applies every migration that is missing. One that fails may have done the first of its commands: it runs again
// from its beginning next time. Processes that do this at the same time take turns.
func (db *DB) MigrateUp(ctx context.Context) error {
	return db.migrate(ctx, func(ctx context.Context, data *mongo.Database, steps []step) error {
		applied, err := history(ctx, data)
		if err != nil {
			return err
		}
		for _, s := range steps {
			if _, done := applied[s.version]; done {
				continue // branches that are merged bring older versions after newer ones
			}
			if err := db.apply(ctx, data, s); err != nil {
				return err
			}
		}
		db.current.Store(true)
		return nil
	})
}

func (db *DB) apply(ctx context.Context, data *mongo.Database, s step) error {
	start := time.Now()
	if err := db.runCommands(ctx, data, s.name, s.Up); err != nil {
		return err
	}
	_, err := data.Collection(historyCollection).InsertOne(ctx, record{Version: s.version, Name: s.name, AppliedAt: start.UTC()})
	if err != nil {
		return fmt.Errorf("%s: record that it is applied: %w", s.name, err)
	}
	db.log.LogAttrs(ctx, slog.LevelInfo, "migrated", slog.String("migration", s.name), slog.Duration("duration", time.Since(start)))
	return nil
}

// MigrateDown takes back the newest migration that is applied. With none applied it does nothing.
func (db *DB) MigrateDown(ctx context.Context) error {
	return db.migrate(ctx, func(ctx context.Context, data *mongo.Database, steps []step) error {
		applied, err := history(ctx, data)
		if err != nil {
			return err
		}
		for _, s := range slices.Backward(steps) {
			if _, done := applied[s.version]; done {
				db.current.Store(false)
				return db.takeBack(ctx, data, s)
			}
		}
		return nil
	})
}

func (db *DB) takeBack(ctx context.Context, data *mongo.Database, s step) error {
	if err := db.runCommands(ctx, data, s.name, s.Down); err != nil {
		return err
	}
	if _, err := data.Collection(historyCollection).DeleteOne(ctx, bson.D{{Key: "_id", Value: s.version}}); err != nil {
		return fmt.Errorf("%s: record that it is taken back: %w", s.name, err)
	}
	db.log.LogAttrs(ctx, slog.LevelInfo, "migrated down", slog.String("migration", s.name))
	return nil
}

// MigrationStatus lists every migration in order.
func (db *DB) MigrationStatus(ctx context.Context) ([]Migration, error) {
	steps, err := readSteps(db.migrations)
	if err != nil {
		return nil, err
	}
	data, err := db.data()
	if err != nil {
		return nil, err
	}
	limited, cancel := db.Limit(ctx)
	defer cancel()
	applied, err := history(limited, data)
	if err != nil {
		return nil, db.unavailable(limited, "read which migrations are applied", err)
	}
	list := make([]Migration, len(steps))
	for i, s := range steps {
		was, done := applied[s.version]
		list[i] = Migration{Version: s.version, Name: s.name, Applied: done, AppliedAt: was.AppliedAt.UTC()}
		if !done {
			list[i].AppliedAt = time.Time{}
		}
	}
	return list, nil
}

// checkSchema is a model.ErrUnavailable until every migration is applied, by whomever.
func (db *DB) checkSchema(ctx context.Context, data *mongo.Database) error {
	steps, err := readSteps(db.migrations)
	if err != nil {
		return err
	}
	applied, err := history(ctx, data)
	if err != nil {
		return db.unavailable(ctx, "look at the schema", err)
	}
	for _, s := range steps {
		if _, done := applied[s.version]; !done {
			return fmt.Errorf("migration %s is not applied yet: %w", s.name, model.ErrUnavailable)
		}
	}
	db.current.Store(true)
	return nil
}

// migrate runs work while holding the lock that keeps other processes out.
func (db *DB) migrate(ctx context.Context, work func(ctx context.Context, data *mongo.Database, steps []step) error) error {
	steps, err := readSteps(db.migrations)
	if err != nil {
		return err
	}
	limited, cancel := db.Limit(ctx)
	defer cancel()
	if err := db.examine(limited); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	data, err := db.data()
	if err != nil {
		return err
	}
	held, unlock, err := db.lockMigrations(ctx, data)
	if err != nil {
		return db.failed(ctx, err)
	}
	defer unlock()
	if err := work(held, data, steps); err != nil {
		return db.failed(held, err)
	}
	return nil
}

// failed adds what ended a migration from outside, and takes out of err what is not to be shown.
func (db *DB) failed(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return fmt.Errorf("migrate: %w", cause)
	}
	if duplicate(err) {
		return errors.New(db.location.redact("migrate: " + duplicateText.ReplaceAllString(err.Error(), "$1")))
	}
	return fmt.Errorf("migrate: %w", db.Redact(err))
}

// duplicateText is the message of a unique index, whose end has the value.
var duplicateText = regexp.MustCompile(`(?s)(E11000 duplicate key error).*`)

func duplicate(err error) bool { return mongo.IsDuplicateKeyError(err) }

// history returns what is applied, by version.
func history(ctx context.Context, data *mongo.Database) (map[int64]record, error) {
	cursor, err := data.Collection(historyCollection).Find(ctx, bson.D{}, options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}))
	if err != nil {
		return nil, err
	}
	var records []record
	if err := cursor.All(ctx, &records); err != nil {
		return nil, err
	}
	applied := map[int64]record{}
	for _, r := range records {
		applied[r.Version] = r
	}
	return applied, nil
}

var stepName = regexp.MustCompile(`^(\d+)_\w+\.json$`)

// readSteps reads all migrations, in the order of their versions.
func readSteps(fsys fs.FS) ([]step, error) {
	files, err := fs.Glob(fsys, "*.json")
	if err != nil {
		return nil, fmt.Errorf("list migrations: %w", err)
	}
	steps := make([]step, 0, len(files))
	for _, file := range files {
		s, err := readStep(fsys, file)
		if err != nil {
			return nil, err
		}
		steps = append(steps, s)
	}
	slices.SortFunc(steps, func(a, b step) int { return cmp.Compare(a.version, b.version) })
	for i := range steps[min(1, len(steps)):] {
		if steps[i].version == steps[i+1].version {
			return nil, fmt.Errorf("migrations %s and %s have one version", steps[i].name, steps[i+1].name)
		}
	}
	return steps, nil
}

func readStep(fsys fs.FS, file string) (step, error) {
	s := step{name: path.Base(file)}
	match := stepName.FindStringSubmatch(s.name)
	if match == nil {
		return s, fmt.Errorf("migration %s is not named like 00100_create_products.json", s.name)
	}
	var err error
	if s.version, err = strconv.ParseInt(match[1], 10, 64); err != nil {
		return s, fmt.Errorf("migration %s: %w", s.name, err)
	}
	content, err := fs.ReadFile(fsys, file)
	if err != nil {
		return s, fmt.Errorf("read migration %s: %w", s.name, err)
	}
	if err := bson.UnmarshalExtJSON(content, false, &s); err != nil {
		return s, fmt.Errorf("migration %s: %w", s.name, err)
	}
	return s, nil
}
