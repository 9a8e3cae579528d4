package handler_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"example.com/notes/internal/handler"
	"example.com/notes/internal/httpx"
)

// request makes a request, with JSON in it unless the body is empty. More headers follow as names and values.
func request(method, path, body string, header ...string) *http.Request {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", httpx.JSONType)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r
}

// send lets the routes answer the request. What the server puts around them is not there.
func send(t *testing.T, routes []handler.Route, r *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	router := chi.NewRouter()
	for _, route := range routes {
		router.Method(route.Method, route.Path, route.Handler)
	}
	rec := httptest.NewRecorder()
	router.ServeHTTP(rec, r)
	return rec
}

func wantStatus(t *testing.T, rec *httptest.ResponseRecorder, status int) {
	t.Helper()
	if rec.Code != status {
		t.Fatalf("status is %d, want %d: %s", rec.Code, status, rec.Body)
	}
}

func wantHeader(t *testing.T, rec *httptest.ResponseRecorder, name, want string) {
	t.Helper()
	if got := rec.Header().Get(name); got != want {
		t.Errorf("%s is %q, want %q", name, got, want)
	}
}
