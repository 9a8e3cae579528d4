package database

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"time"
)

// connector finishes the connections that the driver makes.
type connector struct {
	driver.Connector
	// setup are statements that come first.
	setup []string
	// lock is the name of the lock that the session must have before it is used; "" for none.
	lock string
	// lifetime is how long a connection is used, give or take a tenth; 0 for as long as it lasts.
	lifetime time.Duration
	// abandon is told of connections that were closed while the server was still at work for them.
	abandon func(id int64)
	// silence is how long the server may say nothing to a statement, and so to a COMMIT, which has no other limit; 0 for ever.
	silence time.Duration
	// database is the name that no error may show.
	database string
}

// Connect makes a connection. Its errors do not say where to, or as whom.
func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	made, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, redacted(err)
	}
	conn, ok := made.(driverConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("a connection of the driver is a %T", made), made.Close())
	}
	s := &session{driverConn: conn, abandon: c.abandon, database: c.database}
	if c.lifetime > 0 {
		s.expires = time.Now().Add(c.lifetime - c.lifetime/10 + rand.N(c.lifetime/5)) //nolint:gosec // jitter is no secret
	}
	if err := c.finish(ctx, s); err != nil {
		return nil, errors.Join(redacted(err), s.Close())
	}
	return s, nil
}

func (c *connector) finish(ctx context.Context, s *session) (err error) {
	for _, statement := range c.setup {
		if _, err := s.ExecContext(ctx, statement, nil); err != nil {
			return err
		}
	}
	if s.id, err = s.number(ctx, "SELECT CONNECTION_ID()"); err != nil || c.lock == "" {
		return err
	}
	return s.waitForLock(ctx, c.lock)
}

// waitForLock takes a lock that goes with the session. It asks again and again, so that the end of ctx is noticed.
func (s *session) waitForLock(ctx context.Context, name string) error {
	for {
		got, err := s.number(ctx, "SELECT coalesce(GET_LOCK('"+name+"', 1), 0)")
		if err != nil || got == 1 {
			return err
		}
	}
}

// number returns the one number that a query selects.
func (s *session) number(ctx context.Context, query string) (int64, error) {
	rows, err := s.QueryContext(ctx, query, nil)
	if err != nil {
		return 0, err
	}
	defer func() { _ = rows.Close() }() // there is nothing more to come
	row := make([]driver.Value, 1)
	if err := rows.Next(row); err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	switch n := row[0].(type) {
	case int64:
		return n, nil
	case uint64:
		return int64(n), nil //nolint:gosec // G115: no counter gets there
	default:
		return 0, fmt.Errorf("%s gave a %T", query, n)
	}
}
