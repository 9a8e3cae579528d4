// Package column turns values that the driver does not know into what PostgreSQL columns hold, and back: dates, decimals
// and JSON. Everything else needs no help.
package column

import (
	"math/big"
	"reflect"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
)

// Value returns v, a value of a field or nil, as an argument of a statement. What a pointer points to counts, and nil is NULL.
func Value(v any) any {
	if p := reflect.ValueOf(v); p.Kind() == reflect.Pointer {
		if p.IsNil() {
			return nil
		}
		return Value(p.Elem().Interface())
	}
	switch v := v.(type) {
	case interface {
		Unscaled() int64
		Scale() int
	}: // a decimal
		return pgtype.Numeric{Int: big.NewInt(v.Unscaled()), Exp: int32(-v.Scale()), Valid: true} //nolint:gosec // G115: at most 18 digits
	case interface{ Time() time.Time }: // a date
		return pgtype.Date{Time: v.Time(), Valid: true}
	default:
		return v
	}
}
