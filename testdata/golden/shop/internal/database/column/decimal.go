package column

import (
	"database/sql"

	"example.com/shop/internal/model"
)

// Decimal scans a number with scale digits after the point into dst.
func Decimal(dst *model.Decimal, scale int) sql.Scanner {
	return scan[int64, model.Decimal]{dst: dst, parse: parseDecimal(scale)}
}

// OptionalDecimal scans a number that may be NULL into dst.
func OptionalDecimal(dst **model.Decimal, scale int) sql.Scanner {
	return scanOptional[int64, model.Decimal]{dst: dst, parse: parseDecimal(scale)}
}

func parseDecimal(scale int) func(int64) (model.Decimal, error) {
	return func(unscaled int64) (model.Decimal, error) { return model.NewDecimal(unscaled, scale), nil }
}
