package column

import (
	"database/sql"

	"example.com/shop/internal/model"
)

// Decimal scans a number with scale digits after the point into dst.
func Decimal(dst *model.Decimal, scale int) sql.Scanner {
	return scan[[]byte, model.Decimal]{dst: dst, parse: parseDecimal(scale)}
}

// OptionalDecimal scans a number that may be NULL into dst.
func OptionalDecimal(dst **model.Decimal, scale int) sql.Scanner {
	return scanOptional[[]byte, model.Decimal]{dst: dst, parse: parseDecimal(scale)}
}

func parseDecimal(scale int) func([]byte) (model.Decimal, error) {
	return func(digits []byte) (model.Decimal, error) { return model.ParseDecimal(string(digits), scale) }
}
