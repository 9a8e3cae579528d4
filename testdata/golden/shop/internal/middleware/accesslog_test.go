package middleware_test

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/shop/internal/httpx"
	"example.com/shop/internal/middleware"
	"example.com/shop/internal/respond"
)

func TestAccessLogWritesOneLine(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		method  string // GET unless it says otherwise
		path    string
		handler http.HandlerFunc
		want    map[string]any
	}{
		"success": {
			path:    "/things/7?q=pssst",
			handler: func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("12345")) },
			want:    map[string]any{"level": "INFO", "status": 200.0, "bytes": 5.0, "path": "/things/7", "route": "/things/{id}", "method": "GET"},
		},
		"no body": {
			method:  http.MethodHead,
			path:    "/things/7",
			handler: func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("12345")) },
			want:    map[string]any{"status": 200.0, "bytes": 0.0, "method": "HEAD"},
		},
		"no answer at all": {
			path:    "/things/7",
			handler: func(http.ResponseWriter, *http.Request) {},
			want:    map[string]any{"level": "INFO", "status": 200.0, "bytes": 0.0},
		},
		"unknown path": {
			path: "/nowhere",
			want: map[string]any{"level": "INFO", "status": 404.0, "route": "", "path": "/nowhere"},
		},
		"failure": {
			path: "/things/7",
			handler: func(w http.ResponseWriter, r *http.Request) {
				respond.Error(w, r, errors.New("disk on fire"))
			},
			want: map[string]any{"level": "ERROR", "status": 500.0, "error": "disk on fire"},
		},
		"refusal": {
			path: "/things/7",
			handler: func(w http.ResponseWriter, r *http.Request) {
				respond.Error(w, r, httpx.BadRequest("no"))
			},
			want: map[string]any{"level": "INFO", "status": 400.0, "error": nil},
		},
		"probe": {
			path:    "/healthz",
			handler: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) },
			want:    map[string]any{"level": "DEBUG", "status": 200.0},
		},
		"probe that fails": {
			path:    "/healthz",
			handler: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) },
			want:    map[string]any{"level": "ERROR", "status": 503.0},
		},
		"informational status first": {
			path: "/things/7",
			handler: func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusEarlyHints)
				w.WriteHeader(http.StatusNoContent)
			},
			want: map[string]any{"status": 204.0},
		},
		"line breaks in the path": {
			path:    "/things/a%0Ab%1B%5B31m",
			handler: func(http.ResponseWriter, *http.Request) {},
			want:    map[string]any{"path": "/things/a\nb\x1b[31m"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log, lines := logTo(t)
			r := get(tt.path)
			r.Method = cmp.Or(tt.method, r.Method)
			r.Header.Set("X-Request-Id", "r-1")
			serve(t, r, tt.handler, middleware.AccessLog(log))

			got := lines()
			if len(got) != 1 {
				t.Fatalf("%d lines, want 1: %v", len(got), got)
			}
			for key, want := range tt.want {
				if got[0][key] != want {
					t.Errorf("%s is %v, want %v", key, got[0][key], want)
				}
			}
			if got[0]["request_id"] != "r-1" || got[0]["client_ip"] != "192.0.2.1" {
				t.Errorf("not traceable: %v", got[0])
			}
			if ms, isNumber := got[0]["duration_ms"].(float64); !isNumber || ms < 0 {
				t.Errorf("duration_ms is %v", got[0]["duration_ms"])
			}
			for key, value := range got[0] {
				if text, ok := value.(string); ok && strings.Contains(text, "pssst") {
					t.Errorf("%s holds the query: %v", key, value)
				}
			}
		})
	}
}

func TestAccessLogHashesTheUser(t *testing.T) {
	t.Parallel()
	log, lines := logTo(t)
	const id = "0190163d-8694-739b-aea5-966c26f8ad90"
	serve(t, get("/things/7"), func(_ http.ResponseWriter, r *http.Request) {
		httpx.ExchangeFrom(r.Context()).UserID = id
	}, middleware.AccessLog(log))

	user, _ := lines()[0]["user"].(string)
	if user == "" || strings.Contains(user, id) || strings.Contains(id, user) {
		t.Errorf("user is %q, want a hash", user)
	}
}

func TestAccessLogOfAClientThatLeft(t *testing.T) {
	t.Parallel()
	handlers := map[string]http.HandlerFunc{
		"before the answer": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) },
		"and the handler noticed": func(w http.ResponseWriter, r *http.Request) {
			respond.Error(w, r, r.Context().Err())
		},
		"and the handler failed of it": func(w http.ResponseWriter, r *http.Request) {
			respond.Error(w, r, errors.New("interrupted"))
		},
	}
	for name, handler := range handlers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log, lines := logTo(t)
			ctx, leave := context.WithCancel(t.Context())
			serve(t, get("/things/7").WithContext(ctx), func(w http.ResponseWriter, r *http.Request) {
				leave()
				handler(w, r)
			}, middleware.AccessLog(log))

			if got := lines(); len(got) != 1 || got[0]["status"] != 499.0 || got[0]["level"] != "INFO" {
				t.Errorf("got %v, want one line with status 499", got)
			}
		})
	}
}

func TestAccessLogOfAClientThatLeftInTheMiddle(t *testing.T) {
	t.Parallel()
	log, lines := logTo(t)
	ctx, leave := context.WithCancel(t.Context())
	handler := router(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("half"))
		leave()
		_, _ = w.Write([]byte("other half"))
	}, middleware.AccessLog(log))
	handler.ServeHTTP(&brokenPipe{ResponseRecorder: httptest.NewRecorder(), after: 1}, get("/things/7").WithContext(ctx))

	if got := lines(); len(got) != 1 || got[0]["status"] != 499.0 || got[0]["bytes"] != 4.0 {
		t.Errorf("got %v, want status 499 and 4 bytes", got)
	}
}

func TestAccessLogOfACompleteAnswer(t *testing.T) {
	t.Parallel()
	log, lines := logTo(t)
	ctx, leave := context.WithCancel(t.Context())
	serve(t, get("/things/7").WithContext(ctx), func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("all"))
		leave() // a client that closes the connection once it has everything
	}, middleware.AccessLog(log))

	if got := lines(); len(got) != 1 || got[0]["status"] != 200.0 {
		t.Errorf("got %v, want status 200", got)
	}
}

// brokenPipe fails all writes but the first few.
type brokenPipe struct {
	*httptest.ResponseRecorder
	after int
}

func (b *brokenPipe) Write(body []byte) (int, error) {
	if b.after == 0 {
		return 0, errors.New("broken pipe")
	}
	b.after--
	return b.ResponseRecorder.Write(body)
}
