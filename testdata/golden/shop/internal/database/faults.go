//go:build faults

package database

import (
	"context"
	"fmt"
	"time"
)

// Sleep keeps a reading connection busy for d, or until ctx or the time limit of statements ends it: then it returns an
// error.
func (db *DB) Sleep(ctx context.Context, d time.Duration) error {
	limited, cancel := db.Limit(ctx)
	defer cancel()
	busy, stop := context.WithTimeout(limited, d)
	defer stop()
	const endless = `WITH RECURSIVE "n"("i") AS (SELECT 1 UNION ALL SELECT "i" + 1 FROM "n") SELECT max("i") FROM "n"`
	var n int64
	err := db.Reader(ctx).QueryRowContext(busy, endless).Scan(&n)
	if cause := context.Cause(limited); cause != nil {
		return fmt.Errorf("sleep: %w", cause)
	}
	if busy.Err() != nil {
		return nil
	}
	return fmt.Errorf("sleep: %w", err)
}
