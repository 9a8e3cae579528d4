package ratelimit

import (
	"net/netip"
	"testing"
	"time"
)

func TestHeaders(t *testing.T) {
	l, c := newLimiter(3, 90*time.Second)
	if got := l.PolicyHeader(); got != `"default";q=3;w=90` {
		t.Errorf("policy is %s", got)
	}
	l.Take("a")
	c.move(500 * time.Millisecond)
	if got := l.Header(l.Take("a")); got != `"default";r=1;t=90` {
		t.Errorf("got %s", got)
	}
	c.move(59*time.Second + 600*time.Millisecond)
	l.Take("a")
	d := l.Take("a")
	if got := l.Header(d); got != `"default";r=0;t=30` || d.RetryAfter() != "30" {
		t.Errorf("got %s and Retry-After: %s", got, d.RetryAfter())
	}
}

func TestRetryAfterIsAtLeastASecond(t *testing.T) {
	for reset, want := range map[time.Duration]string{0: "1", time.Millisecond: "1", time.Second: "1", time.Second + 1: "2"} {
		if got := (Decision{Reset: reset}).RetryAfter(); got != want {
			t.Errorf("%s: got %s, want %s", reset, got, want)
		}
	}
}

func TestKeyFor(t *testing.T) {
	tests := map[string]string{
		"198.51.100.7":         "198.51.100.7",
		"::ffff:198.51.100.7":  "198.51.100.7",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
		"2001:db8:1:2:ffff::":  "2001:db8:1:2::/64",
		"fe80::1%eth0":         "fe80::/64",
	}
	for addr, want := range tests {
		if got := KeyFor(netip.MustParseAddr(addr)); got != want {
			t.Errorf("%s: got %s, want %s", addr, got, want)
		}
	}
	if got := KeyFor(netip.Addr{}); got == "" || got != KeyFor(netip.Addr{}) {
		t.Errorf("no address: got %q", got)
	}
}
