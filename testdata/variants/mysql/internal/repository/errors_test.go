package repository

import (
	"context"
	"database/sql/driver"
	"errors"
	"log/slog"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"

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
	mustExec(t, db, "CREATE TABLE `_parents` (`id` VARBINARY(36) PRIMARY KEY)")
	mustExec(t, db, "CREATE TABLE `_rows` ("+
		"`id` VARBINARY(36) NOT NULL PRIMARY KEY,"+
		"`owner` VARBINARY(36) NOT NULL,"+
		"`code` VARBINARY(12) NOT NULL,"+
		"`parent` VARBINARY(36),"+
		"`count_of` INTEGER,"+
		"`at` DATETIME(6),"+
		"UNIQUE KEY `code_key` (`owner`, `code`),"+
		"CONSTRAINT `_rows__code__1a2b3c` CHECK (char_length(convert(`code` using utf8mb4)) <= 3),"+
		"CONSTRAINT `_rows__parent__fk` FOREIGN KEY (`parent`) REFERENCES `_parents` (`id`)"+
		") ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
	mustExec(t, db, "INSERT INTO `_parents` VALUES ('p')")
	mustExec(t, db, "INSERT INTO `_rows` VALUES ('1', 'o', 'abc', 'p', 1, NULL)")
	return db
}

func TestBeforeTheMigrationsIsAnOutage(t *testing.T) {
	db := constrained(t)
	for _, query := range []string{"SELECT 1 FROM `_later`", "SELECT `_rows`.`later` FROM `_rows`"} {
		_, err := exec(t.Context(), db, query)
		wantError(t, err, model.ErrUnavailable)
	}
}

func TestConstraintsBecomeModelErrors(t *testing.T) {
	db := constrained(t)
	conflicts := map[string]string{
		"INSERT INTO `_rows` VALUES ('1', 'o', 'x', NULL, 1, NULL)":   "id",
		"INSERT INTO `_rows` VALUES ('2', 'o', 'abc', NULL, 1, NULL)": "code",
	}
	for query, field := range conflicts {
		_, err := exec(t.Context(), db, query)
		var conflict *model.ConflictError
		if !errors.As(err, &conflict) || conflict.Field != field || strings.Contains(err.Error(), "abc") {
			t.Errorf("%s: %v, want a conflict of %s", query, err, field)
		}
	}
	invalid := map[string]string{
		"INSERT INTO `_rows` VALUES ('3', 'o', 'mine', NULL, 1, NULL)":                   "/code",
		"INSERT INTO `_rows` VALUES ('3', 'o', 'mine and much too long', NULL, 1, NULL)": "/code",
		"INSERT INTO `_rows` VALUES ('3', 'o', NULL, 'p', 1, NULL)":                      "/code",
		"INSERT INTO `_rows` (`id`, `owner`) VALUES ('3', 'o')":                          "/code",
		"INSERT INTO `_rows` VALUES ('3', 'o', 'c', NULL, 9999999999, NULL)":             "/count_of",
		"INSERT INTO `_rows` VALUES ('3', 'o', 'c', NULL, 'mine', NULL)":                 "/count_of",
		"INSERT INTO `_rows` VALUES ('3', 'o', 'c', NULL, 1, '2026-02-30 mine')":         "/at",
		"UPDATE `_rows` SET `code` = 'mine' WHERE `id` = '1'":                            "/code",
	}
	for query, pointer := range invalid {
		_, err := exec(t.Context(), db, query)
		var validation *model.ValidationError
		if !errors.As(err, &validation) || validation.Fields[0].Pointer != pointer || strings.Contains(err.Error(), "mine") {
			t.Errorf("%s: %v, want it to be invalid at %s", query, err, pointer)
		}
	}
	for _, query := range []string{"INSERT INTO `_rows` VALUES ('4', 'o', 'd', 'q', 1, NULL)", "UPDATE `_rows` SET `parent` = 'q'"} {
		_, err := exec(t.Context(), db, query)
		wantError(t, err, model.ErrConflict)
	}
	_, err := exec(t.Context(), db, "DELETE FROM `_parents`")
	var conflict *model.ConflictError
	if !errors.As(inUse(err), &conflict) || conflict.Field != "" {
		t.Errorf("deleting what a row refers to: %v, want a conflict", err)
	}
	if n, err := getOne(t.Context(), db, count, "SELECT count(*) FROM `_rows`"); err != nil || n != 1 {
		t.Errorf("%d rows, %v; want 1", n, err)
	}
}

// TestMessagesOfBothServers covers what this run's server does not say.
func TestMessagesOfBothServers(t *testing.T) {
	taken := map[string]string{
		"Duplicate entry 'x' for key 'sku_key'":                    "sku",
		"Duplicate entry 'x' for key 'products.sku_key'":           "sku",
		"Duplicate entry 'x' for key 'products.PRIMARY'":           "id",
		"Duplicate entry 'for key 'a_key'' for key 'order_no_key'": "order_no",
	}
	for message, want := range taken {
		if got := takenField(&mysql.MySQLError{Message: message}); got != want {
			t.Errorf("%s: %q, want %q", message, got, want)
		}
	}
	failed := map[string]string{
		"Check constraint 'products__unit_price__1a2b3c' is violated.":                  "unit_price",
		"CONSTRAINT `products__unit_price__1a2b3c` failed for `products`":               "unit_price",
		"CONSTRAINT `a_long_n_1a2b3__unit_price__1a2b3c` failed for `db`.`products`":    "unit_price",
		"Column 'unit_price' cannot be null":                                            "unit_price",
		"Field 'unit_price' doesn't have a default value":                               "unit_price",
		"Data too long for column 'unit_price' at row 1":                                "unit_price",
		"Out of range value for column 'unit_price' at row 1":                           "unit_price",
		"Incorrect integer value: 'for column 'a'' for column 'unit_price' at row 1":    "unit_price",
		"Incorrect decimal value: 'x' for column `db`.`products`.`unit_price` at row 1": "unit_price",
		"Incorrect decimal value: 'x' for column `products`.`unit_price` at row 1":      "unit_price",
		"Something else": "",
	}
	for message, want := range failed {
		if got := failedField(&mysql.MySQLError{Message: message}); got != want {
			t.Errorf("%s: %q, want %q", message, got, want)
		}
	}
}

func TestOutagesOfTheServer(t *testing.T) {
	for _, number := range []uint16{1040, 1053, 1205, 1213, 1290, 1317, 1836, 1927, 1969, 2006, 2013, 3024} {
		wantError(t, translate(t.Context(), &mysql.MySQLError{Number: number, Message: "Something"}), model.ErrUnavailable)
	}
	for _, err := range []error{mysql.ErrInvalidConn, driver.ErrBadConn, &net.OpError{Op: "read", Err: syscall.ECONNRESET}} {
		wantError(t, translate(t.Context(), err), model.ErrUnavailable)
	}
}

func TestUnknownFailureIsNoModelError(t *testing.T) {
	db := databasetest.Open(t)
	_, err := exec(t.Context(), db, "SELEC 1")
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
		_, err := exec(t.Context(), db, "CREATE TABLE `t` (`n` INTEGER)")
		wantError(t, err, model.ErrUnavailable)
		_, err = getOne(t.Context(), db, count, "SELECT 1")
		wantError(t, err, model.ErrUnavailable)
	})
	t.Run("locked for too long", func(t *testing.T) {
		url := databasetest.URL(t)
		holder, waiter := open(t, url, time.Minute), open(t, url, 200*time.Millisecond)
		mustExec(t, holder, "CREATE TABLE `t` (`n` INTEGER PRIMARY KEY)")
		mustExec(t, holder, "INSERT INTO `t` VALUES (1)")
		err := holder.WithTx(t.Context(), func(ctx context.Context) error {
			if _, err := exec(ctx, holder, "UPDATE `t` SET `n` = 2"); err != nil {
				return err
			}
			_, err := exec(t.Context(), waiter, "UPDATE `t` SET `n` = 3")
			wantError(t, err, model.ErrUnavailable)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
	t.Run("slow statement", func(t *testing.T) {
		db := open(t, databasetest.URL(t), 200*time.Millisecond)
		_, err := getOne(t.Context(), db, count, "SELECT SLEEP(30)")
		wantError(t, err, model.ErrUnavailable)
		if errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v looks as if the caller's time were up", err)
		}
	})
}
