package column

import (
	"fmt"
	"math/big"

	"github.com/jackc/pgx/v5/pgtype"

	"example.com/shop/internal/model"
)

type decimal struct {
	dst   *model.Decimal
	scale int
}

// Decimal scans a number with scale digits after the point into dst.
func Decimal(dst *model.Decimal, scale int) pgtype.NumericScanner { return decimal{dst, scale} }

// ScanNumeric implements pgtype.NumericScanner.
func (d decimal) ScanNumeric(v pgtype.Numeric) error {
	if !v.Valid || v.NaN || v.InfinityModifier != pgtype.Finite {
		return fmt.Errorf("the column holds no number of %d digits after the point", d.scale)
	}
	unscaled := new(big.Int).Set(v.Int)
	shift := int64(v.Exp) + int64(d.scale)
	power := new(big.Int).Exp(big.NewInt(10), big.NewInt(max(shift, -shift)), nil)
	remainder := new(big.Int)
	if shift < 0 {
		unscaled.QuoRem(unscaled, power, remainder)
	} else {
		unscaled.Mul(unscaled, power)
	}
	if remainder.Sign() != 0 || !unscaled.IsInt64() {
		return fmt.Errorf("the column holds a number that does not fit %d digits after the point", d.scale)
	}
	*d.dst = model.NewDecimal(unscaled.Int64(), d.scale)
	return nil
}

type optionalDecimal struct {
	dst   **model.Decimal
	scale int
}

// OptionalDecimal scans a number that may be NULL into dst.
func OptionalDecimal(dst **model.Decimal, scale int) pgtype.NumericScanner {
	return optionalDecimal{dst, scale}
}

// ScanNumeric implements pgtype.NumericScanner.
func (d optionalDecimal) ScanNumeric(v pgtype.Numeric) error {
	*d.dst = nil
	if !v.Valid {
		return nil
	}
	*d.dst = new(model.Decimal)
	return decimal{*d.dst, d.scale}.ScanNumeric(v)
}
