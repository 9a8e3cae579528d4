package repository

import (
	"context"
	"maps"
	"slices"
	"strings"

	"example.com/shop/internal/database"
)

// reference is a column that holds ids of another table's rows. The foreign key only guards it. What becomes of a row when the
// one that it refers to is deleted is decided here: InnoDB would follow 15 levels and no more, would change rows without giving
// them a new version, and would not let two rows go together of which one holds the other.
type reference struct {
	table, column, target string
	optional              bool
	// onDelete follows the reference backwards from rows that are to be deleted; nil keeps them from that.
	onDelete func(ctx context.Context, r *removal, from reference, ids []string) error
}

// removal is a deletion in the making: which rows are to go.
type removal struct {
	db         *database.DB
	references []reference
	doomed     map[string][]string // ids by table
	seen       map[rowKey]bool
}

type rowKey struct{ table, id string }

// removeWith deletes the rows of a table that meet a condition, with what the references demand, and returns how many rows met
// it. All of them are locked first, from the top down: nobody can refer to them any more.
func removeWith(
	ctx context.Context, db *database.DB, references []reference, table, condition string, args ...any,
) (found int64, err error) {
	err = db.WithTx(ctx, func(ctx context.Context) error {
		r := &removal{db: db, references: references, doomed: map[string][]string{}, seen: map[rowKey]bool{}}
		ids, err := r.lock(ctx, table, condition, args...)
		if err != nil {
			return err
		}
		found = int64(len(ids))
		if err := r.doom(ctx, table, ids); err != nil {
			return err
		}
		return r.delete(ctx)
	})
	return found, err
}

// lock returns the ids of rows, which nobody else changes from then on.
func (r *removal) lock(ctx context.Context, table, condition string, args ...any) ([]string, error) {
	query := "SELECT `id` FROM `" + table + "` WHERE " + condition + " FOR UPDATE"
	return getAll(ctx, r.db, func(r row) (id string, err error) { return id, r.Scan(&id) }, query, args...)
}

// doom notes that rows are to be deleted, and follows what refers to them.
func (r *removal) doom(ctx context.Context, table string, ids []string) error {
	ids = slices.DeleteFunc(ids, func(id string) bool { return r.seen[rowKey{table, id}] })
	for _, id := range ids {
		r.seen[rowKey{table, id}] = true
	}
	r.doomed[table] = append(r.doomed[table], ids...)
	for _, from := range r.references {
		if from.target != table || from.onDelete == nil {
			continue
		}
		for part := range slices.Chunk(ids, partSize) {
			if err := from.onDelete(ctx, r, from, part); err != nil {
				return err
			}
		}
	}
	return nil
}

// partSize is how many ids a statement names at most.
const partSize = 200

// takeAlong deletes the rows that refer to those of the ids.
func takeAlong(ctx context.Context, r *removal, from reference, ids []string) error {
	condition, args := among(from.column, ids)
	dependents, err := r.lock(ctx, from.table, condition, args...)
	if err != nil {
		return err
	}
	return r.doom(ctx, from.table, dependents)
}

// among is the condition that a column holds one of the ids.
func among(column string, ids []string) (condition string, args []any) {
	for _, id := range ids {
		args = append(args, id)
	}
	return "`" + column + "` IN (?" + strings.Repeat(", ?", len(ids)-1) + ")", args
}

// delete removes the rows, those first that others do not need. Where two may hold each other, they let go before.
func (r *removal) delete(ctx context.Context) error {
	for _, from := range r.references {
		if from.optional && len(r.doomed[from.target]) > 0 {
			if err := r.each(ctx, from.table, "UPDATE `"+from.table+"` SET `"+from.column+"` = NULL WHERE "); err != nil {
				return err
			}
		}
	}
	for _, table := range r.order() {
		if err := r.each(ctx, table, "DELETE FROM `"+table+"` WHERE "); err != nil {
			return err
		}
	}
	return nil
}

// each runs a statement over all rows of a table that are to go.
func (r *removal) each(ctx context.Context, table, statement string) error {
	for part := range slices.Chunk(r.doomed[table], partSize) {
		condition, args := among("id", part)
		if _, err := exec(ctx, r.db, statement+condition, args...); err != nil {
			return err
		}
	}
	return nil
}

// order returns the tables with rows to delete, each behind those whose rows cannot be without its own.
func (r *removal) order() []string {
	var ordered []string
	var visit func(table string)
	visit = func(table string) {
		if len(r.doomed[table]) == 0 || slices.Contains(ordered, table) {
			return
		}
		for _, from := range r.references {
			if from.target == table && !from.optional {
				visit(from.table)
			}
		}
		ordered = append(ordered, table)
	}
	for _, table := range slices.Sorted(maps.Keys(r.doomed)) {
		visit(table)
	}
	return ordered
}
