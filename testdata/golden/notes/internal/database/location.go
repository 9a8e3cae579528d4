package database

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// lockWait is how long SQLite itself waits for another process's lock. It cannot be interrupted meanwhile, so it is
// short; longer waiting is repeated from outside, where a cancelled request is noticed.
const lockWait = 200 * time.Millisecond

// location is where the data lives and how it is tuned.
type location struct {
	path    string
	pragmas []string // the user's own, such as "cache_size(-65536)"
}

// tunable matches the pragmas that a URL may set. The others decide whether data is safe, so they are not for the URL.
var tunable = regexp.MustCompile(`^(cache_size|journal_size_limit|mmap_size|temp_store|wal_autocheckpoint)\(-?\w+\)$`)

// parseURL reads a DATABASE_URL. Its errors never repeat the URL.
func parseURL(raw string) (location, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "file" || u.Fragment != "" || (u.Host != "" && u.Host != "localhost") {
		return location{}, errors.New(`DATABASE_URL must be the URL of a file, such as "file:data/app.db" or "file:///var/lib/app/app.db"`)
	}
	path, err := filePath(u)
	if err != nil {
		return location{}, err
	}
	params, err := url.ParseQuery(u.RawQuery)
	pragmas := params["_pragma"]
	delete(params, "_pragma")
	if err != nil || len(params) > 0 {
		return location{}, errors.New("DATABASE_URL takes no parameters but _pragma")
	}
	for _, p := range pragmas {
		if !tunable.MatchString(p) {
			return location{}, errors.New("DATABASE_URL: _pragma may only set cache_size, journal_size_limit, mmap_size, temp_store and wal_autocheckpoint, such as _pragma=cache_size(-65536)")
		}
	}
	return location{path: path, pragmas: pragmas}, nil
}

func filePath(u *url.URL) (string, error) {
	path := u.Path
	if u.Opaque != "" {
		var err error
		if path, err = url.PathUnescape(u.Opaque); err != nil {
			return "", errors.New("DATABASE_URL holds a broken percent escape")
		}
	}
	switch {
	case path == "" || strings.HasSuffix(path, "/") || strings.ContainsRune(path, 0):
		return "", errors.New("DATABASE_URL must name a file")
	case strings.HasPrefix(path, ":"):
		return "", errors.New("DATABASE_URL must name a file: a database in memory would be another one for every connection")
	}
	return path, nil
}

// writer is the connection string for the one connection that writes. Its transactions take the write lock when they
// begin (immediate): one that began by reading could otherwise fail as "busy" at its first write, without any waiting.
func (l location) writer() string {
	return l.dsn(url.Values{"_txlock": {"immediate"}, "_journal_mode": {"WAL"}, "_synchronous": {"NORMAL"}, "_foreign_keys": {"1"}})
}

// reader is the connection string for connections that only read.
func (l location) reader() string {
	return l.dsn(url.Values{"_query_only": {"1"}})
}

// migrator is writer without foreign keys: rebuilding a table drops it for a moment, which would delete the rows that
// refer to it. All references are checked afterwards.
func (l location) migrator() string {
	return l.dsn(url.Values{"_txlock": {"immediate"}, "_journal_mode": {"WAL"}, "_synchronous": {"NORMAL"}, "_foreign_keys": {"0"}})
}

// gate is the connection string for a file that is only ever locked, never written.
func (l location) gate() string {
	return l.dsn(url.Values{"_txlock": {"immediate"}})
}

func (l location) dsn(params url.Values) string {
	params.Set("_busy_timeout", strconv.FormatInt(lockWait.Milliseconds(), 10))
	params.Set("_dqs", "0")      // a misspelled "column" is an error, not text
	params.Set("_error_rc", "1") // the text of an error is of that error, not of an earlier one
	params["_pragma"] = l.pragmas
	return "file:" + (&url.URL{Path: l.path}).EscapedPath() + "?" + params.Encode()
}

// ensureFile makes the file and its folder, readable by their owner only. SQLite gives its other files the same mode.
func ensureFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make the folder of the database: %w", err)
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // G304: the operator says where the data lives
	if err != nil {
		return fmt.Errorf("open the database file: %w", err)
	}
	if err := file.Close(); err != nil {
		return fmt.Errorf("close the database file: %w", err)
	}
	return nil
}
