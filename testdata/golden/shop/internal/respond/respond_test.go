package respond_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/shop/internal/httpx"
	"example.com/shop/internal/model"
	"example.com/shop/internal/respond"
)

func TestJSON(t *testing.T) {
	t.Parallel()
	rec := httptest.NewRecorder()
	respond.JSON(rec, httptest.NewRequest(http.MethodGet, "/", nil), http.StatusCreated, map[string]int{"n": 1})

	if rec.Code != http.StatusCreated || rec.Body.String() != `{"n":1}` {
		t.Errorf("got %d %s", rec.Code, rec.Body)
	}
	if got := rec.Header().Get("Content-Type"); got != "application/json" {
		t.Errorf("Content-Type is %q", got)
	}
}

func TestJSONAnnouncesTheLengthOfLongBodies(t *testing.T) {
	t.Parallel()
	rec := httptest.NewRecorder()
	respond.JSON(rec, httptest.NewRequest(http.MethodGet, "/", nil), http.StatusOK, strings.Repeat("x", 5000))

	if got := rec.Header().Get("Content-Length"); got != "5002" {
		t.Errorf("Content-Length is %q, want 5002", got)
	}
}

func TestJSONThatCannotBeEncodedIsAnError(t *testing.T) {
	t.Parallel()
	rec := httptest.NewRecorder()
	respond.JSON(rec, httptest.NewRequest(http.MethodGet, "/", nil), http.StatusOK, make(chan int))

	if rec.Code != http.StatusInternalServerError || rec.Header().Get("Content-Type") != httpx.ProblemType {
		t.Errorf("got %d, %s", rec.Code, rec.Header().Get("Content-Type"))
	}
}

func TestError(t *testing.T) {
	t.Parallel()
	const secret = "dial tcp 10.0.0.7:5432"
	tests := map[string]struct {
		err     error
		status  int
		headers map[string]string
	}{
		"unknown":         {err: errors.New(secret), status: 500},
		"not found":       {err: fmt.Errorf("%s: %w", secret, model.ErrNotFound), status: 404},
		"unauthenticated": {err: model.ErrUnauthenticated, status: 401, headers: map[string]string{"Www-Authenticate": "Bearer"}},
		"outage":          {err: fmt.Errorf("%s: %w", secret, model.ErrUnavailable), status: 503, headers: map[string]string{"Retry-After": "2"}},
		"too many":        {err: &model.RateLimitedError{RetryAfter: 1500 * time.Millisecond}, status: 429, headers: map[string]string{"Retry-After": "2"}},
		"too large":       {err: httpx.ErrTooLarge, status: 413, headers: map[string]string{"Connection": "close"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			exchange := &httpx.Exchange{RequestID: "r-1"}
			rec, problem := answer(httpx.WithExchange(t.Context(), exchange), t, tt.err)

			if rec.Code != tt.status || problem.Status != tt.status {
				t.Errorf("status is %d, in the body %d, want %d", rec.Code, problem.Status, tt.status)
			}
			if problem.Instance != "/a/b%2Fc" || problem.RequestID != "r-1" || problem.Type == "" || problem.Title == "" {
				t.Errorf("incomplete problem: %+v", problem)
			}
			if strings.Contains(rec.Body.String(), secret) {
				t.Errorf("the body tells what only the log may know: %s", rec.Body)
			}
			if !errors.Is(exchange.Err, tt.err) {
				t.Errorf("the access log gets %v, want %v", exchange.Err, tt.err)
			}
			for header, want := range tt.headers {
				if got := rec.Header().Get(header); got != want {
					t.Errorf("%s is %q, want %q", header, got, want)
				}
			}
		})
	}
}

func TestErrorOfARequestThatHasEnded(t *testing.T) {
	t.Parallel()
	const forEver, noTime = time.Hour, -time.Hour
	tests := map[string]struct {
		budget time.Duration
		left   bool
		err    error
		status int
	}{
		"interrupted when time was up":      {budget: noTime, err: errors.New("interrupted"), status: 504},
		"unavailable when time was up":      {budget: noTime, err: model.ErrUnavailable, status: 504},
		"interrupted when the client left":  {budget: forEver, left: true, err: errors.New("interrupted"), status: httpx.StatusClientClosed},
		"an answer found in time is kept":   {budget: noTime, err: model.ErrNotFound, status: 404},
		"failed while there was still time": {budget: forEver, err: errors.New("interrupted"), status: 500},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, leave := context.WithTimeout(t.Context(), tt.budget)
			defer leave()
			if tt.left {
				leave()
			}
			if rec, _ := answer(ctx, t, tt.err); rec.Code != tt.status {
				t.Errorf("status is %d, want %d", rec.Code, tt.status)
			}
		})
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	rec := httptest.NewRecorder()
	respond.Status(rec, httptest.NewRequest(http.MethodGet, "/nowhere", nil), http.StatusNotFound)

	var problem httpx.Problem
	if err := json.Unmarshal(rec.Body.Bytes(), &problem); err != nil {
		t.Fatal(err)
	}
	if rec.Code != http.StatusNotFound || problem.Instance != "/nowhere" || rec.Header().Get("Content-Type") != httpx.ProblemType {
		t.Errorf("got %d %+v", rec.Code, problem)
	}
}

func answer(ctx context.Context, t *testing.T, err error) (*httptest.ResponseRecorder, httpx.Problem) {
	t.Helper()
	rec := httptest.NewRecorder()
	respond.Error(rec, httptest.NewRequest(http.MethodGet, "/a/b%2Fc?q=1", nil).WithContext(ctx), err)
	var problem httpx.Problem
	if err := json.Unmarshal(rec.Body.Bytes(), &problem); err != nil {
		t.Fatalf("the body is no problem: %v: %s", err, rec.Body)
	}
	return rec, problem
}
