package model

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// maxScale is how many digits an int64 can always hold.
const maxScale = 18

// Decimal is an exact decimal number: an integer, and how many of its digits stand
// after the point. In JSON it is a string such as "9.90", never a number, because
// JSON numbers become binary fractions on the way. The zero value is 0.
//
// Numbers of one value and different scale are not ==; see Rescale and Cmp.
type Decimal struct {
	unscaled int64
	scale    uint8
}

// NewDecimal returns unscaled × 10^-scale: NewDecimal(999, 2) is 9.99. The scale
// is held between 0 and 18.
func NewDecimal(unscaled int64, scale int) Decimal {
	return Decimal{unscaled: unscaled, scale: uint8(min(max(scale, 0), maxScale))}
}

// ParseDecimal reads digits with an optional sign and fraction, and returns them
// with exactly scale digits after the point. It returns a *FormatError for other
// texts, and when digits would be lost.
func ParseDecimal(s string, scale int) (Decimal, error) {
	var d Decimal
	if err := d.UnmarshalText([]byte(s)); err != nil {
		return Decimal{}, err
	}
	rescaled, ok := d.Rescale(scale)
	if !ok {
		return Decimal{}, &FormatError{Want: fmt.Sprintf("a decimal number with at most %d digits after the point", scale)}
	}
	return rescaled, nil
}

// MustDecimal is ParseDecimal for constants; it panics when s does not fit.
func MustDecimal(s string, scale int) Decimal {
	d, err := ParseDecimal(s, scale)
	if err != nil {
		panic(fmt.Sprintf("decimal %q %v", s, err))
	}
	return d
}

// Unscaled returns the number without its point: 999 for 9.99.
func (d Decimal) Unscaled() int64 { return d.unscaled }

// Scale returns how many digits stand after the point.
func (d Decimal) Scale() int { return int(d.scale) }

// Rescale returns the same value with scale digits after the point, and false when
// digits would be lost or there is no room for them.
func (d Decimal) Rescale(scale int) (Decimal, bool) {
	if scale < 0 || scale > maxScale {
		return Decimal{}, false
	}
	n := d.unscaled
	for range scale - int(d.scale) {
		if n*10/10 != n {
			return Decimal{}, false
		}
		n *= 10
	}
	for range int(d.scale) - scale {
		if n%10 != 0 {
			return Decimal{}, false
		}
		n /= 10
	}
	return NewDecimal(n, scale), true
}

// Cmp returns -1, 0 or 1 when d is less than, equal to or greater than other.
func (d Decimal) Cmp(other Decimal) int {
	whole, fraction := d.split()
	otherWhole, otherFraction := other.split()
	return cmp.Or(cmp.Compare(whole, otherWhole), cmp.Compare(fraction, otherFraction))
}

// split returns what stands before the point, and what stands after it as a
// number of 18 digits. Both have the sign of d.
func (d Decimal) split() (whole, fraction int64) {
	unit := pow10(int(d.scale))
	return d.unscaled / unit, d.unscaled % unit * pow10(maxScale-int(d.scale))
}

func pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

// String writes all digits: "9.90" for NewDecimal(990, 2).
func (d Decimal) String() string {
	digits := strconv.FormatInt(d.unscaled, 10)
	if d.scale == 0 {
		return digits
	}
	digits, negative := strings.CutPrefix(digits, "-")
	if missing := int(d.scale) + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	point := len(digits) - int(d.scale)
	if negative {
		return "-" + digits[:point] + "." + digits[point:]
	}
	return digits[:point] + "." + digits[point:]
}

// MarshalText is String, so that JSON holds a string.
func (d Decimal) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads a decimal number and keeps the digits as they are written.
// It returns a *FormatError for anything else, and for more than 18 digits.
func (d *Decimal) UnmarshalText(text []byte) error {
	whole, fraction, hasPoint := strings.Cut(string(text), ".")
	unsigned := strings.TrimPrefix(whole, "-")
	if !isDigits(unsigned) || hasPoint && !isDigits(fraction) || len(strings.TrimLeft(unsigned, "0"))+len(fraction) > maxScale {
		return &FormatError{Want: "a decimal number such as 9.90, with at most 18 digits"}
	}
	n, err := strconv.ParseInt(whole+fraction, 10, 64)
	if err != nil {
		return fmt.Errorf("decimal: %w", err)
	}
	*d = NewDecimal(n, len(fraction))
	return nil
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// Decimal wants a number that fits into precision digits, scale of them after the
// point.
func (v *Violations) Decimal(pointer string, d Decimal, precision, scale int) {
	rescaled, ok := d.Rescale(scale)
	if !ok && d.Scale() > scale {
		v.Add(pointer, CodeFormat, fmt.Sprintf("must have at most %d digits after the point", scale))
		return
	}
	if limit := pow10(min(precision, maxScale)); !ok || rescaled.unscaled >= limit || rescaled.unscaled <= -limit {
		v.Add(pointer, CodeTooLarge, fmt.Sprintf("must have at most %d digits before the point", precision-scale))
	}
}

// DecimalAtLeast wants d ≥ least.
func (v *Violations) DecimalAtLeast(pointer string, d, least Decimal) {
	if d.Cmp(least) < 0 {
		v.Add(pointer, CodeTooSmall, "must be at least "+least.String())
	}
}

// DecimalAtMost wants d ≤ most.
func (v *Violations) DecimalAtMost(pointer string, d, most Decimal) {
	if d.Cmp(most) > 0 {
		v.Add(pointer, CodeTooLarge, "must be at most "+most.String())
	}
}
