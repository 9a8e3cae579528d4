package middleware_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"example.com/notes/internal/httpx"
	"example.com/notes/internal/middleware"
)

// serve sends the request through the steps to the handler, with a router around them as in the service.
func serve(t *testing.T, r *http.Request, h http.HandlerFunc, steps ...func(http.Handler) http.Handler) *httptest.ResponseRecorder {
	t.Helper()
	rec := httptest.NewRecorder()
	router(t, h, steps...).ServeHTTP(rec, r)
	return rec
}

func router(t *testing.T, h http.HandlerFunc, steps ...func(http.Handler) http.Handler) http.Handler {
	t.Helper()
	clients, err := httpx.NewClientIP([]string{"10.0.0.0/8"})
	if err != nil {
		t.Fatal(err)
	}
	r := chi.NewRouter()
	r.Use(middleware.RequestContext(clients))
	r.Use(steps...)
	r.HandleFunc("/things/{id}", h)
	r.HandleFunc("/healthz", h)
	return r
}

func get(path string) *http.Request {
	return httptest.NewRequest(http.MethodGet, path, nil)
}

// logTo returns a logger and the lines that it has written so far.
func logTo(t *testing.T) (log *slog.Logger, lines func() []map[string]any) {
	t.Helper()
	var buffer bytes.Buffer
	log = slog.New(slog.NewJSONHandler(&buffer, &slog.HandlerOptions{Level: slog.LevelDebug}))
	return log, func() []map[string]any {
		var out []map[string]any
		for line := range strings.Lines(buffer.String()) {
			var fields map[string]any
			if err := json.Unmarshal([]byte(line), &fields); err != nil {
				t.Fatalf("a log line that is no JSON: %v: %s", err, line)
			}
			out = append(out, fields)
		}
		return out
	}
}

func TestRequestContext(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		sent string
		kept bool
	}{
		"harmless":      {sent: "abc-1.2_3", kept: true},
		"absent":        {sent: ""},
		"blank":         {sent: "a b"},
		"escape codes":  {sent: "\x1b[31mred"},
		"too long":      {sent: strings.Repeat("a", 65)},
		"JSON breakers": {sent: `","level":"error`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := get("/things/1")
			r.RemoteAddr = "10.1.2.3:4444"
			r.Header["X-Request-Id"] = []string{tt.sent}
			r.Header.Set("X-Forwarded-For", "192.0.2.7")
			var exchange httpx.Exchange
			rec := serve(t, r, func(_ http.ResponseWriter, r *http.Request) { exchange = *httpx.ExchangeFrom(r.Context()) })

			id := rec.Header().Get("X-Request-Id")
			if id == "" || id != exchange.RequestID || (id == tt.sent) != tt.kept {
				t.Errorf("sent %q: the response says %q, the context %q", tt.sent, id, exchange.RequestID)
			}
			if got := exchange.ClientIP.String(); got != "192.0.2.7" {
				t.Errorf("client is %s, want the one that the trusted proxy names", got)
			}
		})
	}
}
