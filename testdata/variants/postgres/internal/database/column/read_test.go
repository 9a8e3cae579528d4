package column_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/shop/internal/database"
	"example.com/shop/internal/database/column"
)

// read asks the server for an expression of one argument, and scans it into dst. It does so in both formats of the protocol:
// behind a proxy the driver may have to use text.
func read(t *testing.T, db *database.DB, expression string, arg, dst any) error {
	t.Helper()
	text := db.Querier(t.Context()).QueryRow(t.Context(), "SELECT "+expression, pgx.QueryExecModeExec, column.Value(arg))
	if err := text.Scan(dst); err != nil {
		return err
	}
	return db.Querier(t.Context()).QueryRow(t.Context(), "SELECT "+expression, column.Value(arg)).Scan(dst)
}
