package app

import (
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"testing"
)

// resource says what a test needs to know about one kind of item.
type resource struct {
	path string
	// bodies are requests to create items that differ where they must.
	bodies []string
	// patch changes an item; it is empty when nothing of it can change.
	patch string
	// bad is a body with a value that breaks a rule; it is empty when there is no such value.
	bad string
	// unique is set when the same body cannot be sent twice.
	unique bool
	// private lists the members that are never sent back.
	private []string
	// complete adds to a body what only a running service can tell, such as the id of something that is there; nil for nothing.
	complete func(t *testing.T, s *instance, caller http.Header, body string) string
}

// walkThrough takes items from their creation to their end over HTTP. Everything from the request to the database is real.
func walkThrough(t *testing.T, r resource) {
	t.Helper()
	s := start(t, nil)
	var caller http.Header
	if r.complete != nil {
		r.bodies = slices.Clone(r.bodies)
		for i, body := range r.bodies {
			r.bodies[i] = r.complete(t, s, caller, body)
		}
	}
	created := s.do(t, http.MethodPost, r.path, r.bodies[0], caller).want(t, http.StatusCreated)
	item, etag := created.Header.Get("Location"), created.Header.Get("ETag")
	r.check(t, created, r.bodies[0])

	t.Run("get", func(t *testing.T) {
		got := s.do(t, http.MethodGet, item, "", caller).want(t, http.StatusOK)
		if string(got.Body) != string(created.Body) || got.Header.Get("ETag") != etag {
			t.Errorf("got %s %s, want what was created: %s %s", got.Header.Get("ETag"), got.Body, etag, created.Body)
		}
		s.do(t, http.MethodGet, item, "", with(caller, "If-None-Match", etag)).want(t, http.StatusNotModified)
	})
	t.Run("unique", func(t *testing.T) {
		want := http.StatusCreated
		if r.unique {
			want = http.StatusConflict
		}
		again := s.do(t, http.MethodPost, r.path, r.bodies[0], caller).want(t, want)
		if !r.unique {
			s.do(t, http.MethodDelete, again.Header.Get("Location"), "", caller).want(t, http.StatusNoContent)
		}
	})
	t.Run("refuse", func(t *testing.T) { r.refuse(t, s, caller, item) })
	t.Run("list", func(t *testing.T) {
		for _, body := range r.bodies[1:] {
			s.do(t, http.MethodPost, r.path, body, caller).want(t, http.StatusCreated)
		}
		r.list(t, s, caller, len(r.bodies))
	})
	t.Run("change", func(t *testing.T) { r.change(t, s, caller, item, etag) })
	t.Run("delete", func(t *testing.T) {
		s.do(t, http.MethodDelete, item, "", caller).want(t, http.StatusNoContent)
		s.do(t, http.MethodDelete, item, "", caller).want(t, http.StatusNotFound)
		s.do(t, http.MethodGet, item, "", caller).want(t, http.StatusNotFound)
	})
}

// check compares an answer with the members that were sent.
func (r resource) check(t *testing.T, got response, sent string) {
	t.Helper()
	members := got.json(t)
	var want map[string]any
	if err := json.Unmarshal([]byte(sent), &want); err != nil {
		t.Fatal(err)
	}
	for name, value := range want {
		answered, ok := members[name]
		switch private := slices.Contains(r.private, name); {
		case private && ok:
			t.Errorf("%s is private, but the answer is %s", name, got.Body)
		case !private && !reflect.DeepEqual(answered, value):
			t.Errorf("%s is %v, want %v", name, answered, value)
		}
	}
}

// change patches an item, and then tries to change the version that it had before.
func (r resource) change(t *testing.T, s *instance, caller http.Header, item, etag string) {
	t.Helper()
	if r.patch == "" {
		s.do(t, http.MethodPatch, item, "{}", caller).want(t, http.StatusOK)
		return
	}
	changed := s.do(t, http.MethodPatch, item, r.patch, with(caller, "If-Match", etag)).want(t, http.StatusOK)
	r.check(t, changed, r.patch)
	if changed.Header.Get("ETag") == etag {
		t.Errorf("%s still stands for the item after a change", etag)
	}
	s.do(t, http.MethodPatch, item, r.patch, with(caller, "If-Match", etag)).want(t, http.StatusPreconditionFailed)
	s.do(t, http.MethodDelete, item, "", with(caller, "If-Match", etag)).want(t, http.StatusPreconditionFailed)
}

// list reads pages of one item each, by cursor and then by number: every item must be on exactly one.
func (r resource) list(t *testing.T, s *instance, caller http.Header, total int) {
	t.Helper()
	type list struct {
		Data []struct {
			ID string `json:"id"`
		} `json:"data"`
		Pagination struct {
			NextCursor string `json:"next_cursor"`
			Total      int    `json:"total"`
			Pages      int    `json:"pages"`
		} `json:"pagination"`
	}
	read := func(query string) (page list) {
		t.Helper()
		got := s.do(t, http.MethodGet, r.path+"?limit=1"+query, "", caller).want(t, http.StatusOK)
		if err := json.Unmarshal(got.Body, &page); err != nil {
			t.Fatal(err)
		}
		return page
	}
	var ids []string
	for page := read(""); ; page = read("&cursor=" + url.QueryEscape(page.Pagination.NextCursor)) {
		for _, item := range page.Data {
			ids = append(ids, item.ID)
		}
		if page.Pagination.NextCursor == "" || len(ids) > total {
			break
		}
	}
	slices.Sort(ids)
	if len(slices.Compact(slices.Clone(ids))) != total || len(ids) != total {
		t.Errorf("the pages hold %v, want %d different items", ids, total)
	}
	if last := read("&page=1").Pagination; last.Total != total || last.Pages != total {
		t.Errorf("got %d pages for %d items, want %d for %d", last.Pages, last.Total, total, total)
	}
}

// refuse sends what must not be accepted.
func (r resource) refuse(t *testing.T, s *instance, caller http.Header, item string) {
	t.Helper()
	tests := map[string]struct {
		method, path, body string
		want               int
	}{
		"no JSON":          {http.MethodPost, r.path, `{"`, http.StatusBadRequest},
		"bad value":        {http.MethodPost, r.path, r.bad, http.StatusUnprocessableEntity},
		"unknown member":   {http.MethodPatch, item, `{"no_such_member": 1}`, http.StatusUnprocessableEntity},
		"managed member":   {http.MethodPatch, item, `{"id": "x"}`, http.StatusUnprocessableEntity},
		"malformed id":     {http.MethodGet, r.path + "/1", "", http.StatusBadRequest},
		"limit of nothing": {http.MethodGet, r.path + "?limit=0", "", http.StatusBadRequest},
		"unknown filter":   {http.MethodGet, r.path + "?no_such_field=1", "", http.StatusBadRequest},
		"forged cursor":    {http.MethodGet, r.path + "?cursor=AAAA", "", http.StatusBadRequest},
	}
	if r.bad == "" {
		delete(tests, "bad value")
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			refused := s.do(t, tt.method, tt.path, tt.body, caller).want(t, tt.want)
			if media := refused.Header.Get("Content-Type"); media != "application/problem+json" {
				t.Errorf("the refusal is %q: %s", media, refused.Body)
			}
		})
	}
}
