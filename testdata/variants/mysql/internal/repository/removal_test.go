package repository

import (
	"errors"
	"strconv"
	"testing"

	"example.com/shop/internal/database"
	"example.com/shop/internal/database/databasetest"
	"example.com/shop/internal/model"
)

// family returns a database where people live in houses, which have an owner among them, below another house, and beds.
func family(t *testing.T) (*database.DB, []reference) {
	t.Helper()
	db := databasetest.Open(t)
	mustExec(t, db, "CREATE TABLE `_people` (`id` VARBINARY(36) PRIMARY KEY, `house` VARBINARY(36))")
	mustExec(t, db, "CREATE TABLE `_houses` (`id` VARBINARY(36) PRIMARY KEY, `owner` VARBINARY(36), `above` VARBINARY(36),"+
		" FOREIGN KEY (`owner`) REFERENCES `_people` (`id`), FOREIGN KEY (`above`) REFERENCES `_houses` (`id`))")
	mustExec(t, db, "CREATE TABLE `_beds` (`id` VARBINARY(36) PRIMARY KEY, `house` VARBINARY(36) NOT NULL, `sleeper` VARBINARY(36) NOT NULL,"+
		" FOREIGN KEY (`house`) REFERENCES `_houses` (`id`), FOREIGN KEY (`sleeper`) REFERENCES `_people` (`id`))")
	mustExec(t, db, "ALTER TABLE `_people` ADD FOREIGN KEY (`house`) REFERENCES `_houses` (`id`)")
	return db, []reference{
		{table: "_people", column: "house", target: "_houses", optional: true},
		{table: "_houses", column: "owner", target: "_people", optional: true, onDelete: takeAlong},
		{table: "_houses", column: "above", target: "_houses", optional: true, onDelete: takeAlong},
		{table: "_beds", column: "house", target: "_houses", onDelete: takeAlong},
		{table: "_beds", column: "sleeper", target: "_people"},
	}
}

// wantRows counts the rows of each table.
func wantRows(t *testing.T, db *database.DB, want map[string]int64) {
	t.Helper()
	for table, n := range want {
		if got, err := getOne(t.Context(), db, count, "SELECT count(*) FROM `"+table+"`"); err != nil || got != n {
			t.Errorf("%s has %d rows, %v; want %d", table, got, err, n)
		}
	}
}

// TestRemovalOfWhatHoldsEachOther deletes somebody who lives in their own house, with the bed that they sleep in.
func TestRemovalOfWhatHoldsEachOther(t *testing.T) {
	db, references := family(t)
	mustExec(t, db, "INSERT INTO `_people` VALUES ('p', NULL), ('q', NULL)")
	mustExec(t, db, "INSERT INTO `_houses` VALUES ('h', 'p', NULL), ('i', 'q', NULL)")
	mustExec(t, db, "INSERT INTO `_beds` VALUES ('b', 'h', 'p'), ('c', 'i', 'q')")
	mustExec(t, db, "UPDATE `_people` SET `house` = 'h' WHERE `id` = 'p'")
	if n, err := removeWith(t.Context(), db, references, "_people", "`id` = ?", "p"); n != 1 || err != nil {
		t.Errorf("%d rows, %v; want 1", n, err)
	}
	wantRows(t, db, map[string]int64{"_people": 1, "_houses": 1, "_beds": 1})
}

// TestRemovalOfWhatNobodyKnows deletes from tables that nothing refers to.
func TestRemovalOfWhatNobodyKnows(t *testing.T) {
	db, _ := family(t)
	mustExec(t, db, "INSERT INTO `_people` VALUES ('p', NULL), ('q', NULL)")
	if n, err := removeWith(t.Context(), db, nil, "_people", "`id` = ?", "p"); n != 1 || err != nil {
		t.Errorf("%d rows, %v; want 1", n, err)
	}
	wantRows(t, db, map[string]int64{"_people": 1})
}

// TestRemovalIsRefused deletes a house in which somebody lives who stays.
func TestRemovalIsRefused(t *testing.T) {
	db, references := family(t)
	mustExec(t, db, "INSERT INTO `_people` VALUES ('p', NULL), ('q', NULL)")
	mustExec(t, db, "INSERT INTO `_houses` VALUES ('h', 'p', NULL)")
	mustExec(t, db, "INSERT INTO `_beds` VALUES ('b', 'h', 'p')")
	mustExec(t, db, "UPDATE `_people` SET `house` = 'h'")
	var conflict *model.ConflictError
	for table, id := range map[string]string{"_houses": "h", "_people": "p"} {
		if _, err := removeWith(t.Context(), db, references, table, "`id` = ?", id); !errors.As(inUse(err), &conflict) {
			t.Errorf("%s: %v, want a conflict", table, err)
		}
	}
	wantRows(t, db, map[string]int64{"_people": 2, "_houses": 1, "_beds": 1})
}

// TestRemovalGoesAsDeepAsItMust deletes more levels than InnoDB would, and more rows than one statement names.
func TestRemovalGoesAsDeepAsItMust(t *testing.T) {
	db, references := family(t)
	mustExec(t, db, "INSERT INTO `_houses` VALUES ('0', NULL, NULL)")
	for n := range 40 {
		mustExec(t, db, "INSERT INTO `_houses` VALUES ('"+strconv.Itoa(n+1)+"', NULL, '"+strconv.Itoa(n)+"')")
	}
	mustExec(t, db, "INSERT INTO `_houses` SELECT concat(a.`id`, '-', b.`id`), NULL, a.`id` FROM `_houses` a, `_houses` b")
	if n, err := removeWith(t.Context(), db, references, "_houses", "`id` = ?", "1"); n != 1 || err != nil {
		t.Errorf("%d rows, %v; want 1", n, err)
	}
	wantRows(t, db, map[string]int64{"_houses": 42}) // the first one, with those directly below it
	if n, err := removeWith(t.Context(), db, references, "_houses", "`id` = ?", "nowhere"); n != 0 || err != nil {
		t.Errorf("%d rows, %v; want none", n, err)
	}
}
