package database

import (
	"crypto/tls"
	"database/sql"
	"fmt"
	"math"
	"net"
	"time"

	"github.com/go-sql-driver/mysql"

	"example.com/shop/internal/config"
)

// server is where the database is, and how long it may take.
type server struct {
	address config.DatabaseAddress
	timeout time.Duration
}

// dialTimeout is how long a server may take to accept a connection.
const dialTimeout = 5 * time.Second

// open returns connections that c finishes. None is made yet.
func (s server) open(c connector) (*sql.DB, error) {
	cfg, err := s.config()
	if err != nil {
		return nil, err
	}
	cfg.ReadTimeout, cfg.WriteTimeout = c.silence, c.silence
	if c.Connector, err = mysql.NewConnector(cfg); err != nil {
		return nil, fmt.Errorf("prepare connections: %w", redacted(err))
	}
	c.database = s.address.Name
	return sql.OpenDB(&c), nil
}

// config says to the driver what must hold for every connection, whatever the server's own settings are.
func (s server) config() (*mysql.Config, error) {
	cfg := mysql.NewConfig()
	cfg.User, cfg.Passwd, cfg.DBName = s.address.User, s.address.Password, s.address.Name
	cfg.Net, cfg.Addr = "tcp", net.JoinHostPort(s.address.Host, s.address.Port)
	cfg.Timeout = min(dialTimeout, s.timeout)
	cfg.ParseTime, cfg.Loc = true, time.UTC
	// An UPDATE that changes nothing has found its row all the same.
	cfg.ClientFoundRows = true
	// What the driver would log comes back as an error, too.
	cfg.Logger = &mysql.NopLogger{}
	switch s.address.TLS {
	case config.DatabaseTLSVerify:
		cfg.TLS = &tls.Config{MinVersion: tls.VersionTLS12, ServerName: s.address.Host}
	case config.DatabaseTLSOnly:
		cfg.TLS = &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: true} //nolint:gosec // G402: the operator asked for it by name
	}
	if err := cfg.Apply(mysql.Charset("utf8mb4", ""), mysql.TimeTruncate(time.Microsecond)); err != nil {
		return nil, fmt.Errorf("prepare connections: %w", err)
	}
	return cfg, nil
}

// Settings of every session. A string is compared by its first 2048 bytes when rows are sorted, which is all that a column
// that can be sorted holds.
const (
	readCommitted = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"
	always        = "SET SESSION time_zone = '+00:00', max_sort_length = 2048, " +
		"sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,ONLY_FULL_GROUP_BY,NO_ENGINE_SUBSTITUTION'"
)

// requestSetup returns the settings of sessions for requests: the server gives up when the caller does. MariaDB limits every
// statement; MySQL only queries, but what changes rows takes long only when it waits for locks. Comments that start with ! are
// read by one of them alone.
func requestSetup(timeout time.Duration) []string {
	seconds := int(math.Ceil(timeout.Seconds()))
	return []string{readCommitted, fmt.Sprintf(
		always+", innodb_lock_wait_timeout = %d, lock_wait_timeout = %d"+
			" /*M!100100 , max_statement_time = %.3f */ /*!80000 , max_execution_time = %d */",
		seconds, seconds, timeout.Seconds(), timeout.Milliseconds())}
}

// migrationSetup returns the settings of the session that migrates. It may take long, but does not wait for a table that is in
// use for longer than this: everybody else would queue up behind it. Foreign keys are not looked at, so that tables may refer
// to those that a later migration makes.
func migrationSetup() []string {
	return []string{
		readCommitted,
		always + ", foreign_key_checks = 0, lock_wait_timeout = 10, wait_timeout = 86400" +
			" /*M!100100 , max_statement_time = 0 */ /*!80000 , max_execution_time = 0 */",
	}
}
