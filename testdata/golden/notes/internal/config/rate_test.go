package config

import (
	"testing"
	"time"
)

func TestParseRate(t *testing.T) {
	tests := []struct {
		text string
		want Rate
		ok   bool
	}{
		{"100/1m", Rate{100, time.Minute}, true},
		{"5/15m", Rate{5, 15 * time.Minute}, true},
		{"1/24h", Rate{1, 24 * time.Hour}, true},
		{"off", Rate{}, true},
		{"100", Rate{}, false},
		{"/1m", Rate{}, false},
		{"100/", Rate{}, false},
		{"0/1m", Rate{}, false},
		{"-1/1m", Rate{}, false},
		{"1000001/1m", Rate{}, false},
		{"1/25h", Rate{}, false},
		{"1/0s", Rate{}, false},
		{"1/-1s", Rate{}, false},
		{"1/1m/1m", Rate{}, false},
		{"OFF", Rate{}, false},
	}
	for _, tt := range tests {
		if got, err := parseRate(tt.text); got != tt.want || (err == nil) != tt.ok {
			t.Errorf("parseRate(%q) = %v, %v", tt.text, got, err)
		}
	}
}

func TestRateRoundTrip(t *testing.T) {
	for _, rate := range []Rate{{}, {100, time.Minute}, {7, 90 * time.Second}} {
		if got, err := parseRate(rate.String()); got != rate || err != nil {
			t.Errorf("%v reads back as %v, %v", rate, got, err)
		}
	}
}
