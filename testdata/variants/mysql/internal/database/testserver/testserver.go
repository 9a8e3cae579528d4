// Package testserver gives tests databases of their own, on the server that TEST_DATABASE_URL names.
package testserver

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"database/sql"
	"encoding/hex"
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
	"sync"
	"testing"

	"github.com/go-sql-driver/mysql"

	"example.com/shop/internal/config"
)

// Empty returns the URL of a database that has nothing in it. It is dropped when the test ends.
func Empty(tb testing.TB) string {
	tb.Helper()
	s := start(tb)
	name, err := s.take()
	if err != nil {
		tb.Fatalf("make a test database: %v", err)
	}
	tb.Cleanup(func() {
		if err := s.giveBack(name); err != nil {
			tb.Errorf("drop a test database: %v", err)
		}
	})
	return s.urlOf(name)
}

// start returns the server. Tests are skipped when none is named; where everything must be tested they fail.
func start(tb testing.TB) *server {
	tb.Helper()
	raw := os.Getenv("TEST_DATABASE_URL")
	switch {
	case raw == "" && os.Getenv("CI") != "":
		tb.Fatal("TEST_DATABASE_URL names no server: in CI nothing may go untested")
	case raw == "":
		tb.Skip("TEST_DATABASE_URL names no server: make env services starts one")
	}
	s, err := connected()
	if err != nil {
		tb.Fatalf("TEST_DATABASE_URL: %v", err)
	}
	return s
}

// server is where the databases are. Each belongs to whoever holds the lock of its name, which the server takes back when the
// process ends: two runs at the same time do not get the same ones.
type server struct {
	locks  *sql.DB // one connection, which holds them
	work   *sql.DB
	url    *url.URL
	prefix string

	mu   sync.Mutex
	next int
	free []string
}

var connected = sync.OnceValues(connect) //nolint:gochecknoglobals // the server is the same for every test

// connect is not bound to a test: what it returns outlives the first one.
func connect() (*server, error) {
	raw := os.Getenv("TEST_DATABASE_URL")
	at, err := config.ParseDatabaseURL(raw)
	if err != nil {
		return nil, err
	}
	where, err := url.Parse(raw)
	if err != nil {
		return nil, err
	}
	folder, err := os.Getwd() // that of the package that is tested
	if err != nil {
		return nil, err
	}
	locks, err := open(at)
	if err != nil {
		return nil, err
	}
	locks.SetMaxOpenConns(1)
	work, err := open(at)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(folder))
	s := &server{locks: locks, work: work, url: where, prefix: "test_" + hex.EncodeToString(sum[:6]) + "_"}
	return s, locks.PingContext(context.Background())
}

func open(at config.DatabaseAddress) (*sql.DB, error) {
	cfg := mysql.NewConfig()
	cfg.User, cfg.Passwd = at.User, at.Password
	cfg.Net, cfg.Addr = "tcp", net.JoinHostPort(at.Host, at.Port)
	cfg.InterpolateParams = true
	cfg.Params = map[string]string{"foreign_key_checks": "0"} // tables are emptied in any order
	if at.TLS != config.DatabaseTLSOff {
		cfg.TLS = &tls.Config{MinVersion: tls.VersionTLS12, ServerName: at.Host}
		cfg.TLS.InsecureSkipVerify = at.TLS == config.DatabaseTLSOnly
	}
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector), nil
}

func (s *server) urlOf(name string) string {
	u := *s.url
	u.Path, u.RawPath = "/"+name, ""
	return u.String()
}

// take makes a database that no other process uses.
func (s *server) take() (string, error) {
	name, err := s.claim()
	if err != nil {
		return "", err
	}
	return name, s.run("DROP DATABASE IF EXISTS `"+name+"`", "CREATE DATABASE `"+name+"`")
}

func (s *server) claim() (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.free); n > 0 {
		name := s.free[n-1]
		s.free = s.free[:n-1]
		return name, nil
	}
	const most = 1000
	for s.next < most {
		name := s.prefix + strconv.Itoa(s.next)
		s.next++
		var got sql.NullBool
		if err := s.locks.QueryRowContext(context.Background(), "SELECT GET_LOCK(?, 0)", name).Scan(&got); err != nil {
			return "", err
		}
		if got.Bool {
			return name, nil
		}
	}
	return "", fmt.Errorf("%d databases are in use", most)
}

// giveBack drops a database. Its name stays with the process.
func (s *server) giveBack(name string) error {
	if err := s.run("DROP DATABASE IF EXISTS `" + name + "`"); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free = append(s.free, name)
	return nil
}

func (s *server) run(statements ...string) error {
	for _, statement := range statements {
		if _, err := s.work.ExecContext(context.Background(), statement); err != nil {
			return err
		}
	}
	return nil
}
