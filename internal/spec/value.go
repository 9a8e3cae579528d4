package spec

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strconv"
)

// CheckValue returns an error, without the field's name, unless v is a value that
// the field may hold, written as in default(v).
func (f Field) CheckValue(v string) error {
	typ, ok := TypeNamed(f.Type)
	switch {
	case !ok:
		return fmt.Errorf("there is no type %s", f.Type)
	case f.Type == "json" && !json.Valid([]byte(v)):
		return errors.New("must be valid JSON")
	case f.Type == "json":
		return nil
	case typ.checkValue == nil:
		return fmt.Errorf("a %s takes no value", f.Type)
	}
	if err := typ.checkValue(f, v); err != nil {
		return err
	}
	size := v
	if f.countsCharacters() {
		size = strconv.Itoa(len([]rune(v)))
	}
	low, high := f.Range()
	switch {
	case low != "" && f.compare(size, low) < 0:
		return fmt.Errorf("must not be below min(%s)", low)
	case high != "" && f.compare(size, high) > 0:
		return fmt.Errorf("must not be above max(%s)", high)
	}
	return nil
}

// Range returns the bounds that values keep, those that the type has by itself
// among them; a bound that is not there is empty. For string and text they are
// lengths. Bounds that mean the same are spelled the same.
func (f Field) Range() (low, high string) {
	if f.countsCharacters() {
		low, high = "0", strconv.Itoa(f.lengthLimit())
	}
	if f.Min != nil {
		low = f.bound(*f.Min)
	}
	if f.Max != nil {
		high = f.bound(*f.Max)
	}
	return low, high
}

func (f Field) bound(v string) string {
	if f.Type == "date" || f.Type == "datetime" {
		return v
	}
	n, ok := new(big.Rat).SetString(v)
	if !ok {
		return v
	}
	return n.RatString()
}

// compare orders two bounds, or a bound and a value.
func (f Field) compare(a, b string) int { return compareValues(Field{Type: boundType(f)}, a, b) }

// Holds reports whether every value within the bounds of other is within those of
// f, which has the same type or a wider one.
func (f Field) Holds(other Field) bool {
	low, high := f.Range()
	otherLow, otherHigh := other.Range()
	return (low == "" || otherLow != "" && f.compare(low, otherLow) <= 0) &&
		(high == "" || otherHigh != "" && f.compare(high, otherHigh) >= 0)
}
