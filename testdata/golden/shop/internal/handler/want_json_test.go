package handler_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"testing"

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

func wantEqual(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s is %+v, want %+v", what, got, want)
	}
}
