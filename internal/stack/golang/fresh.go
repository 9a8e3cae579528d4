package golang

import (
	"fmt"
	"math/big"
	"strconv"
	"time"
)

// FreshGo returns a Go expression of a valid value of the base type that is
// another one every time: for columns that must be unique. It sees the variables
// tb and n, a count, and package repositorytest. A type with few values repeats
// them.
func (f Field) FreshGo() string {
	switch f.Type {
	case "string":
		return fmt.Sprintf("TextOfLength(n, %d, %d)", f.MinLen, f.MaxLen)
	case "int":
		return f.freshNumber(0)
	case "decimal":
		return fmt.Sprintf("model.NewDecimal(%s, %d)", f.freshNumber(f.Scale), f.Scale)
	case "float":
		return f.freshFloat()
	case "date":
		start, span := f.freshMoment(24*time.Hour, mustDate)
		return fmt.Sprintf("model.DateOf(%s.AddDate(0, 0, %s))", timeGo(start), modulo("n", span))
	case "datetime":
		start, span := f.freshMoment(time.Second, mustTime)
		return fmt.Sprintf("%s.Add(time.Duration(%s) * time.Second)", timeGo(start), modulo("n", span))
	case "uuid":
		return "NewID(tb)"
	case "email":
		return `fmt.Sprintf("fixture%d@example.com", n)`
	default:
		return f.SampleValue(0)
	}
}

// FreshCounts reports whether FreshGo uses n.
func (f Field) FreshCounts() bool {
	switch f.Type {
	case "string", "int", "decimal", "float", "date", "datetime", "email":
		return true
	}
	return false
}

// plenty is more values than any test makes.
const plenty = 1 << 20

// freshNumber counts upwards from 0 or from the closest number that leaves
// room, in units of the last digit.
func (f Field) freshNumber(scale int) string {
	unit := new(big.Rat).SetFrac(big.NewInt(1), power(scale))
	low, high := bounds(f.field, scale, unit)
	units := func(r *big.Rat) *big.Int {
		q := new(big.Rat).Quo(r, unit)
		return new(big.Int).Quo(q.Num(), q.Denom())
	}
	least, most, room := units(low), units(high), big.NewInt(plenty)
	start := new(big.Int)
	if limit := new(big.Int).Sub(most, room); start.Cmp(limit) > 0 {
		start = limit
	}
	if start.Cmp(least) < 0 {
		start = least
	}
	span := new(big.Int).Add(new(big.Int).Sub(most, start), big.NewInt(1))
	if span.Cmp(room) >= 0 {
		span = new(big.Int)
	}
	return plus(start.String(), "int64("+modulo("n", span.Int64())+")")
}

// freshFloat does the same; between two bounds it takes one of a thousand steps.
func (f Field) freshFloat() string {
	switch {
	case f.Min != "" && f.Max != "":
		return fmt.Sprintf("%s + (%s - %s)*float64(n%%1000)/1000", f.Min, f.Max, f.Min)
	case f.Max != "":
		return f.Max + " - float64(n)"
	case f.Min != "":
		return f.Min + " + float64(n)"
	}
	return "float64(n)"
}

// freshMoment returns where to start, and how many steps there are; 0 for plenty.
func (f Field) freshMoment(step time.Duration, parse func(string) time.Time) (start time.Time, span int64) {
	switch {
	case f.Min != "" && f.Max != "":
		start = parse(f.Min)
		return start, int64(parse(f.Max).Sub(start)/step) + 1
	case f.Max != "":
		return parse(f.Max).Add(-100_000 * step), 100_001
	case f.Min != "":
		return parse(f.Min), 0
	}
	return time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), 0
}

func timeGo(t time.Time) string {
	return fmt.Sprintf("time.Date(%d, %d, %d, %d, %d, %d, 0, time.UTC)", t.Year(), int(t.Month()), t.Day(), t.Hour(), t.Minute(), t.Second())
}

func modulo(expr string, span int64) string {
	if span == 0 {
		return expr
	}
	return expr + "%" + strconv.FormatInt(span, 10)
}

func plus(start, expr string) string {
	if start == "0" {
		return expr
	}
	return start + " + " + expr
}
