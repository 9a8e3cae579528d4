// Package document turns values into what documents hold and back: times are text of a fixed width, in UTC, so that they
// sort as they should and keep their microseconds; dates are text; decimals are whole numbers of their smallest unit. What
// is nil is not there: the unique indexes on optional fields leave such documents out.
package document

import (
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

const timeLayout = "2006-01-02T15:04:05.000000Z"

// FormatTime returns t as a document holds it, to the microsecond.
func FormatTime(t time.Time) string {
	return t.UTC().Format(timeLayout)
}

// Value returns v, a value of a field or nil, as a document holds it. What a pointer points to counts.
func Value(v any) any {
	if p := reflect.ValueOf(v); p.Kind() == reflect.Pointer {
		if p.IsNil() {
			return nil
		}
		return Value(p.Elem().Interface())
	}
	switch v := v.(type) {
	case time.Time:
		return FormatTime(v)
	case json.RawMessage:
		return string(v)
	case interface{ Unscaled() int64 }: // a decimal; it is a Stringer, too
		return v.Unscaled()
	case fmt.Stringer: // a date
		return v.String()
	default:
		return v
	}
}

// New returns a document of the elements that have a value.
func New(elements bson.D) bson.D {
	doc := make(bson.D, 0, len(elements))
	for _, e := range elements {
		if v := Value(e.Value); v != nil {
			doc = append(doc, bson.E{Key: e.Key, Value: v})
		}
	}
	return doc
}

// Changes returns the update that gives a document these elements: those without a value go.
func Changes(elements bson.D) bson.D {
	set, unset := New(elements), bson.D{}
	for _, e := range elements {
		if Value(e.Value) == nil {
			unset = append(unset, bson.E{Key: e.Key, Value: ""})
		}
	}
	changes := bson.D{{Key: "$set", Value: set}}
	if len(unset) > 0 {
		changes = append(changes, bson.E{Key: "$unset", Value: unset})
	}
	return changes
}
