package handler_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"example.com/shop/internal/handler"
	"example.com/shop/internal/httpx"
)

const (
	itemID = "0190163d-8694-739b-aea5-966c26f8ad90"
	// nobodysID is the id of something that is not there.
	nobodysID = "0190163d-8694-739b-aea5-966c26f8ad91"
)

func newCursors() *httpx.Cursors {
	return httpx.NewCursors([]byte("a key for tests, of 32 bytes....."))
}

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

// wantJSON compares the body with the one that is wanted, whatever the order of members.
func wantJSON(t *testing.T, rec *httptest.ResponseRecorder, want string) {
	t.Helper()
	var got, expected any
	if err := json.Unmarshal(rec.Body.Bytes(), &got); err != nil {
		t.Fatalf("the body is no JSON: %v: %s", err, rec.Body)
	}
	if err := json.Unmarshal([]byte(want), &expected); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, expected) {
		t.Errorf("got  %s\nwant %s", rec.Body, want)
	}
}

// wantInvalid wants a 422 that points at exactly these members.
func wantInvalid(t *testing.T, rec *httptest.ResponseRecorder, pointers ...string) {
	t.Helper()
	wantStatus(t, rec, http.StatusUnprocessableEntity)
	var problem httpx.Problem
	if err := json.Unmarshal(rec.Body.Bytes(), &problem); err != nil {
		t.Fatal(err)
	}
	got := make([]string, 0, len(problem.Errors))
	for _, e := range problem.Errors {
		got = append(got, e.Pointer)
	}
	slices.Sort(got)
	slices.Sort(pointers)
	if !slices.Equal(got, pointers) {
		t.Errorf("the problem points at %v, want %v", got, pointers)
	}
}

func wantHeader(t *testing.T, rec *httptest.ResponseRecorder, name, want string) {
	t.Helper()
	if got := rec.Header().Get(name); got != want {
		t.Errorf("%s is %q, want %q", name, got, want)
	}
}

func wantEqual(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s is %+v, want %+v", what, got, want)
	}
}

// with returns the object with another value for one member.
func with(t *testing.T, object, member, value string) string {
	t.Helper()
	members := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(object), &members); err != nil {
		t.Fatal(err)
	}
	members[member] = json.RawMessage(value)
	changed, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return string(changed)
}
