package middleware_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"example.com/shop/internal/auth"
	"example.com/shop/internal/middleware"
)

// answering makes a handler that answers with these statuses, one after the other.
func answering(statuses ...int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(statuses[0])
		statuses = statuses[1:]
	}
}

func TestLimitAttempts(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		failuresOnly bool
		answers      []int
		want         []int
	}{
		"all count":               {answers: []int{201, 201, 201}, want: []int{201, 201, 429}},
		"failures count":          {failuresOnly: true, answers: []int{401, 401, 200}, want: []int{401, 401, 429}},
		"successes do not":        {failuresOnly: true, answers: []int{200, 200, 200, 401, 200}, want: []int{200, 200, 200, 401, 200}},
		"an outage is no guess":   {failuresOnly: true, answers: []int{503, 503, 503, 200}, want: []int{503, 503, 503, 200}},
		"a success wipes nothing": {failuresOnly: true, answers: []int{401, 200, 401, 200}, want: []int{401, 200, 401, 429}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			handler := router(t, answering(tt.answers...), middleware.LimitAttempts(newLimiter("login", 2), tt.failuresOnly, nil))
			var got []int
			for range tt.want {
				rec := httptest.NewRecorder()
				handler.ServeHTTP(rec, get("/things/7"))
				got = append(got, rec.Code)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("statuses are %v, want %v", got, tt.want)
			}
		})
	}
}

func TestLimitAttemptsAtOnce(t *testing.T) {
	t.Parallel()
	const limit, clients = 3, 20
	arrived, release := make(chan bool, clients), make(chan bool)
	handler := router(t, func(w http.ResponseWriter, _ *http.Request) {
		arrived <- true
		<-release
		w.WriteHeader(http.StatusUnauthorized)
	}, middleware.LimitAttempts(newLimiter("login", limit), true, nil))

	var guesses sync.WaitGroup
	refused := make(chan bool, clients)
	for range clients {
		guesses.Go(func() {
			rec := httptest.NewRecorder()
			handler.ServeHTTP(rec, get("/things/7"))
			if rec.Code == http.StatusTooManyRequests {
				refused <- true
			}
		})
	}
	for range clients - limit {
		<-refused
	}
	close(release)
	guesses.Wait()
	if len(arrived) != limit {
		t.Errorf("%d guesses at once were tried, want %d", len(arrived), limit)
	}
}

func TestLimitAttemptsStandsNextToTheDefault(t *testing.T) {
	t.Parallel()
	log, lines := logTo(t)
	handler := router(t, ok, middleware.RateLimit(newLimiter("default", 100)),
		middleware.LimitAttempts(newLimiter("login", 1), false, auth.NewAudit(log)))
	first, second := httptest.NewRecorder(), httptest.NewRecorder()
	handler.ServeHTTP(first, get("/things/7"))
	handler.ServeHTTP(second, get("/things/7"))

	if got := first.Header().Get("Ratelimit-Policy"); got != `"default";q=100;w=60, "login";q=1;w=60` {
		t.Errorf("policies are %q", got)
	}
	if second.Code != http.StatusTooManyRequests || second.Header().Get("Retry-After") == "" {
		t.Errorf("got %d, %v", second.Code, second.Header())
	}
	if got := lines(); len(got) != 1 || got[0]["event"] != string(auth.EventRateLimit) {
		t.Errorf("recorded %v", got)
	}
}

func TestLimitAttemptsOff(t *testing.T) {
	t.Parallel()
	rec := serve(t, get("/things/7"), ok, middleware.LimitAttempts(newLimiter("login", 0), true, nil))
	if rec.Code != http.StatusOK || rec.Header().Get("Ratelimit-Policy") != "" {
		t.Errorf("got %d, %v", rec.Code, rec.Header())
	}
}
