package middleware_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"example.com/notes/internal/middleware"
	"example.com/notes/internal/ratelimit"
)

func TestLimitConcurrency(t *testing.T) {
	t.Parallel()
	var handler http.Handler
	var inner []*httptest.ResponseRecorder
	// While one request is inside, another one and a probe are sent.
	nested := func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Test-Outer") != "" {
			for _, path := range []string{"/things/8", "/healthz"} {
				rec := httptest.NewRecorder()
				handler.ServeHTTP(rec, get(path))
				inner = append(inner, rec)
			}
		}
		ok(w, r)
	}
	handler = router(t, nested, middleware.LimitConcurrency(ratelimit.NewGate(10, 1)))
	for range 2 { // the second time shows that the place was given back
		inner = nil
		r := get("/things/7")
		r.Header.Set("X-Test-Outer", "yes")
		outer := httptest.NewRecorder()
		handler.ServeHTTP(outer, r)
		if outer.Code != http.StatusOK {
			t.Fatalf("the first request gets %d", outer.Code)
		}
		if got := inner[0]; got.Code != http.StatusServiceUnavailable || got.Header().Get("Retry-After") == "" {
			t.Errorf("one too many gets %d, %v", got.Code, got.Header())
		}
		if inner[1].Code == http.StatusServiceUnavailable {
			t.Error("a probe does not get through")
		}
	}
}

func TestLimitConcurrencyAfterAPanic(t *testing.T) {
	t.Parallel()
	gate := ratelimit.NewGate(1, 1)
	broken := func(http.ResponseWriter, *http.Request) { panic("broken") }
	func() {
		defer func() { _ = recover() }()
		router(t, broken, middleware.LimitConcurrency(gate)).ServeHTTP(httptest.NewRecorder(), get("/things/7"))
	}()
	if !gate.Enter("anybody") {
		t.Error("a panic keeps its place")
	}
}
