//go:build faults

package database

import (
	"context"
	"time"
)

// Sleep keeps a connection and the server busy for d, or until ctx or the time limit of statements ends it: then it returns
// an error.
func (db *DB) Sleep(ctx context.Context, d time.Duration) error {
	limited, cancel := db.Limit(ctx)
	defer cancel()
	if _, err := db.Querier(ctx).Exec(limited, `SELECT pg_sleep($1)`, d.Seconds()); err != nil {
		return Failed(limited, "sleep", err)
	}
	return nil
}
