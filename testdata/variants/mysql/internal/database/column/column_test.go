package column

import (
	"encoding/json"
	"testing"
	"time"
)

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
		{at, at},
		{&at, at},
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
