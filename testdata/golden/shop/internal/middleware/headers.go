package middleware

import (
	"net/http"

	"example.com/shop/internal/httpx"
	"example.com/shop/internal/respond"
)

// maxHeaderLines bounds what http.Server.MaxHeaderBytes does not: thousands of tiny headers, each with its own cost.
const maxHeaderLines = 200

// SecurityHeaders sets the headers that every response carries. A handler that needs another value replaces it.
func SecurityHeaders(https bool) func(http.Handler) http.Handler {
	headers := httpx.SecurityHeaders(https)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			headers.Apply(w.Header())
			next.ServeHTTP(w, r)
		})
	}
}

// LimitHeaders refuses requests with absurdly many header lines.
func LimitHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lines := 0
		for _, values := range r.Header {
			lines += len(values)
		}
		if lines > maxHeaderLines {
			respond.Status(w, r, http.StatusRequestHeaderFieldsTooLarge)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Drain asks every client to open a new connection, once draining says that this process is about to leave: the new one
// goes to another replica, and none is in use when the listener closes. Requests that came in before are asked as well.
func Drain(draining func() bool) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(&drainer{ResponseWriter: w, draining: draining}, r)
		})
	}
}

// drainer decides when the answer begins whether its connection closes.
type drainer struct {
	http.ResponseWriter
	draining func() bool
	started  bool
}

// WriteHeader adds the header if it is time.
func (d *drainer) WriteHeader(status int) {
	if !d.started && d.draining() {
		d.Header().Set("Connection", "close")
	}
	d.started = d.started || status >= http.StatusOK
	d.ResponseWriter.WriteHeader(status)
}

// Write begins the answer, unless WriteHeader did.
func (d *drainer) Write(body []byte) (int, error) {
	if !d.started {
		d.WriteHeader(http.StatusOK)
	}
	return d.ResponseWriter.Write(body)
}

// Unwrap lets http.ResponseController reach the connection.
func (d *drainer) Unwrap() http.ResponseWriter {
	return d.ResponseWriter
}

// CORS lets the browsers of allowed origins read responses, and answers their preflights.
func CORS(policy *httpx.CORS) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			decision := policy.Evaluate(r.Method, r.Header.Get("Origin"),
				r.Header.Get("Access-Control-Request-Method"), r.Header.Get("Access-Control-Request-Headers"))
			decision.Headers.Apply(w.Header())
			if decision.Preflight {
				w.WriteHeader(http.StatusNoContent)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}
