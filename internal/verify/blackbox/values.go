package blackbox

import (
	"crypto/rand"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// values makes values that a schema allows.
type values struct {
	*document

	// refer returns the id of something at a path, for a value that must be one.
	refer func(path string) (string, error)
}

// object makes an object with the given members of the schema; each value is
// valid, and new where the schema has room for that.
func (d values) object(s *schema, members []string) (map[string]any, error) {
	out := map[string]any{}
	for _, name := range members {
		p := d.resolve(s.Properties[name])
		if p == nil {
			return nil, fmt.Errorf("the OpenAPI document says nothing about the member %q", name)
		}
		value, err := d.value(p)
		if err != nil {
			return nil, fmt.Errorf("member %q: %w", name, err)
		}
		out[name] = value
	}
	return out, nil
}

func (d values) value(s *schema) (any, error) {
	switch {
	case s.RefersTo != "":
		return d.refer(s.RefersTo)
	case s.Const != nil:
		return s.Const, nil
	case len(s.Enum) > 0:
		return s.Enum[0], nil
	}
	switch kind := s.kind(); kind {
	case "":
		return map[string]any{"any": "thing"}, nil
	case "string":
		return d.text(s)
	case "integer", "number":
		return d.number(s)
	case "boolean":
		return true, nil
	case "array":
		return []any{}, nil
	case "object":
		return d.object(s, s.Required)
	default:
		return nil, fmt.Errorf("no value is known for the type %q", kind)
	}
}

func (d values) text(s *schema) (string, error) {
	low, high := s.bounds()
	switch s.Format {
	case "uuid":
		return newUUID(), nil
	case "email":
		return "verify-" + word(12) + "@example.com", nil
	case "uri":
		return "https://example.com/" + word(12), nil
	case "password":
		return "Verify-" + rand.Text(), nil
	case "date":
		return d.moment(time.DateOnly, 24*time.Hour, low, high)
	case "date-time":
		return d.moment(time.RFC3339, time.Second, low, high)
	}
	if s.Pattern == "" {
		return s.words(), nil
	}
	pattern, err := regexp.Compile(s.Pattern)
	if err != nil {
		return "", fmt.Errorf("pattern: %w", err)
	}
	if decimal, ok := d.decimal(low, high, pattern); ok {
		return decimal, nil
	}
	if words := s.words(); pattern.MatchString(words) {
		return words, nil
	}
	return "", fmt.Errorf("no value is known for the pattern %s", s.Pattern)
}

// words returns text of an allowed length; it is new unless it must be short.
func (s *schema) words() string {
	text := "verify " + word(12)
	if s.MaxLength > 0 && len(text) > s.MaxLength {
		text = word(s.MaxLength)
	}
	return text + strings.Repeat("x", max(0, s.MinLength-len(text)))
}

var (
	atLeast = regexp.MustCompile(`at least (\S+)`)
	atMost  = regexp.MustCompile(`at most (\S+)`)
)

// bounds returns the bounds of decimals and times. They travel as strings,
// whose bounds JSON Schema cannot say: the description does.
func (s *schema) bounds() (low, high string) {
	if m := atLeast.FindStringSubmatch(s.Description); m != nil {
		low = m[1]
	}
	if m := atMost.FindStringSubmatch(s.Description); m != nil {
		high = m[1]
	}
	return low, high
}

// word returns n random letters and digits, at most 26.
func word(n int) string { return strings.ToLower(rand.Text())[:min(n, 26)] }

// newUUID returns a UUID of version 7, as the service makes them.
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails
	for i, ms := 5, time.Now().UnixMilli(); i >= 0; i, ms = i-1, ms>>8 {
		b[i] = byte(ms)
	}
	b[6] = b[6]&0x0f | 0x70
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
