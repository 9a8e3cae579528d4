package column_test

import (
	"testing"

	"example.com/shop/internal/database/column"
	"example.com/shop/internal/database/databasetest"
	"example.com/shop/internal/model"
)

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
