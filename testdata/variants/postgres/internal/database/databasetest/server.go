package databasetest

import (
	"context"
	"fmt"
	"hash/fnv"
	"net/url"
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// slot is a place for a database. Their names come from the folder of the package under test and a number, so that what a
// run leaves behind is found, and used again, by the next one.
type slot struct {
	name     string
	migrated bool
}

// server is the connection with which this process makes databases. It holds an advisory lock for each of its slots, which
// keeps another run of the same tests away from them, and goes with the process.
type server struct {
	url  *url.URL
	mu   sync.Mutex
	conn *pgx.Conn
	free []*slot
	made int
}

var (
	connecting sync.Mutex //nolint:gochecknoglobals // there is one server for all tests
	connected  *server    //nolint:gochecknoglobals // the same
)

func connect(tb testing.TB, u *url.URL) *server {
	tb.Helper()
	connecting.Lock()
	defer connecting.Unlock()
	if connected == nil {
		conn, err := pgx.Connect(context.WithoutCancel(tb.Context()), u.String())
		if err != nil {
			tb.Fatalf("%s names a server that cannot be used: %v", variable, err)
		}
		connected = &server{url: u, conn: conn}
	}
	return connected
}

// urlOf returns the URL of the database in a slot.
func (s *server) urlOf(at *slot) string {
	u := *s.url
	u.Path = "/" + at.name
	return u.String()
}

// take returns a slot for one test alone, if possible one that suits.
func (s *server) take(tb testing.TB, suits func(*slot) bool) *slot {
	tb.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := slices.IndexFunc(s.free, suits); i >= 0 {
		found := s.free[i]
		s.free = slices.Delete(s.free, i, i+1)
		return found
	}
	folder, err := os.Getwd()
	if err != nil {
		tb.Fatalf("find the folder of the tests: %v", err)
	}
	for {
		s.made++
		name := fmt.Sprintf("test_%016x_%d", hash(folder), s.made)
		var ours bool
		const lock = `SELECT pg_try_advisory_lock($1)`
		if err := s.conn.QueryRow(context.WithoutCancel(tb.Context()), lock, int64(hash(name))).Scan(&ours); err != nil { //nolint:gosec // G115: any number will do
			tb.Fatalf("lock a test database: %v", err)
		}
		if ours {
			return &slot{name: name}
		}
	}
}

// put gives a slot back.
func (s *server) put(at *slot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free = append(s.free, at)
}

// recreate makes an empty database, whatever was there.
func (s *server) recreate(tb testing.TB, at *slot) {
	tb.Helper()
	s.drop(tb, at)
	s.exec(tb, `CREATE DATABASE `+pgx.Identifier{at.name}.Sanitize()+` TEMPLATE template0 ENCODING 'UTF8'`)
}

func (s *server) drop(tb testing.TB, at *slot) {
	tb.Helper()
	at.migrated = false
	s.exec(tb, `DROP DATABASE IF EXISTS `+pgx.Identifier{at.name}.Sanitize()+` WITH (FORCE)`)
}

func (s *server) exec(tb testing.TB, query string) {
	tb.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.conn.Exec(context.WithoutCancel(tb.Context()), query); err != nil {
		tb.Fatalf("%s: %v", query, err)
	}
}

// tidy empties all tables of the schema. Those of tests, whose names begin with _, go.
const tidy = `DO $$
DECLARE "tables" text;
BEGIN
	SELECT string_agg(quote_ident(tablename), ', ') INTO "tables" FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE '\_%';
	IF "tables" IS NOT NULL THEN
		EXECUTE 'DROP TABLE ' || "tables";
	END IF;
	SELECT string_agg(quote_ident(tablename), ', ') INTO "tables" FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'goose_db_version';
	IF "tables" IS NOT NULL THEN
		EXECUTE 'TRUNCATE ' || "tables";
	END IF;
END $$`

// empty removes all rows, and reports whether the next test can have the database.
func (s *server) empty(tb testing.TB, at *slot) bool {
	tb.Helper()
	ctx := context.WithoutCancel(tb.Context())
	conn, err := pgx.Connect(ctx, s.urlOf(at))
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, tidy)
	return err == nil
}

func hash(text string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text)) // it never fails
	return h.Sum64()
}
