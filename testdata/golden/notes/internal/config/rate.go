package config

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// The greatest rate that makes sense.
const (
	maxRate   = 1_000_000
	maxWindow = 24 * time.Hour
)

const off = "off"

// Rate is a number of requests in a span of time. The zero value is no limit.
type Rate struct {
	Limit  int
	Window time.Duration
}

// Off reports whether there is no limit.
func (r Rate) Off() bool { return r.Limit == 0 }

// String returns the form that the environment has: 100/1m0s, or off.
func (r Rate) String() string {
	if r.Off() {
		return off
	}
	return strconv.Itoa(r.Limit) + "/" + r.Window.String()
}

func parseRate(s string) (Rate, error) {
	if s == off {
		return Rate{}, nil
	}
	count, span, _ := strings.Cut(s, "/")
	limit, err := strconv.Atoi(count)
	window, errWindow := time.ParseDuration(span)
	if err != nil || errWindow != nil || limit < 1 || limit > maxRate || window < time.Millisecond || window > maxWindow {
		return Rate{}, errors.New("must be a number and a span of time up to 24h, such as 100/1m, or off")
	}
	return Rate{Limit: limit, Window: window}, nil
}
