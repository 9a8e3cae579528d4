package testserver

import (
	"context"
	"slices"
	"testing"
)

// Database is one that belongs to this process for as long as it runs. It is left behind, for the next run of the same tests to
// replace.
type Database struct {
	URL    string
	name   string
	server *server
	schema []string // the tables that stay
}

// Lasting returns a database that has nothing in it.
func Lasting(tb testing.TB) *Database {
	tb.Helper()
	s := start(tb)
	name, err := s.take()
	if err != nil {
		tb.Fatalf("make a test database: %v", err)
	}
	return &Database{URL: s.urlOf(name), name: name, server: s}
}

// Keep makes the tables that are there those that stay.
func (d *Database) Keep(ctx context.Context) (err error) {
	d.schema, err = d.tables(ctx)
	return err
}

// Clear deletes all rows of the tables that stay, and drops the others.
func (d *Database) Clear(ctx context.Context) error {
	tables, err := d.tables(ctx)
	if err != nil {
		return err
	}
	var statements []string
	for _, table := range tables {
		action := "DROP TABLE "
		if slices.Contains(d.schema, table) {
			action = "DELETE FROM "
		}
		statements = append(statements, action+"`"+d.name+"`.`"+table+"`")
	}
	return d.server.run(statements...)
}

// tables lists the tables without that of the migrations, which nobody touches.
func (d *Database) tables(ctx context.Context) (names []string, err error) {
	const query = "SELECT `table_name` FROM `information_schema`.`tables` WHERE `table_schema` = ? AND `table_name` <> 'goose_db_version'"
	found, err := d.server.work.QueryContext(ctx, query, d.name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = found.Close() }() // Err has what matters
	for found.Next() {
		var name string
		if err := found.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, found.Err()
}
