package handler

import (
	"fmt"
	"math"
	"net/http"

	"github.com/go-chi/chi/v5"

	"example.com/notes/internal/httpx"
)

// decode reads the body, which must be one JSON object with exactly the members of dst. Media types other than JSON are
// refused unless they are among also. How long the body may be is decided by middleware.LimitBody.
func decode(r *http.Request, dst any, also ...string) error {
	err := httpx.CheckContentType(r.Header.Get("Content-Type"), r.Header.Get("Content-Encoding"), also...)
	if err != nil {
		return fmt.Errorf("request body: %w", err)
	}
	body, err := httpx.ReadBody(r.Body, r.ContentLength, math.MaxInt32)
	if err != nil {
		return fmt.Errorf("request body: %w", err)
	}
	if err := httpx.Decode(body, dst); err != nil {
		return fmt.Errorf("request body: %w", err)
	}
	return nil
}

// pathID returns the {id} of the path. Only its canonical spelling is accepted.
func pathID(r *http.Request) (string, error) {
	id, err := httpx.ParseID(chi.URLParam(r, "id"))
	if err != nil {
		return "", fmt.Errorf("path: %w", err)
	}
	return id, nil
}

// ifMatch returns the versions that the client is willing to change; nil means any.
func ifMatch(r *http.Request, required bool) ([]int64, error) {
	versions, err := httpx.IfMatch(r.Header["If-Match"], required)
	if err != nil {
		return nil, fmt.Errorf("If-Match: %w", err)
	}
	return versions, nil
}

// target returns what a request to change or delete an item is about: its id and the versions it may be in.
func target(r *http.Request, requireIfMatch bool) (id string, versions []int64, err error) {
	if id, err = pathID(r); err != nil {
		return "", nil, err
	}
	versions, err = ifMatch(r, requireIfMatch)
	return id, versions, err
}

// notModified sets the entity tag of an item and answers 304 when the client has that version already. When it returns
// true, everything is said.
func notModified(w http.ResponseWriter, r *http.Request, version int64) bool {
	w.Header().Set("Etag", httpx.ETag(version))
	if !httpx.NoneMatch(r.Header["If-None-Match"], version) {
		return false
	}
	w.WriteHeader(http.StatusNotModified)
	return true
}
