package middleware

import (
	"net/http"

	"example.com/shop/internal/auth"
	"example.com/shop/internal/httpx"
	"example.com/shop/internal/model"
	"example.com/shop/internal/ratelimit"
	"example.com/shop/internal/respond"
)

// LimitAttempts gives a client address a small budget for an operation that takes secrets. With failuresOnly an attempt
// that succeeds is given back: it is taken first all the same, or a hundred guesses at once would all be within budget.
// A nil limiter limits nothing.
func LimitAttempts(limiter *ratelimit.Limiter, failuresOnly bool, audit *auth.Audit) func(http.Handler) http.Handler {
	if limiter == nil {
		return func(next http.Handler) http.Handler { return next }
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			key := ratelimit.KeyFor(httpx.ExchangeFrom(r.Context()).ClientIP)
			decision := limiter.Take(key)
			appendValue(w.Header(), "Ratelimit-Policy", limiter.PolicyHeader())
			appendValue(w.Header(), "Ratelimit", limiter.Header(decision))
			if !decision.Allowed {
				audit.Record(r.Context(), auth.EventRateLimit, "")
				respond.Error(w, r, &model.RateLimitedError{RetryAfter: decision.Reset})
				return
			}
			rec := &recorder{ResponseWriter: w, request: r}
			next.ServeHTTP(rec, r)
			if failuresOnly && !failed(rec.outcome()) {
				limiter.Refund(key)
			}
		})
	}
}

// failed reports whether the answer tells the client that the attempt was wrong. An outage on this side is not its fault.
func failed(status int) bool {
	return status >= http.StatusBadRequest && status < http.StatusInternalServerError
}

// appendValue adds to the list in a header, next to what is there: the policies of one response are one list.
func appendValue(header http.Header, name, value string) {
	if before := header.Get(name); before != "" {
		value = before + ", " + value
	}
	header.Set(name, value)
}
