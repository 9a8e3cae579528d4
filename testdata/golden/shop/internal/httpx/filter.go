package httpx

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"example.com/shop/internal/model"
)

// parseFilter reads field=value or field[op]=value.
func (l *List) parseFilter(name, value string) (model.Filter, error) {
	fieldName, op := splitFilter(name)
	f := l.field(fieldName)
	if f == nil || !slices.Contains(f.Ops, op) {
		return model.Filter{}, BadRequest("Unknown parameter. Allowed are: " + l.allowed + ".")
	}
	texts := []string{value}
	if op == "in" {
		texts = strings.Split(value, ",")
	}
	if len(texts) > maxValues {
		return model.Filter{}, BadRequest(fmt.Sprintf("Parameter %s takes up to %d values.", name, maxValues))
	}
	parse := f.Parse
	if op == "like" {
		parse = ParseString
	}
	filter := model.Filter{Field: f.Name, Op: op}
	for _, text := range texts {
		parsed, err := parse(text)
		if err != nil {
			return model.Filter{}, BadRequest(fmt.Sprintf("Parameter %s %s.", name, valueRule(err)))
		}
		filter.Values = append(filter.Values, parsed)
	}
	return filter, nil
}

// splitFilter returns the field and the operator; no operator is eq.
func splitFilter(name string) (field, op string) {
	field, rest, found := strings.Cut(name, "[")
	if !found {
		return name, "eq"
	}
	op, isOp := strings.CutSuffix(rest, "]")
	if !isOp || op == "eq" { // field[eq] would be a second spelling
		return "", ""
	}
	return field, op
}

func valueRule(err error) string {
	if format, ok := errors.AsType[*model.FormatError](err); ok {
		return format.Error()
	}
	return "has a value that cannot be used"
}

// ParseString accepts texts of up to 255 characters that a database can compare.
func ParseString(s string) (any, error) {
	const most = 255
	if !utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0 || utf8.RuneCountInString(s) > most {
		return nil, &model.FormatError{Want: fmt.Sprintf("text of at most %d characters", most)}
	}
	return s, nil
}

// ParseInt returns an int64.
func ParseInt(s string) (any, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return nil, &model.FormatError{Want: "a whole number"}
	}
	return n, nil
}

// ParseFloat returns a float64, which is finite.
func ParseFloat(s string) (any, error) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || strings.Trim(s, "0123456789+-.eE") != "" { // not Inf, NaN, 0x1p1 or 1_0
		return nil, &model.FormatError{Want: "a number"}
	}
	return f, nil
}

// ParseBool returns a bool, for true and false alone.
func ParseBool(s string) (any, error) {
	if s != "true" && s != "false" {
		return nil, &model.FormatError{Want: "true or false"}
	}
	return s == "true", nil
}

// ParseTime returns a time.Time as it is stored.
func ParseTime(s string) (any, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	// Its zone can move a time into a year that no database compares as it should.
	if year := t.UTC().Year(); err != nil || year < 1 || year > 9999 {
		return nil, &model.FormatError{Want: "a time such as 2026-01-31T12:00:00Z"}
	}
	return model.CanonicalTime(t), nil
}

// ParseUUID returns the string when it is a UUID in canonical spelling.
func ParseUUID(s string) (any, error) {
	if !model.IsUUID(s) {
		return nil, &model.FormatError{Want: "a UUID in lower case"}
	}
	return s, nil
}

// ParseEnum returns a function that accepts these values alone.
func ParseEnum(values ...string) func(string) (any, error) {
	return func(s string) (any, error) {
		if !slices.Contains(values, s) {
			return nil, &model.FormatError{Want: "one of " + strings.Join(values, ", ")}
		}
		return s, nil
	}
}
