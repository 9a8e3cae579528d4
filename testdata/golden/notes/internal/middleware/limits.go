package middleware

import (
	"context"
	"net/http"
	"time"

	"example.com/notes/internal/httpx"
	"example.com/notes/internal/respond"
)

// Deadline gives the request its time budget. Everything that is done for the request gets the context, down to the
// driver, so that work nobody waits for stops.
func Deadline(budget time.Duration) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx, cancel := context.WithTimeout(r.Context(), budget)
			defer cancel()
			next.ServeHTTP(w, r.WithContext(ctx))
		})
	}
}

// LimitBody refuses bodies of more than limit bytes: at once when the request admits to one, and otherwise when the
// handler has read that much.
func LimitBody(limit int64) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.ContentLength > limit {
				respond.Error(w, r, httpx.ErrTooLarge)
				return
			}
			if r.Body != http.NoBody {
				r.Body = http.MaxBytesReader(w, r.Body, limit)
			}
			next.ServeHTTP(w, r)
		})
	}
}

// AcceptJSON refuses requests whose sender cannot read JSON, before anything is done for them.
func AcceptJSON(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := httpx.CheckAccept(r.Header["Accept"]); err != nil {
			respond.Error(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}
