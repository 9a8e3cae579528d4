package column

import (
	"encoding/json"
	"slices"
	"testing"
	"time"
)

func TestTimesSortAsText(t *testing.T) {
	zone := time.FixedZone("east", 5*3600)
	times := []time.Time{
		time.Date(1000, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(2026, 1, 1, 4, 59, 59, 0, zone),
		time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(2026, 1, 1, 0, 0, 0, 10_000, time.UTC),
		time.Date(2026, 1, 1, 0, 0, 1, 0, time.UTC),
		time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
	}
	texts := make([]string, len(times))
	for i, at := range times {
		texts[i] = FormatTime(at)
		var back time.Time
		if err := Time(&back).Scan(texts[i]); err != nil || !back.Equal(at) || back.Location() != time.UTC {
			t.Errorf("%s came back as %s, %v", at, back, err)
		}
	}
	if !slices.IsSorted(texts) {
		t.Errorf("not in order: %q", texts)
	}
}

func TestOptional(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	dst := &at
	if err := OptionalTime(&dst).Scan(nil); err != nil || dst != nil {
		t.Errorf("NULL gives %v, %v", dst, err)
	}
	if err := OptionalTime(&dst).Scan(FormatTime(at)); err != nil || dst == nil || !dst.Equal(at) {
		t.Errorf("a time gives %v, %v", dst, err)
	}
	var value *json.RawMessage
	if err := OptionalJSON(&value).Scan(`{"a":1}`); err != nil || string(*value) != `{"a":1}` {
		t.Errorf("JSON gives %v, %v", value, err)
	}
}

func TestScanRefuses(t *testing.T) {
	var at time.Time
	for _, src := range []any{nil, int64(1), "2026-01-02", "yesterday"} {
		if err := Time(&at).Scan(src); err == nil {
			t.Errorf("Scan(%v) is accepted", src)
		}
	}
	var raw json.RawMessage
	if err := JSON(&raw).Scan(nil); err == nil {
		t.Error("JSON accepts NULL")
	}
}

func TestValue(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)
	raw := json.RawMessage(`[1]`)
	tests := []struct {
		in, want any
	}{
		{"text", "text"},
		{int64(7), int64(7)},
		{nil, nil},
		{new("text"), "text"},
		{(*string)(nil), nil},
		{at, "2026-01-02T03:04:05.000006Z"},
		{&at, "2026-01-02T03:04:05.000006Z"},
		{(*time.Time)(nil), nil},
		{raw, "[1]"},
		{&raw, "[1]"},
		{(*json.RawMessage)(nil), nil},
	}
	for _, test := range tests {
		if got := Value(test.in); got != test.want {
			t.Errorf("Value(%v) = %v, want %v", test.in, got, test.want)
		}
	}
}
