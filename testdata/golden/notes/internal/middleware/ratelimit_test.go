package middleware_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/notes/internal/httpx"
	"example.com/notes/internal/middleware"
	"example.com/notes/internal/ratelimit"
)

// newLimiter returns a limiter whose clock stands still.
func newLimiter(name string, limit int) *ratelimit.Limiter {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return ratelimit.New(ratelimit.Policy{Name: name, Limit: limit, Window: time.Minute}, func() time.Time { return now })
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	handler := router(t, ok, middleware.RateLimit(newLimiter("default", 2)))
	var codes []int
	var last *httptest.ResponseRecorder
	for range 3 {
		last = httptest.NewRecorder()
		handler.ServeHTTP(last, get("/things/7"))
		codes = append(codes, last.Code)
		if last.Header().Get("Ratelimit-Policy") != `"default";q=2;w=60` || !strings.HasPrefix(last.Header().Get("Ratelimit"), `"default";r=`) {
			t.Errorf("headers are %q and %q", last.Header().Get("Ratelimit-Policy"), last.Header().Get("Ratelimit"))
		}
	}
	if codes[0] != 200 || codes[1] != 200 || codes[2] != 429 {
		t.Errorf("statuses are %v, want two successes and a 429", codes)
	}
	if last.Header().Get("Retry-After") == "" || !strings.HasPrefix(last.Header().Get("Ratelimit"), `"default";r=0;`) ||
		last.Header().Get("Content-Type") != httpx.ProblemType {
		t.Errorf("the refusal is incomplete: %v", last.Header())
	}
}

func TestRateLimitCountsWhatIsNotThere(t *testing.T) {
	t.Parallel()
	handler := router(t, ok, middleware.RateLimit(newLimiter("default", 1)))
	handler.ServeHTTP(httptest.NewRecorder(), get("/nowhere"))
	rec := httptest.NewRecorder()
	handler.ServeHTTP(rec, get("/things/7"))
	if rec.Code != http.StatusTooManyRequests {
		t.Errorf("status is %d: the 404 was free", rec.Code)
	}
}

func TestRateLimitExemptions(t *testing.T) {
	t.Parallel()
	preflight := httptest.NewRequest(http.MethodOptions, "/things/7", nil)
	preflight.Header.Set("Access-Control-Request-Method", http.MethodPost)
	for name, r := range map[string]*http.Request{"probe": get("/healthz"), "preflight": preflight} {
		handler := router(t, ok, middleware.RateLimit(newLimiter("default", 1)))
		for range 5 {
			rec := httptest.NewRecorder()
			handler.ServeHTTP(rec, r)
			if rec.Code != http.StatusOK {
				t.Fatalf("%s: status is %d", name, rec.Code)
			}
		}
		rec := httptest.NewRecorder()
		handler.ServeHTTP(rec, get("/things/7"))
		if rec.Code != http.StatusOK {
			t.Errorf("%s: it cost budget", name)
		}
	}
}

func TestRateLimitPerClient(t *testing.T) {
	t.Parallel()
	handler := router(t, ok, middleware.RateLimit(newLimiter("default", 1)))
	send := func(remote, forwarded string) int {
		r := get("/things/7")
		r.RemoteAddr = remote
		r.Header.Set("X-Forwarded-For", forwarded)
		rec := httptest.NewRecorder()
		handler.ServeHTTP(rec, r)
		return rec.Code
	}
	if got := send("192.0.2.1:1", "6.6.6.1"); got != http.StatusOK {
		t.Fatalf("first request: %d", got)
	}
	if got := send("192.0.2.1:2", "6.6.6.2"); got != http.StatusTooManyRequests {
		t.Errorf("a header that anybody can write gives a fresh budget: %d", got)
	}
	if got := send("192.0.2.2:1", ""); got != http.StatusOK {
		t.Errorf("another client shares the budget: %d", got)
	}
}

func TestRateLimitOff(t *testing.T) {
	t.Parallel()
	rec := serve(t, get("/things/7"), ok, middleware.RateLimit(newLimiter("default", 0)))
	if rec.Code != http.StatusOK || rec.Header().Get("Ratelimit") != "" {
		t.Errorf("got %d, %v", rec.Code, rec.Header())
	}
}
