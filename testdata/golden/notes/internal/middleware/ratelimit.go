package middleware

import (
	"net/http"

	"example.com/notes/internal/httpx"
	"example.com/notes/internal/model"
	"example.com/notes/internal/ratelimit"
	"example.com/notes/internal/respond"
)

// RateLimit refuses what is over the budget of a client address. Probes and
// preflights cost nothing. A nil limiter limits nothing.
func RateLimit(limiter *ratelimit.Limiter) func(http.Handler) http.Handler {
	if limiter == nil {
		return func(next http.Handler) http.Handler { return next }
	}
	policy := []string{limiter.PolicyHeader()}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if isProbe(r.URL.Path) || isPreflight(r) {
				next.ServeHTTP(w, r)
				return
			}
			decision := limiter.Take(budgetKey(httpx.ExchangeFrom(r.Context())))
			header := w.Header()
			header["Ratelimit-Policy"] = policy
			header["Ratelimit"] = []string{limiter.Header(decision)}
			if !decision.Allowed {
				respond.Error(w, r, &model.RateLimitedError{RetryAfter: decision.Reset})
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// budgetKey names whose budget a request draws on.
func budgetKey(exchange *httpx.Exchange) string {
	return ratelimit.KeyFor(exchange.ClientIP)
}
