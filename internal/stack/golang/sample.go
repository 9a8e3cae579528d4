package golang

import (
	"fmt"
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

// within returns a number with the given decimals that keeps min and max.
func within(f spec.Field, n, scale int) string {
	step := new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil))
	value := new(big.Rat).Mul(big.NewRat(int64(n), 1), step)
	if scale == 0 || scale < precision(f) {
		value = new(big.Rat).Add(big.NewRat(1, 1), value)
	}
	if f.Max != nil {
		high, _ := new(big.Rat).SetString(*f.Max)
		if value.Cmp(high) > 0 {
			value = new(big.Rat).Sub(high, new(big.Rat).Mul(big.NewRat(int64(n), 1), step))
		}
	}
	if f.Min != nil {
		low, _ := new(big.Rat).SetString(*f.Min)
		if value.Cmp(low) < 0 {
			value = new(big.Rat).Add(low, new(big.Rat).Mul(big.NewRat(int64(n), 1), step))
		}
	}
	return value.FloatString(scale)
}

func precision(f spec.Field) int {
	if len(f.Args) == 0 {
		return 0
	}
	p, _ := strconv.Atoi(f.Args[0])
	return p
}

func sampleBool(_ spec.Field, n int) string { return strconv.FormatBool(n%2 == 1) }

func sampleDate(f spec.Field, n int) string {
	day := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	if f.Min != nil {
		day = mustDate(*f.Min)
	} else if f.Max != nil {
		day = mustDate(*f.Max).AddDate(0, 0, -40)
	}
	return day.AddDate(0, 0, n).Format(time.DateOnly)
}

func sampleDatetime(f spec.Field, n int) string {
	at := time.Date(2024, 1, 1, 12, 0, 0, 0, time.UTC)
	if f.Min != nil {
		at = mustTime(*f.Min)
	} else if f.Max != nil {
		at = mustTime(*f.Max).Add(-time.Hour)
	}
	return at.UTC().Add(time.Duration(n) * time.Second).Format(time.RFC3339)
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
