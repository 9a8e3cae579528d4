package handler

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"example.com/shop/internal/httpx"
)

func TestDecode(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		body, media, encoding string
		also                  []string
		status                int // 0: accepted
	}{
		"JSON":            {body: `{"name":"a"}`, media: "application/json"},
		"with a charset":  {body: `{"name":"a"}`, media: "application/json; charset=utf-8"},
		"patch":           {body: `{"name":"a"}`, media: httpx.MergePatchType, also: []string{httpx.MergePatchType}},
		"patch elsewhere": {body: `{"name":"a"}`, media: httpx.MergePatchType, status: 415},
		"form":            {body: `{"name":"a"}`, media: "application/x-www-form-urlencoded", status: 415},
		"plain text":      {body: `{"name":"a"}`, media: "text/plain", status: 415},
		"no type":         {body: `{"name":"a"}`, status: 415},
		"compressed":      {body: `{"name":"a"}`, media: "application/json", encoding: "gzip", status: 415},
		"empty":           {media: "application/json", status: 400},
		"broken":          {body: `{"name":`, media: "application/json", status: 400},
		"two documents":   {body: `{"name":"a"}{"name":"b"}`, media: "application/json", status: 400},
		"member twice":    {body: `{"name":"a","name":"b"}`, media: "application/json", status: 400},
		"unknown member":  {body: `{"name":"a","role":"admin"}`, media: "application/json", status: 422},
		"other case":      {body: `{"Name":"a"}`, media: "application/json", status: 422},
		"wrong type":      {body: `{"name":1}`, media: "application/json", status: 422},
		"more than limit": {body: `{"name":"` + strings.Repeat("a", 100) + `"}`, media: "application/json", status: 413},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(tt.body))
			r.Body = http.MaxBytesReader(httptest.NewRecorder(), r.Body, 100)
			r.Header.Set("Content-Type", tt.media)
			r.Header.Set("Content-Encoding", tt.encoding)
			var in struct {
				Name string `json:"name"`
			}
			err := decode(r, &in, tt.also...)
			switch {
			case tt.status == 0 && (err != nil || in.Name != "a"):
				t.Errorf("got %+v, %v", in, err)
			case tt.status != 0 && err == nil:
				t.Errorf("accepted as %+v, want status %d", in, tt.status)
			case tt.status != 0 && httpx.ProblemFor(err).Status != tt.status:
				t.Errorf("status is %d, want %d: %v", httpx.ProblemFor(err).Status, tt.status, err)
			}
		})
	}
}

func withRoute(r *http.Request, route *chi.Context) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), chi.RouteCtxKey, route))
}

func TestTarget(t *testing.T) {
	t.Parallel()
	const id = "0190163d-8694-739b-aea5-966c26f8ad90"
	tests := map[string]struct {
		id, match string
		required  bool
		versions  []int64
		status    int // 0: accepted
	}{
		"plain":           {id: id},
		"one version":     {id: id, match: `"v3"`, versions: []int64{3}},
		"any version":     {id: id, match: `*`, required: true},
		"weak":            {id: id, match: `W/"v3"`, versions: []int64{}},
		"required":        {id: id, required: true, status: 428},
		"no tag":          {id: id, match: `v3`, status: 400},
		"id in capitals":  {id: strings.ToUpper(id), status: 400},
		"id with an urn":  {id: "urn:uuid:" + id, status: 400},
		"id in braces":    {id: "{" + id + "}", status: 400},
		"id with escapes": {id: "%30" + id[1:], status: 400},
		"id is a number":  {id: "1", status: 400},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			route := chi.NewRouteContext()
			route.URLParams.Add("id", tt.id)
			r := httptest.NewRequest(http.MethodPatch, "/", nil)
			if tt.match != "" {
				r.Header.Set("If-Match", tt.match)
			}
			id, versions, err := target(withRoute(r, route), tt.required)
			switch {
			case tt.status == 0 && (err != nil || id != tt.id || !slices.Equal(versions, tt.versions) || (versions == nil) != (tt.versions == nil)):
				t.Errorf("got %q, %v, %v", id, versions, err)
			case tt.status != 0 && (err == nil || httpx.ProblemFor(err).Status != tt.status):
				t.Errorf("got %v, want status %d", err, tt.status)
			}
		})
	}
}

func TestNotModified(t *testing.T) {
	t.Parallel()
	for header, hit := range map[string]bool{"": false, `"v2"`: false, `"v3"`: true, `W/"v3"`: true, `"v1", "v3"`: true, "*": true} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		if header != "" {
			r.Header.Set("If-None-Match", header)
		}
		rec := httptest.NewRecorder()
		if got := notModified(rec, r, 3); got != hit || hit && rec.Code != http.StatusNotModified {
			t.Errorf("If-None-Match %s: %t, status %d", header, got, rec.Code)
		}
		if rec.Header().Get("ETag") != `"v3"` {
			t.Errorf("ETag is %q", rec.Header().Get("ETag"))
		}
	}
}
