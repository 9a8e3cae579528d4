package middleware

import (
	"fmt"
	"net/http"

	"example.com/notes/internal/httpx"
	"example.com/notes/internal/model"
	"example.com/notes/internal/ratelimit"
	"example.com/notes/internal/respond"
)

// LimitConcurrency answers 503 to what does not fit through the gate, instead of letting everybody wait for everybody else.
// Probes always get through: they have to tell how things are.
func LimitConcurrency(gate *ratelimit.Gate) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if isProbe(r.URL.Path) {
				next.ServeHTTP(w, r)
				return
			}
			key := budgetKey(httpx.ExchangeFrom(r.Context()))
			if !gate.Enter(key) {
				respond.Error(w, r, fmt.Errorf("too many requests at once: %w", model.ErrUnavailable))
				return
			}
			defer gate.Leave(key)
			next.ServeHTTP(w, r)
		})
	}
}
