package database

import (
	"context"
	"database/sql/driver"
	"errors"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
)

// driverConn is what the driver's connections can do.
type driverConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.NamedValueChecker
	driver.SessionResetter
	driver.Validator
}

// session is a connection to the server. When a context ends, the driver closes its own end of the connection, and no more:
// the server goes on with the statement. A session remembers that, and has it ended there, too.
type session struct {
	driverConn
	id        int64 // by which the server knows it
	expires   time.Time
	abandoned bool
	abandon   func(id int64)
	database  string
}

// Close closes the connection. That the server no longer hears of it is no failure.
func (s *session) Close() error {
	_ = s.driverConn.Close()
	if s.abandoned && s.abandon != nil {
		s.abandon(s.id)
	}
	return nil
}

// IsValid reports whether the connection can be used again.
func (s *session) IsValid() bool {
	return s.driverConn.IsValid() && !s.expired()
}

// ResetSession prepares the connection for somebody else. The pool replaces one that is bad or too old without anybody noticing.
func (s *session) ResetSession(ctx context.Context) error {
	if s.expired() {
		return driver.ErrBadConn
	}
	return s.driverConn.ResetSession(ctx)
}

func (s *session) expired() bool {
	return !s.expires.IsZero() && time.Now().After(s.expires)
}

// note looks at the error of a statement on its way out.
func (s *session) note(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		s.abandoned = true
	}
	// The text is the only thing that has the name of the database.
	if failure, ok := errors.AsType[*mysql.MySQLError](err); ok {
		failure.Message = strings.NewReplacer("`"+s.database+"`.", "", "'"+s.database+".", "'").Replace(failure.Message)
	}
	return err
}

// BeginTx begins a transaction.
func (s *session) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	tx, err := s.driverConn.BeginTx(ctx, options)
	return tx, s.note(err)
}

// Ping asks the server for a sign of life.
func (s *session) Ping(ctx context.Context) error {
	return s.note(s.driverConn.Ping(ctx))
}

// ExecContext runs a statement.
func (s *session) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	result, err := s.driverConn.ExecContext(ctx, query, args)
	return result, s.note(err)
}

// QueryContext runs a statement that returns rows.
func (s *session) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	found, err := s.driverConn.QueryContext(ctx, query, args)
	return s.rows(found, err)
}

func (s *session) rows(found driver.Rows, err error) (driver.Rows, error) {
	if err != nil {
		return nil, s.note(err)
	}
	return &rows{Rows: found, session: s}, nil
}

// driverStmt is what the driver's prepared statements can do.
type driverStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
	driver.NamedValueChecker
}

// PrepareContext prepares a statement.
func (s *session) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	prepared, err := s.driverConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, s.note(err)
	}
	if p, ok := prepared.(driverStmt); ok {
		return &stmt{driverStmt: p, session: s}, nil
	}
	return prepared, nil
}

// stmt is a prepared statement of a session.
type stmt struct {
	driverStmt
	session *session
}

// ExecContext runs the statement.
func (p *stmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	result, err := p.driverStmt.ExecContext(ctx, args)
	return result, p.session.note(err)
}

// QueryContext runs the statement, which returns rows.
func (p *stmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	found, err := p.driverStmt.QueryContext(ctx, args)
	return p.session.rows(found, err)
}

// rows are what a statement of a session has found.
type rows struct {
	driver.Rows
	session *session
}

// Next reads a row.
func (r *rows) Next(dest []driver.Value) error {
	return r.session.note(r.Rows.Next(dest))
}
