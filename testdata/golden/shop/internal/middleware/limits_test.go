package middleware_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/shop/internal/middleware"
)

func TestDeadline(t *testing.T) {
	t.Parallel()
	serve(t, get("/things/7"), func(_ http.ResponseWriter, r *http.Request) {
		deadline, set := r.Context().Deadline()
		if left := time.Until(deadline); !set || left <= 0 || left > time.Minute {
			t.Errorf("deadline is set: %t, %s from now", set, left)
		}
	}, middleware.Deadline(time.Minute))
}

func TestLimitBody(t *testing.T) {
	t.Parallel()
	const limit = 10
	tests := map[string]struct {
		body   string
		length int64 // as announced
		status int
	}{
		"none":                    {status: http.StatusOK},
		"as long as may be":       {body: "0123456789", length: limit, status: http.StatusOK},
		"announced too long":      {body: "0123456789a", length: limit + 1, status: http.StatusRequestEntityTooLarge},
		"too long, not announced": {body: "0123456789a", length: -1, status: http.StatusTeapot},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodPost, "/things/7", strings.NewReader(tt.body))
			r.ContentLength = tt.length
			rec := serve(t, r, func(w http.ResponseWriter, r *http.Request) {
				if _, err := io.ReadAll(r.Body); err != nil {
					if _, tooLarge := errors.AsType[*http.MaxBytesError](err); !tooLarge {
						t.Errorf("reading fails with %v", err)
					}
					w.WriteHeader(http.StatusTeapot)
				}
			}, middleware.LimitBody(limit))
			if rec.Code != tt.status {
				t.Errorf("status is %d, want %d", rec.Code, tt.status)
			}
		})
	}
}

func TestLimitBodyDoesNotReadWhatIsTooLong(t *testing.T) {
	t.Parallel()
	body := strings.NewReader("0123456789")
	r := httptest.NewRequest(http.MethodPost, "/things/7", body)
	serve(t, r, ok, middleware.LimitBody(5))
	if body.Len() != 10 {
		t.Errorf("%d bytes were read", 10-body.Len())
	}
}

func TestAcceptJSON(t *testing.T) {
	t.Parallel()
	for accept, status := range map[string]int{
		"":                                  http.StatusOK,
		"*/*":                               http.StatusOK,
		"text/html, application/json;q=0.5": http.StatusOK,
		"text/html":                         http.StatusNotAcceptable,
		"*/*;q=0":                           http.StatusNotAcceptable,
	} {
		r := get("/things/7")
		if accept != "" {
			r.Header.Set("Accept", accept)
		}
		reached := false
		rec := serve(t, r, func(http.ResponseWriter, *http.Request) { reached = true }, middleware.AcceptJSON)
		if rec.Code != status || reached != (status == http.StatusOK) {
			t.Errorf("Accept %q: status %d, handler reached %t", accept, rec.Code, reached)
		}
	}
}
