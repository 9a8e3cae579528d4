package handler_test

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"example.com/shop/internal/handler"
	"example.com/shop/internal/httpx"
)

func ready(context.Context) error { return nil }

func TestProbes(t *testing.T) {
	t.Parallel()
	down := func(context.Context) error { return errors.New("dial tcp 10.0.0.7:5432: refused") }
	slow := func(context.Context) error { return context.DeadlineExceeded }
	tests := []struct {
		path   string
		ready  func(context.Context) error
		status int
	}{
		{path: "/healthz", ready: ready, status: http.StatusOK},
		{path: "/healthz", ready: down, status: http.StatusOK},
		{path: "/readyz", ready: ready, status: http.StatusOK},
		{path: "/readyz", ready: down, status: http.StatusServiceUnavailable},
		{path: "/readyz", ready: slow, status: http.StatusServiceUnavailable},
	}
	for _, tt := range tests {
		exchange := &httpx.Exchange{}
		r := request(http.MethodGet, tt.path, "")
		rec := send(t, handler.NewSystem(tt.ready, nil, false).Routes(), r.WithContext(httpx.WithExchange(r.Context(), exchange)))
		wantStatus(t, rec, tt.status)
		wantHeader(t, rec, "Cache-Control", "no-store")
		if tt.status == http.StatusOK {
			if rec.Body.String() != "ok\n" {
				t.Errorf("%s says %q", tt.path, rec.Body)
			}
			continue
		}
		if strings.Contains(rec.Body.String(), "10.0.0.7") || rec.Header().Get("Retry-After") == "" {
			t.Errorf("%s says %s, %v", tt.path, rec.Body, rec.Header())
		}
		if !errors.Is(exchange.Err, tt.ready(t.Context())) && exchange.Err.Error() != tt.ready(t.Context()).Error() {
			t.Errorf("the log gets %v", exchange.Err)
		}
	}
}

func TestSpec(t *testing.T) {
	t.Parallel()
	rec := send(t, handler.NewSystem(ready, []byte("openapi: 3.1.0\n"), true).Routes(), request(http.MethodGet, "/openapi.yaml", ""))
	wantStatus(t, rec, http.StatusOK)
	wantHeader(t, rec, "Content-Type", "application/yaml")
	if rec.Body.String() != "openapi: 3.1.0\n" {
		t.Errorf("got %q", rec.Body)
	}
}

func TestDocs(t *testing.T) {
	t.Parallel()
	routes := handler.NewSystem(ready, nil, true).Routes()
	page := send(t, routes, request(http.MethodGet, "/docs", ""))
	wantStatus(t, page, http.StatusOK)
	policy := page.Header().Get("Content-Security-Policy")
	if policy == "" || strings.Contains(policy, "unsafe") {
		t.Errorf("the policy is %q", policy)
	}
	if strings.Contains(page.Body.String(), "<script>") || strings.Contains(page.Body.String(), "//") {
		t.Errorf("the page holds a script, or loads something from elsewhere: %s", page.Body)
	}
	assets := regexp.MustCompile(`(?:src|href)="([^"]+)"`).FindAllStringSubmatch(page.Body.String(), -1)
	if len(assets) == 0 {
		t.Fatal("the page loads nothing")
	}
	for _, asset := range assets {
		for _, encoding := range []string{"gzip", "identity"} {
			rec := send(t, routes, request(http.MethodGet, asset[1], "", "Accept-Encoding", encoding))
			if rec.Code != http.StatusOK || rec.Body.Len() == 0 || rec.Header().Get("Content-Type") == "" {
				t.Errorf("%s: status %d, %d bytes of %s", asset[1], rec.Code, rec.Body.Len(), rec.Header().Get("Content-Type"))
			}
			packed := strings.HasPrefix(rec.Body.String(), "\x1f\x8b")
			if packed != (rec.Header().Get("Content-Encoding") == "gzip") || packed && encoding != "gzip" {
				t.Errorf("%s to a client that takes %s: packed %t, labelled %q", asset[1], encoding, packed, rec.Header().Get("Content-Encoding"))
			}
		}
	}
}

func TestDocsServeNothingElse(t *testing.T) {
	t.Parallel()
	routes := handler.NewSystem(ready, nil, true).Routes()
	for _, path := range []string{"/docs/oauth2-redirect.html", "/docs/docs.go", "/docs/embed.go", "/docs/..%2fdocs.go", "/docs/"} {
		wantStatus(t, send(t, routes, request(http.MethodGet, path, "")), http.StatusNotFound)
	}
}

func TestDocsCanBeOff(t *testing.T) {
	t.Parallel()
	routes := handler.NewSystem(ready, nil, false).Routes()
	for _, path := range []string{"/openapi.yaml", "/docs", "/docs/docs.js"} {
		wantStatus(t, send(t, routes, request(http.MethodGet, path, "")), http.StatusNotFound)
	}
}
