package middleware_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"example.com/notes/internal/middleware"
)

func TestCompress(t *testing.T) {
	t.Parallel()
	long, short := strings.Repeat(`{"name":"value"}`, 200), `{"name":"value"}`
	tests := map[string]struct {
		accept, body, media, encoding string
	}{
		"long":               {accept: "gzip", body: long, encoding: "gzip"},
		"short":              {accept: "gzip", body: short},
		"not wanted":         {body: long},
		"refused":            {accept: "gzip;q=0", body: long},
		"unknown encoding":   {accept: "br", body: long},
		"already compressed": {accept: "gzip", body: long, media: "image/jpeg"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			compress, err := middleware.Compress()
			if err != nil {
				t.Fatal(err)
			}
			r := get("/things/7")
			if tt.accept != "" {
				r.Header.Set("Accept-Encoding", tt.accept)
			}
			if tt.media == "" {
				tt.media = "application/json"
			}
			rec := serve(t, r, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", tt.media)
				_, _ = io.WriteString(w, tt.body)
			}, compress)

			if got := rec.Header().Get("Content-Encoding"); got != tt.encoding {
				t.Errorf("encoding is %q, want %q", got, tt.encoding)
			}
			if got := rec.Header().Get("Vary"); got != "Accept-Encoding" {
				t.Errorf("Vary is %q", got)
			}
			var body io.Reader = rec.Body
			if tt.encoding == "gzip" {
				if body, err = gzip.NewReader(rec.Body); err != nil {
					t.Fatal(err)
				}
			}
			if got, err := io.ReadAll(body); err != nil || string(got) != tt.body {
				t.Errorf("the body does not come back: %v", err)
			}
		})
	}
}

func TestCompressAnswersHeadLikeGet(t *testing.T) {
	t.Parallel()
	compress, err := middleware.Compress()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(compress(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", "3200")
		_, _ = io.WriteString(w, strings.Repeat(`{"name":"value"}`, 200))
	})))
	defer server.Close()
	headers := map[string]http.Header{}
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		r, err := http.NewRequestWithContext(t.Context(), method, server.URL, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Encoding", "gzip")
		response, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		response.Header.Del("Date")
		headers[method] = response.Header
	}
	if get, head := headers[http.MethodGet], headers[http.MethodHead]; !reflect.DeepEqual(get, head) || get.Get("Content-Encoding") != "gzip" {
		t.Errorf("HEAD has %v, and GET %v", head, get)
	}
}
