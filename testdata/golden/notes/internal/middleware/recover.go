package middleware

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"

	"example.com/notes/internal/httpx"
	"example.com/notes/internal/respond"
)

// Recover turns a panic into a 500 problem and logs its stack once. When the answer had already begun it can only cut the
// connection, so that the client does not take half of it for the whole.
func Recover(log *slog.Logger) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer func() {
				if caught := recover(); caught != nil {
					recovered(log, w, r, caught)
				}
			}()
			next.ServeHTTP(w, r)
		})
	}
}

func recovered(log *slog.Logger, w http.ResponseWriter, r *http.Request, caught any) {
	if err, ok := caught.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(http.ErrAbortHandler) // a handler that wants the connection cut says so with this
	}
	exchange := httpx.ExchangeFrom(r.Context())
	exchange.Err = fmt.Errorf("panic: %v", caught)
	log.LogAttrs(r.Context(), slog.LevelError, "panic",
		slog.String("panic", fmt.Sprint(caught)),
		slog.String("stack", string(debug.Stack())),
		slog.String("request_id", exchange.RequestID))
	if rec, ok := w.(*recorder); ok && rec.started() {
		panic(http.ErrAbortHandler)
	}
	respond.Status(w, r, http.StatusInternalServerError)
}
