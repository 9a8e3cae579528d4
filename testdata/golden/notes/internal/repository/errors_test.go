package repository

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"example.com/notes/internal/database"
	"example.com/notes/internal/database/databasetest"
	"example.com/notes/internal/model"
)

func wantError(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error %v, want %v", err, want)
	}
}

func constrained(t *testing.T) *database.DB {
	t.Helper()
	db := databasetest.Open(t)
	mustExec(t, db, `CREATE TABLE "_parents" ("id" TEXT PRIMARY KEY) STRICT`)
	mustExec(t, db, `CREATE TABLE "_rows" (
		"id" TEXT NOT NULL PRIMARY KEY,
		"owner" TEXT NOT NULL,
		"code" TEXT NOT NULL CONSTRAINT "code" CHECK (length("code") <= 3),
		"parent" TEXT REFERENCES "_parents" ("id")
	) STRICT`)
	mustExec(t, db, `CREATE UNIQUE INDEX "_rows_code" ON "_rows" ("owner", "code")`)
	mustExec(t, db, `INSERT INTO "_parents" VALUES ('p')`)
	mustExec(t, db, `INSERT INTO "_rows" VALUES ('1', 'o', 'abc', 'p')`)
	return db
}

func TestBeforeTheMigrationsIsAnOutage(t *testing.T) {
	db := constrained(t)
	for _, query := range []string{`SELECT 1 FROM "_later"`, `SELECT _rows.later FROM "_rows"`} {
		_, err := exec(t.Context(), db, query)
		wantError(t, err, model.ErrUnavailable)
	}
}

func TestConstraintsBecomeModelErrors(t *testing.T) {
	db := constrained(t)
	conflicts := map[string]string{
		`INSERT INTO "_rows" VALUES ('1', 'o', 'x', NULL)`:   "id",
		`INSERT INTO "_rows" VALUES ('2', 'o', 'abc', NULL)`: "code",
	}
	for query, field := range conflicts {
		_, err := exec(t.Context(), db, query)
		var conflict *model.ConflictError
		if !errors.As(err, &conflict) || conflict.Field != field {
			t.Errorf("%s: %v, want a conflict of %s", query, err, field)
		}
	}
	invalid := map[string]string{
		`INSERT INTO "_rows" VALUES ('3', 'o', 'long', NULL)`:       "/code",
		`INSERT INTO "_rows" VALUES ('3', 'o', NULL, NULL)`:         "/code",
		`INSERT INTO "_rows" VALUES ('3', x'00', 'c', NULL)`:        "/owner",
		`UPDATE "_rows" SET "code" = 'far too long' WHERE id = '1'`: "/code",
	}
	for query, pointer := range invalid {
		_, err := exec(t.Context(), db, query)
		var validation *model.ValidationError
		if !errors.As(err, &validation) || validation.Fields[0].Pointer != pointer {
			t.Errorf("%s: %v, want it to be invalid at %s", query, err, pointer)
		}
	}
	for _, query := range []string{`INSERT INTO "_rows" VALUES ('4', 'o', 'd', 'q')`, `UPDATE "_rows" SET "parent" = 'q'`} {
		_, err := exec(t.Context(), db, query)
		wantError(t, err, model.ErrConflict)
	}
	_, err := exec(t.Context(), db, `DELETE FROM "_parents"`)
	var conflict *model.ConflictError
	if !errors.As(inUse(err), &conflict) || conflict.Field != "" {
		t.Errorf("deleting what a row refers to: %v, want a conflict", err)
	}
	if n, err := getOne(t.Context(), db, count, `SELECT count(*) FROM "_rows"`); err != nil || n != 1 {
		t.Errorf("%d rows, %v; want 1", n, err)
	}
}

func TestTooManyLevelsAreAConflict(t *testing.T) {
	db := databasetest.Open(t)
	mustExec(t, db, `CREATE TABLE "_tree" ("id" INTEGER PRIMARY KEY, "parent" INTEGER REFERENCES "_tree" ("id") ON DELETE CASCADE) STRICT`)
	mustExec(t, db, `CREATE INDEX "_tree_parent" ON "_tree" ("parent")`)
	mustExec(t, db, `INSERT INTO "_tree" WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1100) SELECT i, nullif(i - 1, 0) FROM n`)
	_, err := exec(t.Context(), db, `DELETE FROM "_tree" WHERE "id" = 1`)
	var conflict *model.ConflictError
	if !errors.As(inUse(err), &conflict) || conflict.Field != "" || conflict.Detail == "" {
		t.Errorf("deleting a tree of 1100 levels: %v, want a conflict", err)
	}
	if n, err := getOne(t.Context(), db, count, `SELECT count(*) FROM "_tree"`); err != nil || n != 1100 {
		t.Errorf("%d rows, %v; want all of them", n, err)
	}
	if _, err := exec(t.Context(), db, `DELETE FROM "_tree" WHERE "id" = 600`); err != nil {
		t.Errorf("deleting the lower half: %v", err)
	}
}

func TestUnknownFailureIsNoModelError(t *testing.T) {
	db := databasetest.Open(t)
	_, err := exec(t.Context(), db, `SELEC 1`)
	for _, known := range []error{model.ErrUnavailable, model.ErrConflict, model.ErrNotFound} {
		if err == nil || errors.Is(err, known) {
			t.Errorf("a statement that makes no sense gives %v", err)
		}
	}
}

func open(t *testing.T, url string, limit time.Duration) *database.DB {
	t.Helper()
	cfg := databasetest.Config(url)
	cfg.DatabaseTimeout = limit
	db, err := database.Open(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestUnavailable(t *testing.T) {
	t.Run("closed", func(t *testing.T) {
		db := open(t, databasetest.URL(t), time.Minute)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		_, err := exec(t.Context(), db, `CREATE TABLE "t" ("n" INTEGER)`)
		wantError(t, err, model.ErrUnavailable)
		_, err = getOne(t.Context(), db, count, `SELECT 1`)
		wantError(t, err, model.ErrUnavailable)
	})
	t.Run("locked for too long", func(t *testing.T) {
		url := databasetest.URL(t)
		holder, waiter := open(t, url, time.Minute), open(t, url, 20*time.Millisecond)
		err := holder.WithTx(t.Context(), func(context.Context) error {
			_, err := exec(t.Context(), waiter, `CREATE TABLE "t" ("n" INTEGER)`)
			wantError(t, err, model.ErrUnavailable)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
	t.Run("slow statement", func(t *testing.T) {
		db := open(t, databasetest.URL(t), 20*time.Millisecond)
		const endless = `WITH RECURSIVE "n"("i") AS (SELECT 1 UNION ALL SELECT "i" + 1 FROM "n") SELECT count(*) FROM "n"`
		_, err := getOne(t.Context(), db, count, endless)
		wantError(t, err, model.ErrUnavailable)
		if errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v looks as if the caller's time were up", err)
		}
	})
}
