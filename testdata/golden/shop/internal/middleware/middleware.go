// Package middleware wraps handlers in what every request needs. Each constructor returns the usual
// func(http.Handler) http.Handler; package server puts them in order. The decisions themselves (who is the client, what
// may a browser read, how many requests are too many) are in packages that know nothing of a router.
package middleware

import (
	"net/http"

	"example.com/shop/internal/httpx"
)

// RequestContext gives the request its exchange: the request id, which the response repeats, and the client's address.
// Everything behind it may rely on httpx.ExchangeFrom.
func RequestContext(clients *httpx.ClientIPResolver) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			exchange := &httpx.Exchange{
				RequestID: httpx.RequestID(r.Header.Get("X-Request-Id")),
				ClientIP:  clients.Resolve(r.RemoteAddr, r.Header.Values),
			}
			w.Header()["X-Request-Id"] = []string{exchange.RequestID}
			next.ServeHTTP(w, r.WithContext(httpx.WithExchange(r.Context(), exchange)))
		})
	}
}

// isProbe reports whether the path is one that an orchestrator asks every few seconds: not worth a line in the log, and
// never to be refused for lack of budget.
func isProbe(path string) bool {
	return path == "/healthz" || path == "/readyz"
}

// isPreflight reports whether a browser only asks whether it may send a request.
func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
}
