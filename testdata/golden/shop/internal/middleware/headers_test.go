package middleware_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"example.com/shop/internal/httpx"
	"example.com/shop/internal/middleware"
)

func ok(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusOK)
}

func TestSecurityHeaders(t *testing.T) {
	t.Parallel()
	plain := serve(t, get("/things/7"), ok, middleware.SecurityHeaders(false)).Header()
	secure := serve(t, get("/things/7"), ok, middleware.SecurityHeaders(true)).Header()

	if plain.Get("X-Content-Type-Options") != "nosniff" || plain.Get("Content-Security-Policy") == "" {
		t.Errorf("headers are missing: %v", plain)
	}
	if plain.Get("Strict-Transport-Security") != "" || secure.Get("Strict-Transport-Security") == "" {
		t.Error("Strict-Transport-Security belongs to https alone")
	}
}

func TestSecurityHeadersMayBeReplaced(t *testing.T) {
	t.Parallel()
	step := middleware.SecurityHeaders(false)
	replaced := serve(t, get("/things/7"), func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", "other")
	}, step)
	after := serve(t, get("/things/7"), ok, step)

	if got := replaced.Header().Get("Content-Security-Policy"); got != "other" {
		t.Errorf("the handler's policy was %q", got)
	}
	if got := after.Header().Get("Content-Security-Policy"); got == "other" {
		t.Error("one response changed the headers of the next")
	}
}

func TestLimitHeaders(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		add    func(http.Header)
		status int
	}{
		"as browsers send": {status: http.StatusOK, add: func(h http.Header) { h.Set("Accept", "*/*") }},
		"many names": {status: http.StatusRequestHeaderFieldsTooLarge, add: func(h http.Header) {
			for i := range 2000 {
				h.Set(fmt.Sprintf("X-%d", i), "1")
			}
		}},
		"one name many times": {status: http.StatusRequestHeaderFieldsTooLarge, add: func(h http.Header) {
			for range 2000 {
				h.Add("X-Again", "1")
			}
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := get("/things/7")
			tt.add(r.Header)
			if rec := serve(t, r, ok, middleware.LimitHeaders); rec.Code != tt.status {
				t.Errorf("status is %d, want %d", rec.Code, tt.status)
			}
		})
	}
}

func TestDrain(t *testing.T) {
	t.Parallel()
	for draining, want := range map[bool]string{true: "close", false: ""} {
		rec := serve(t, get("/things/7"), ok, middleware.Drain(func() bool { return draining }))
		if got := rec.Header().Get("Connection"); got != want || rec.Code != http.StatusOK {
			t.Errorf("draining %t: Connection is %q and status %d", draining, got, rec.Code)
		}
	}
}

// TestDrainWhatIsInFlight starts to drain while a handler works: its answer, with or without a status, says so.
func TestDrainWhatIsInFlight(t *testing.T) {
	t.Parallel()
	for _, status := range []int{0, http.StatusNotFound} {
		draining := false
		rec := serve(t, get("/things/7"), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			draining = true
			if status != 0 {
				w.WriteHeader(status)
			}
			_, _ = io.WriteString(w, "done")
		}), middleware.Drain(func() bool { return draining }))
		if got := rec.Header().Get("Connection"); got != "close" || rec.Body.String() != "done" {
			t.Errorf("status %d: Connection is %q, the body %q", status, got, rec.Body)
		}
	}
}

func TestCORS(t *testing.T) {
	t.Parallel()
	policy, err := httpx.NewCORS([]string{"https://app.example.com"})
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		method, origin, preflight string
		allowed                   string
		reached                   bool
	}{
		"no browser":           {method: http.MethodGet, reached: true},
		"allowed":              {method: http.MethodGet, origin: "https://app.example.com", allowed: "https://app.example.com", reached: true},
		"not allowed":          {method: http.MethodGet, origin: "https://evil.example", reached: true},
		"preflight":            {method: http.MethodOptions, origin: "https://app.example.com", preflight: http.MethodPost, allowed: "https://app.example.com"},
		"preflight of another": {method: http.MethodOptions, origin: "https://evil.example", preflight: http.MethodPost},
		"OPTIONS":              {method: http.MethodOptions, reached: true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(tt.method, "/things/7", nil)
			if tt.origin != "" {
				r.Header.Set("Origin", tt.origin)
			}
			if tt.preflight != "" {
				r.Header.Set("Access-Control-Request-Method", tt.preflight)
			}
			reached := false
			rec := serve(t, r, func(http.ResponseWriter, *http.Request) { reached = true }, middleware.CORS(policy))

			if got := rec.Header().Get("Access-Control-Allow-Origin"); got != tt.allowed || reached != tt.reached {
				t.Errorf("allowed origin %q, handler reached %t; want %q, %t", got, reached, tt.allowed, tt.reached)
			}
			if !tt.reached && rec.Code != http.StatusNoContent {
				t.Errorf("a preflight is answered with %d", rec.Code)
			}
		})
	}
}
