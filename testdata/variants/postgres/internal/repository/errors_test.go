package repository

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"example.com/shop/internal/database"
	"example.com/shop/internal/database/databasetest"
	"example.com/shop/internal/model"
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
	mustExec(t, db, `CREATE TABLE "_parents" ("id" text PRIMARY KEY)`)
	mustExec(t, db, `CREATE TABLE "_rows" (
		"id" text PRIMARY KEY,
		"owner" text NOT NULL,
		"code" text NOT NULL CONSTRAINT "code" CHECK (length("code") <= 3),
		"parent" text CONSTRAINT "parent" REFERENCES "_parents" ("id"),
		"amount" numeric(4, 2),
		"long" text
	)`)
	mustExec(t, db, `CREATE UNIQUE INDEX "_rows_code_key" ON "_rows" ("owner", "code")`)
	mustExec(t, db, `CREATE UNIQUE INDEX "amount_0123abcd_ukey" ON "_rows" ("amount")`)
	mustExec(t, db, `CREATE INDEX "_rows_long_idx" ON "_rows" ("long")`)
	mustExec(t, db, `INSERT INTO "_parents" VALUES ('p')`)
	mustExec(t, db, `INSERT INTO "_rows" VALUES ('1', 'o', 'abc', 'p', 1)`)
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
		`INSERT INTO "_rows" VALUES ('1', 'o', 'x', NULL)`:    "id",
		`INSERT INTO "_rows" VALUES ('2', 'o', 'abc', NULL)`:  "code",
		`INSERT INTO "_rows" VALUES ('2', 'o', 'x', NULL, 1)`: "amount",
	}
	for query, field := range conflicts {
		_, err := exec(t.Context(), db, query)
		var conflict *model.ConflictError
		if !errors.As(err, &conflict) || conflict.Field != field {
			t.Errorf("%s: %v, want a conflict of %s", query, err, field)
		}
	}
	invalid := map[string]string{
		`INSERT INTO "_rows" VALUES ('3', 'o', 'long', NULL)`:                                                                        "/code",
		`INSERT INTO "_rows" VALUES ('3', 'o', NULL, NULL)`:                                                                          "/code",
		`INSERT INTO "_rows" VALUES ('3', 'o', 'c', NULL, 100)`:                                                                      "/",
		`INSERT INTO "_rows" VALUES ('3', 'o', 'c', NULL, 2, (SELECT string_agg(md5(n::text), '') FROM generate_series(1, 1000) n))`: "/",
		`UPDATE "_rows" SET "code" = 'far too long' WHERE id = '1'`:                                                                  "/code",
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
	_, err := exec(t.Context(), db, `UPDATE "_rows" SET "parent" = 'q'`)
	if field := brokenReference(err); field != "parent" {
		t.Errorf("the broken reference is %q, want parent", field)
	}
	_, err = exec(t.Context(), db, `DELETE FROM "_parents"`)
	var conflict *model.ConflictError
	if !errors.As(inUse(err), &conflict) || conflict.Field != "" {
		t.Errorf("deleting what a row refers to: %v, want a conflict", err)
	}
	if n, err := getOne(t.Context(), db, count, `SELECT count(*) FROM "_rows"`); err != nil || n != 1 {
		t.Errorf("%d rows, %v; want 1", n, err)
	}
}

func TestUniqueField(t *testing.T) {
	for _, test := range []struct{ table, index, want string }{
		{"products", "products_sku_key", "sku"},
		{"products", "products_products_key", "products"},
		{"products", "products_key_key", "key"},
		{"products", "products_pkey", "id"},
		{"things", "things_of_a_very_long_name_0123abcd_ukey", "things_of_a_very_long_name"},
	} {
		if got := uniqueField(test.table, test.index); got != test.want {
			t.Errorf("%s is about %q, want %q", test.index, got, test.want)
		}
	}
}

// TestDeepTreesGo deletes a chain that some databases would find too long.
func TestDeepTreesGo(t *testing.T) {
	db := databasetest.Open(t)
	mustExec(t, db, `CREATE TABLE "_tree" ("id" bigint PRIMARY KEY, "parent" bigint REFERENCES "_tree" ("id") ON DELETE CASCADE)`)
	mustExec(t, db, `CREATE INDEX "_tree_parent" ON "_tree" ("parent")`)
	mustExec(t, db, `INSERT INTO "_tree" SELECT i, nullif(i - 1, 0) FROM generate_series(1, 1100) i`)
	if n, err := exec(t.Context(), db, `DELETE FROM "_tree" WHERE "id" = 1`); err != nil || n != 1 {
		t.Errorf("%d rows, %v", n, err)
	}
	if n, err := getOne(t.Context(), db, count, `SELECT count(*) FROM "_tree"`); err != nil || n != 0 {
		t.Errorf("%d rows are left, %v", n, err)
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
		_, err := exec(t.Context(), db, `CREATE TABLE "t" ("n" bigint)`)
		wantError(t, err, model.ErrUnavailable)
		_, err = getOne(t.Context(), db, count, `SELECT 1`)
		wantError(t, err, model.ErrUnavailable)
	})
	t.Run("locked for too long", func(t *testing.T) {
		url := databasetest.URL(t)
		holder, waiter := open(t, url, time.Minute), open(t, url, 300*time.Millisecond)
		mustExec(t, holder, `CREATE TABLE "t" ("n" bigint)`)
		err := holder.WithTx(t.Context(), func(ctx context.Context) error {
			if _, err := exec(ctx, holder, `LOCK TABLE "t"`); err != nil {
				return err
			}
			_, err := exec(t.Context(), waiter, `DELETE FROM "t"`)
			wantError(t, err, model.ErrUnavailable)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
	t.Run("slow statement", func(t *testing.T) {
		db := open(t, databasetest.URL(t), 300*time.Millisecond)
		_, err := getOne(t.Context(), db, count, `SELECT count(pg_sleep(60))`)
		wantError(t, err, model.ErrUnavailable)
		if errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v looks as if the caller's time were up", err)
		}
	})
}
