package golang

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/layup-dev/layup/internal/spec"
)

// The samples below fill generated tests. They keep every rule of the field
// and differ by n, so that unique fields can hold several of them.

func sampleText(f spec.Field, n int) string {
	s := fmt.Sprintf("%s %d", strings.ReplaceAll(f.Name, "_", " "), n)
	low, high := lengths(f)
	if high > 0 && len(s) > high {
		s = strconv.Itoa(n)
		s = strings.Repeat("x", max(0, high-len(s))) + s
		s = s[len(s)-high:]
	}
	if pad := low - len(s); pad > 0 {
		s += strings.Repeat("x", pad)
	}
	return s
}

// lengths returns the effective bounds of a text in characters.
func lengths(f spec.Field) (low, high int) {
	if f.Min != nil {
		low, _ = strconv.Atoi(*f.Min)
	}
	high = spec.MaxStringLength
	if f.Type == "text" {
		high = spec.MaxTextLength
	}
	if f.Max != nil {
		high, _ = strconv.Atoi(*f.Max)
	}
	return low, high
}

func sampleInt(f spec.Field, n int) string { return within(f, n, 0) }

func sampleDecimal(f spec.Field, n int) string {
	scale, _ := strconv.Atoi(f.Args[1])
	return within(f, n, scale)
}

// within returns a number with the given decimals: 1 and some steps where the
// bounds allow it, otherwise that many steps from a bound, round and round.
func within(f spec.Field, n, scale int) string {
	step := new(big.Rat).SetFrac(big.NewInt(1), power(scale))
	steps := new(big.Rat).Mul(big.NewRat(int64(n), 1), step)
	low, high := bounds(f, scale, step)
	value := new(big.Rat).Add(big.NewRat(1, 1), steps)
	switch {
	case (low == nil || value.Cmp(low) >= 0) && (high == nil || value.Cmp(high) <= 0):
	case low != nil && high != nil:
		count := new(big.Rat).Quo(new(big.Rat).Sub(high, low), step)
		whole := new(big.Int).Quo(count.Num(), count.Denom())
		rest := new(big.Int).Mod(big.NewInt(int64(n)), whole.Add(whole, big.NewInt(1)))
		value.Add(low, new(big.Rat).Mul(new(big.Rat).SetInt(rest), step))
	case low != nil:
		value.Add(low, steps)
	default:
		value.Sub(high, steps)
	}
	return value.FloatString(scale)
}

func power(scale int) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)
}

// bounds returns the effective bounds of a number, nil for none.
func bounds(f spec.Field, scale int, step *big.Rat) (low, high *big.Rat) {
	if f.Type == "decimal" {
		precision, _ := strconv.Atoi(f.Args[0])
		high = new(big.Rat).Sub(new(big.Rat).SetInt(power(precision-scale)), step)
		low = new(big.Rat).Neg(high)
	}
	if f.Type == "int" {
		low, high = big.NewRat(math.MinInt64, 1), big.NewRat(math.MaxInt64, 1)
	}
	if f.Min != nil {
		low, _ = new(big.Rat).SetString(*f.Min)
	}
	if f.Max != nil {
		high, _ = new(big.Rat).SetString(*f.Max)
	}
	return low, high
}

// sampleFloat returns a whole number where the bounds allow it, otherwise a
// point between them.
func sampleFloat(f spec.Field, n int) string {
	low, high := math.Inf(-1), math.Inf(1)
	if f.Min != nil {
		low, _ = strconv.ParseFloat(*f.Min, 64)
	}
	if f.Max != nil {
		high, _ = strconv.ParseFloat(*f.Max, 64)
	}
	value := float64(1 + n)
	switch {
	case low <= value && value <= high:
	case math.IsInf(high, 1):
		value = math.Ceil(low) + float64(n)
	case math.IsInf(low, -1):
		value = math.Floor(high) - float64(n)
	default:
		value = low + (high-low)*float64(n%100)/100
	}
	return strconv.FormatFloat(value, 'g', -1, 64)
}

func sampleBool(_ spec.Field, n int) string { return strconv.FormatBool(n%2 == 1) }

func sampleDate(f spec.Field, n int) string {
	const day = 24 * time.Hour
	at := moment(f, n, time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), day, mustDate)
	return at.Format(time.DateOnly)
}

func sampleDatetime(f spec.Field, n int) string {
	at := moment(f, n, time.Date(2024, 1, 1, 12, 0, 0, 0, time.UTC), time.Second, mustTime)
	return at.Format(time.RFC3339)
}

// moment returns start and n steps where the bounds allow it, otherwise that
// many steps from a bound, round and round.
func moment(f spec.Field, n int, start time.Time, step time.Duration, parse func(string) time.Time) time.Time {
	steps := time.Duration(n) * step
	switch {
	case f.Min != nil && f.Max != nil:
		low := parse(*f.Min)
		return low.Add(steps % (parse(*f.Max).Sub(low) + step))
	case f.Min != nil:
		return parse(*f.Min).Add(steps)
	case f.Max != nil:
		return parse(*f.Max).Add(-steps)
	}
	return start.Add(steps)
}

func mustDate(v string) time.Time {
	t, _ := time.Parse(time.DateOnly, v) // checked by package spec
	return t
}

func mustTime(v string) time.Time {
	t, _ := time.Parse(time.RFC3339, v) // checked by package spec
	return t.UTC()
}

func sampleUUID(_ spec.Field, n int) string {
	return fmt.Sprintf("018f0000-0000-7000-8000-%012d", n)
}

func sampleEmail(_ spec.Field, n int) string { return fmt.Sprintf("person%d@example.com", n) }

func sampleURL(_ spec.Field, n int) string { return fmt.Sprintf("https://example.com/%d", n) }

func sampleJSON(_ spec.Field, n int) string { return fmt.Sprintf(`{"n":%d}`, n) }

func sampleEnum(f spec.Field, n int) string { return f.Args[n%len(f.Args)] }
