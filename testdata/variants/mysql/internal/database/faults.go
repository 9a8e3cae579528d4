//go:build faults

package database

import (
	"context"
	"fmt"
	"time"
)

// Sleep keeps a connection and the server busy for d, or until ctx or the time limit of statements ends it: then it returns an
// error.
func (db *DB) Sleep(ctx context.Context, d time.Duration) error {
	limited, cancel := db.Limit(ctx)
	defer cancel()
	var interrupted bool
	err := db.Reader(ctx).QueryRowContext(limited, "SELECT SLEEP(?)", d.Seconds()).Scan(&interrupted)
	if cause := context.Cause(limited); cause != nil {
		return fmt.Errorf("sleep: %w", cause)
	}
	if err != nil {
		return fmt.Errorf("sleep: %w", err)
	}
	if interrupted {
		return fmt.Errorf("sleep: %w", ErrTimeout)
	}
	return nil
}
