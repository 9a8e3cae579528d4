package server_test

import (
	"net/http"
	"strings"
	"testing"

	"example.com/shop/internal/server"
)

func TestAdmin(t *testing.T) {
	t.Parallel()
	h := server.NewAdmin(options()).Handler()
	tests := []struct {
		method, path string
		status       int
		holds        string
	}{
		{method: "GET", path: "/debug/pprof/", status: 200, holds: "goroutine "},
		{method: "GET", path: "/debug/pprof/goroutine?debug=1", status: 200, holds: "TestAdmin"},
		{method: "GET", path: "/debug/pprof/heap?gc=1", status: 200, holds: "\x1f\x8b"}, // gzip, as pprof wants it
		{method: "GET", path: "/debug/pprof/profile?seconds=0", status: 400, holds: "seconds"},
		{method: "GET", path: "/debug/pprof/trace?seconds=301", status: 400, holds: "seconds"},
		{method: "GET", path: "/debug/pprof/secrets", status: 404},
		{method: "GET", path: "/debug/pprof/cmdline", status: 404},
		{method: "POST", path: "/debug/pprof/", status: 405},
		{method: "GET", path: "/v1/things", status: 404},
	}
	for _, tt := range tests {
		rec := ask(h, tt.method, tt.path)
		if rec.Code != tt.status || !strings.Contains(rec.Body.String(), tt.holds) {
			t.Errorf("%s %s: got %d %.80q, want %d with %q", tt.method, tt.path, rec.Code, rec.Body, tt.status, tt.holds)
		}
		if rec.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: headers are missing", tt.path)
		}
	}
}

func TestProfilesAreNotOnTheDefaultMux(t *testing.T) {
	t.Parallel()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/debug/pprof/", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, pattern := http.DefaultServeMux.Handler(r); pattern != "" {
		t.Errorf("http.DefaultServeMux serves %s", pattern)
	}
}
