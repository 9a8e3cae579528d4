package blackbox

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"time"
)

// between returns the serial-th of the values low, low+step, … up to high, round
// and round: values that must be unique are, as long as there are enough of them.
func (d *document) between(low, high, step *big.Rat) *big.Rat {
	d.serial++
	steps := new(big.Rat).Quo(new(big.Rat).Sub(high, low), step)
	count := new(big.Int).Quo(steps.Num(), steps.Denom())
	count.Add(count, big.NewInt(1))
	if count.Sign() <= 0 {
		return low
	}
	n := new(big.Int).Mod(big.NewInt(d.serial), count)
	return new(big.Rat).Add(low, new(big.Rat).Mul(new(big.Rat).SetInt(n), step))
}

// around fills in the bound that is missing: room away from the other one.
func around(low, high *big.Rat, room int64) (*big.Rat, *big.Rat) {
	width := big.NewRat(room, 1)
	switch {
	case low == nil && high == nil:
		return new(big.Rat), width
	case low == nil:
		return new(big.Rat).Sub(high, width), high
	case high == nil:
		return low, new(big.Rat).Add(low, width)
	}
	return low, high
}

func (d *document) number(s *schema) (json.Number, error) {
	low, err := bound(s.Minimum)
	if err != nil {
		return "", err
	}
	high, err := bound(s.Maximum)
	if err != nil {
		return "", err
	}
	if s.kind() == "number" {
		low, high = around(low, high, 1000)
		step := new(big.Rat).Quo(new(big.Rat).Sub(high, low), big.NewRat(1000, 1))
		if step.Sign() == 0 {
			step.SetInt64(1)
		}
		f, _ := d.between(low, high, step).Float64()
		return json.Number(strconv.FormatFloat(f, 'g', -1, 64)), nil
	}
	if most := big.NewRat(math.MaxInt64, 1); low != nil && high == nil && new(big.Rat).Sub(most, low).Cmp(big.NewRat(1000, 1)) < 0 {
		high = most
	}
	low, high = around(low, high, 1000)
	return json.Number(d.between(low, high, big.NewRat(1, 1)).FloatString(0)), nil
}

// bound reads what a document says; nil for nothing.
func bound(v any) (*big.Rat, error) {
	if v == nil {
		return nil, nil //nolint:nilnil // no bound is no error
	}
	r, ok := new(big.Rat).SetString(fmt.Sprint(v))
	if !ok {
		return nil, fmt.Errorf("the bound %v is no number", v)
	}
	return r, nil
}

// decimal returns a number that matches the pattern, which knows how many digits
// there may be, and reports whether it found one.
func (d *document) decimal(low, high string, pattern *regexp.Regexp) (string, bool) {
	least, _ := new(big.Rat).SetString(low)
	most, _ := new(big.Rat).SetString(high)
	for _, room := range []int64{1000, 100, 10, 1} {
		from, to := around(least, most, room)
		for scale := 4; scale >= 0; scale-- {
			step := new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil))
			if text := d.between(from, to, step).FloatString(scale); pattern.MatchString(text) {
				return text, true
			}
		}
	}
	for _, text := range []string{low, high} {
		if text != "" && pattern.MatchString(text) {
			return text, true
		}
	}
	return "", false
}

// moment returns a day or a time between the bounds that there are.
func (d *document) moment(layout string, step time.Duration, low, high string) (string, error) {
	const room = 1000
	from, err := parseMoment(layout, low)
	if err != nil {
		return "", err
	}
	to, err := parseMoment(layout, high)
	if err != nil {
		return "", err
	}
	switch {
	case from.IsZero() && to.IsZero():
		from = time.Date(2024, 2, 29, 12, 34, 56, 0, time.UTC)
		to = from.Add(room * step)
	case from.IsZero():
		from = to.Add(-room * step)
	case to.IsZero():
		to = from.Add(room * step)
	}
	d.serial++
	n := d.serial % (int64(to.Sub(from)/step) + 1)
	return from.Add(time.Duration(n) * step).Format(layout), nil
}

// parseMoment reads a bound; the zero time is none.
func parseMoment(layout, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(layout, text)
	if err != nil {
		return t, fmt.Errorf("the bound %q: %w", text, err)
	}
	return t.UTC(), nil
}
