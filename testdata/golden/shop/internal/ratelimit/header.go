package ratelimit

import (
	"net/netip"
	"strconv"
	"time"
)

// The texts below are those of draft-ietf-httpapi-ratelimit-headers.

// PolicyHeader is the value of RateLimit-Policy: "default";q=100;w=60.
func (l *Limiter) PolicyHeader() string {
	if l == nil {
		return ""
	}
	return l.header
}

func policyHeader(p Policy) string {
	return strconv.Quote(p.Name) + ";q=" + strconv.Itoa(p.Limit) + ";w=" + seconds(p.Window)
}

// Header is the value of RateLimit for a decision: "default";r=50;t=30.
func (l *Limiter) Header(d Decision) string {
	if l == nil {
		return ""
	}
	return strconv.Quote(l.policy.Name) + ";r=" + strconv.Itoa(d.Remaining) + ";t=" + seconds(min(d.Reset, l.policy.Window))
}

// RetryAfter is the value of Retry-After for a refusal: whole seconds, at least 1.
func (d Decision) RetryAfter() string {
	return seconds(max(d.Reset, time.Second))
}

// seconds rounds up, so that nobody comes back too early.
func seconds(d time.Duration) string {
	return strconv.FormatInt(int64((d+time.Second-1)/time.Second), 10)
}

// KeyFor returns the key of a client's address. One customer has a whole /64 of
// IPv6, so that is what counts; IPv4 in IPv6 is IPv4. Clients without an address
// share a key.
func KeyFor(addr netip.Addr) string {
	addr = addr.Unmap()
	if addr.Is6() {
		if prefix, err := addr.WithZone("").Prefix(64); err == nil {
			return prefix.String()
		}
	}
	return addr.String()
}
