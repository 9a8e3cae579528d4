package httpx

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"example.com/shop/internal/model"
)

type challengeError struct{}

func (challengeError) Error() string     { return "expired" }
func (challengeError) Unwrap() error     { return model.ErrUnauthenticated }
func (challengeError) Challenge() string { return `Bearer error="invalid_token"` }
func TestProblemFor(t *testing.T) {
	tests := []struct {
		err    error
		status int
		typ    string
	}{
		{model.ErrNotFound, 404, "/problems/not-found"},
		{model.ErrUnauthenticated, 401, "/problems/unauthenticated"},
		{challengeError{}, 401, "/problems/unauthenticated"},
		{model.ErrForbidden, 403, "/problems/forbidden"},
		{model.ErrConflict, 409, "/problems/conflict"},
		{&model.ConflictError{Field: "email"}, 409, "/problems/conflict"},
		{model.ErrPrecondition, 412, "/problems/precondition-failed"},
		{model.ErrPreconditionRequired, 428, "/problems/precondition-required"},
		{model.ErrUnavailable, 503, "/problems/unavailable"},
		{&model.ValidationError{}, 422, "/problems/invalid"},
		{&model.RateLimitedError{}, 429, "/problems/too-many-requests"},
		{&SyntaxError{}, 400, "/problems/bad-request"},
		{BadRequest("x"), 400, "/problems/bad-request"},
		{ErrTooLarge, 413, "/problems/too-large"},
		{&http.MaxBytesError{}, 413, "/problems/too-large"},
		{ErrMediaType, 415, "/problems/unsupported-media-type"},
		{ErrNotAcceptable, 406, "/problems/not-acceptable"},
		{ErrTooSlow, 408, "/problems/request-timeout"},
		{ErrAborted, 499, "/problems/client-closed"},
		{context.Canceled, 499, "/problems/client-closed"},
		{context.DeadlineExceeded, 504, "/problems/timeout"},
		{fmt.Errorf("%w: %w", model.ErrUnavailable, context.DeadlineExceeded), 504, "/problems/timeout"},
		{errors.New("pq: relation products does not exist"), 500, "/problems/internal"},
		{nil, 500, "/problems/internal"},
	}
	for _, tt := range tests {
		for _, err := range []error{tt.err, fmt.Errorf("read products at db.internal: %w", tt.err)} {
			p := ProblemFor(err)
			if p.Status != tt.status || p.Type != tt.typ || p.Title == "" {
				t.Errorf("%v: got %d %s %q", err, p.Status, p.Type, p.Title)
			}
			if body := string(p.JSON()); strings.Contains(body, "db.internal") || strings.Contains(body, "relation") {
				t.Errorf("%v: the body tells too much: %s", err, body)
			}
		}
	}
}

func TestProblemHeaders(t *testing.T) {
	tests := []struct {
		err         error
		name, value string
	}{
		{model.ErrUnauthenticated, "WWW-Authenticate", "Bearer"},
		{fmt.Errorf("wrapped: %w", challengeError{}), "WWW-Authenticate", `Bearer error="invalid_token"`},
		{model.ErrForbidden, "WWW-Authenticate", ""},
		{&model.RateLimitedError{RetryAfter: 1500 * time.Millisecond}, "Retry-After", "2"},
		{&model.RateLimitedError{}, "Retry-After", "1"},
		{model.ErrUnavailable, "Retry-After", "2"},
		{model.ErrNotFound, "Retry-After", ""},
		{model.ErrNotFound, "Cache-Control", "no-store"},
		{errors.New("x"), "Cache-Control", "no-store"},
	}
	for _, tt := range tests {
		got := http.Header{}
		ProblemFor(tt.err).Headers.Apply(got)
		if got.Get(tt.name) != tt.value {
			t.Errorf("%v: %s is %q, want %q", tt.err, tt.name, got.Get(tt.name), tt.value)
		}
	}
}

func TestProblemExplains(t *testing.T) {
	fields := []model.FieldError{{Pointer: "/name", Code: model.CodeRequired, Detail: "is required"}}
	if p := ProblemFor(&model.ValidationError{Fields: fields}); !reflect.DeepEqual(p.Errors, fields) {
		t.Errorf("got %+v", p.Errors)
	}
	conflict := ProblemFor(&model.ConflictError{Field: "a/b", Detail: "is taken"})
	if want := []model.FieldError{{Pointer: "/a~1b", Code: model.CodeTaken, Detail: "is taken"}}; !reflect.DeepEqual(conflict.Errors, want) {
		t.Errorf("got %+v", conflict.Errors)
	}
	if p := ProblemFor(&model.ConflictError{Detail: "Still in use."}); p.Detail != "Still in use." || p.Errors != nil {
		t.Errorf("got %+v", p)
	}
	if p := ProblemFor(&SyntaxError{Offset: 7, Reason: "is not valid JSON"}); p.Detail != "The body is not valid JSON (at byte 7)." {
		t.Errorf("got %q", p.Detail)
	}
}

func TestProblemJSON(t *testing.T) {
	p := StatusProblem(http.StatusNotFound)
	p.Instance, p.RequestID = "/v1/<script>", "r1"
	body := p.JSON()
	var got map[string]any
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"type": "/problems/not-found", "title": "There is nothing here", "status": 404.0, "instance": "/v1/<script>", "request_id": "r1",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
	if strings.Contains(string(body), "<") {
		t.Errorf("the body could pass for HTML: %s", body)
	}
}

func TestStatusProblem(t *testing.T) {
	types := map[string]int{}
	for _, status := range []int{400, 401, 403, 404, 405, 406, 408, 409, 412, 413, 414, 415, 422, 428, 429, 431, 499, 500, 503, 504} {
		p := StatusProblem(status)
		if p.Status != status || types[p.Type] != 0 {
			t.Errorf("%d: got %d, and %s was %d already", status, p.Status, p.Type, types[p.Type])
		}
		types[p.Type] = status
	}
	if p := StatusProblem(http.StatusTeapot); p.Status != http.StatusInternalServerError {
		t.Errorf("an unused status: got %d", p.Status)
	}
}
