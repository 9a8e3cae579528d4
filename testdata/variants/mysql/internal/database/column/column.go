// Package column turns values into what columns hold and back, where the driver does not do it by itself: days, decimal
// numbers and JSON. Times are in UTC, to the microsecond, and the driver sees to that.
package column

import (
	"encoding/json"
	"fmt"
	"reflect"
	"time"
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
	case time.Time: // it is a Stringer, too
		return v
	case json.RawMessage:
		return string(v)
	case fmt.Stringer: // a day or a decimal number
		return v.String()
	default:
		return v
	}
}
