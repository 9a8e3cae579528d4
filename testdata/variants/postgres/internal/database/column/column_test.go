package column_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/shop/internal/database"
	"example.com/shop/internal/database/column"
	"example.com/shop/internal/database/databasetest"
	"example.com/shop/internal/model"
)

func TestValue(t *testing.T) {
	text := "text"
	for _, test := range []struct{ in, want any }{
		{"text", "text"}, {int64(7), int64(7)}, {nil, nil}, {&text, "text"}, {(*string)(nil), nil},
	} {
		if got := column.Value(test.in); got != test.want {
			t.Errorf("Value(%v) = %v, want %v", test.in, got, test.want)
		}
	}
}

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

func TestDecimals(t *testing.T) {
	db := databasetest.Open(t)
	for _, want := range []model.Decimal{
		model.NewDecimal(0, 2), model.NewDecimal(990, 2), model.NewDecimal(-1, 2), model.NewDecimal(100_000_000, 2),
		model.NewDecimal(999_999_999_999_999_999, 0), model.NewDecimal(-999_999_999_999_999_999, 18), model.NewDecimal(100, 0),
	} {
		var got model.Decimal
		if err := read(t, db, "$1::numeric", want, column.Decimal(&got, want.Scale())); err != nil || got != want {
			t.Errorf("%s came back as %s, %v", want, got, err)
		}
		var optional *model.Decimal
		if err := read(t, db, "$1::numeric", &want, column.OptionalDecimal(&optional, want.Scale())); err != nil || optional == nil || *optional != want {
			t.Errorf("%s came back as %v, %v", want, optional, err)
		}
	}
	stale := new(model.NewDecimal(1, 1))
	if err := read(t, db, "$1::numeric", (*model.Decimal)(nil), column.OptionalDecimal(&stale, 1)); err != nil || stale != nil {
		t.Errorf("NULL came back as %v, %v", stale, err)
	}
	for _, expression := range []string{"NULLIF($1::numeric, $1)", "$1 + 'NaN'::numeric", "$1 + 1e30", "$1 + 0.001"} {
		var number model.Decimal
		if err := read(t, db, expression, model.NewDecimal(1, 2), column.Decimal(&number, 2)); err == nil {
			t.Errorf("%s is read as %s", expression, number)
		}
	}
}
