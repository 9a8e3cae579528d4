package server_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/notes/internal/handler"
	"example.com/notes/internal/httpx"
	"example.com/notes/internal/respond"
)

func waitForEver(w http.ResponseWriter, r *http.Request) {
	<-r.Context().Done()
	respond.Error(w, r, r.Context().Err())
}

// things is a small table of routes.
func things() []handler.Route {
	const id = "/v1/things/{id}"
	return []handler.Route{
		public(http.MethodGet, "/v1/things", hello),
		public(http.MethodPost, "/v1/things", hello),
		public(http.MethodGet, id, hello),
		public(http.MethodPatch, id, hello),
		public(http.MethodDelete, id, hello),
		public(http.MethodPost, "/v1/things/{id}/copies", hello),
	}
}

func TestMethodsAndPaths(t *testing.T) {
	t.Parallel()
	const collection, item = "GET, HEAD, POST, OPTIONS", "GET, HEAD, PATCH, DELETE, OPTIONS"
	tests := []struct {
		method, path string
		status       int
		allow        string
	}{
		{method: "GET", path: "/v1/things", status: 200},
		{method: "HEAD", path: "/v1/things", status: 200},
		{method: "HEAD", path: "/v1/things/7", status: 200},
		{method: "PUT", path: "/v1/things", status: 405, allow: collection},
		{method: "POST", path: "/v1/things/7", status: 405, allow: item},
		{method: "HEAD", path: "/v1/things/7/copies", status: 405, allow: "POST, OPTIONS"},
		{method: "TRACE", path: "/v1/things", status: 405, allow: collection},
		{method: "CONNECT", path: "/v1/things", status: 405, allow: collection},
		{method: "FOO", path: "/v1/things", status: 405, allow: collection},
		{method: "get", path: "/v1/things/7", status: 405, allow: item},
		{method: "FOO", path: "/v1/nothing", status: 404},
		{method: "FOO", path: "/v1/%74hings", status: 404},
		{method: "OPTIONS", path: "/v1/things", status: 204, allow: collection},
		{method: "OPTIONS", path: "/v1/things/7", status: 204, allow: item},
		{method: "OPTIONS", path: "/v1/nothing", status: 404},
		{method: "GET", path: "/v1/nothing", status: 404},
		{method: "GET", path: "/v1/things/", status: 404},
		{method: "GET", path: "//v1/things", status: 404},
		{method: "GET", path: "/v1//things", status: 404},
		{method: "GET", path: "/V1/things", status: 404},
		{method: "GET", path: "/v1/%74hings", status: 404},
		{method: "GET", path: "/v1/things;a=b", status: 404},
		{method: "GET", path: "/v1/../v1/things", status: 404},
		{method: "GET", path: "/v1/things/7/8", status: 404},
		{method: "GET", path: "/.git/config", status: 404},
		{method: "GET", path: "/debug/pprof/", status: 404},
		{method: "GET", path: "/metrics", status: 404},
	}
	h := newServer(t, options(things()...)).Handler()
	for _, tt := range tests {
		t.Run(tt.method+" "+tt.path, func(t *testing.T) {
			t.Parallel()
			rec := ask(h, tt.method, tt.path)
			if rec.Code != tt.status || rec.Header().Get("Allow") != tt.allow {
				t.Errorf("got %d, Allow %q; want %d, %q", rec.Code, rec.Header().Get("Allow"), tt.status, tt.allow)
			}
			if tt.status >= 400 {
				wantProblem(t, rec)
			}
			if rec.Header().Get("X-Content-Type-Options") != "nosniff" || rec.Header().Get("X-Request-Id") == "" {
				t.Errorf("headers are missing: %v", rec.Header())
			}
		})
	}
}

func wantProblem(t *testing.T, rec *httptest.ResponseRecorder) {
	t.Helper()
	var problem httpx.Problem
	if err := json.Unmarshal(rec.Body.Bytes(), &problem); err != nil {
		t.Fatalf("no problem: %v: %s", err, rec.Body)
	}
	if rec.Header().Get("Content-Type") != httpx.ProblemType || problem.Status != rec.Code || problem.RequestID != rec.Header().Get("X-Request-Id") {
		t.Errorf("status %d, %s, problem %+v", rec.Code, rec.Header().Get("Content-Type"), problem)
	}
}

func TestHeadHasTheHeadersOfGet(t *testing.T) {
	t.Parallel()
	run := start(t, newServer(t, options(things()...)))
	const rest = " /v1/things HTTP/1.1\r\nHost: x\r\nX-Request-ID: same\r\nConnection: close\r\n\r\n"
	head, headBody, _ := strings.Cut(run.send(t, "HEAD"+rest), "\r\n\r\n")
	got, body, _ := strings.Cut(run.send(t, "GET"+rest), "\r\n\r\n")
	if headBody != "" || body != `"hello"` {
		t.Errorf("bodies are %q and %q", headBody, body)
	}
	if a, b := lasting(head), lasting(got); a != b {
		t.Errorf("HEAD:\n%s\nGET:\n%s", a, b)
	}
}

// lasting drops the headers that differ from one request to the next.
func lasting(head string) string {
	var kept []string
	for line := range strings.SplitSeq(head, "\r\n") {
		if !strings.HasPrefix(line, "Date: ") && !strings.HasPrefix(line, "Ratelimit: ") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}

func TestAcceptIsCheckedForJSONAlone(t *testing.T) {
	t.Parallel()
	page := public(http.MethodGet, "/page", hello)
	page.Media = "text/html"
	h := newServer(t, options(append(things(), page)...)).Handler()
	if rec := ask(h, http.MethodGet, "/v1/things", "Accept", "text/html"); rec.Code != http.StatusNotAcceptable {
		t.Errorf("an API for browsers? %d", rec.Code)
	}
	if rec := ask(h, http.MethodGet, "/page", "Accept", "text/html"); rec.Code != http.StatusOK {
		t.Errorf("a page is refused to browsers: %d", rec.Code)
	}
}

func TestRefusalsOfTheRateLimitAreComplete(t *testing.T) {
	t.Parallel()
	o := options(things()...)
	o.Config.RateLimit.Limit = 1
	h := newServer(t, o).Handler()
	ask(h, http.MethodGet, "/v1/nothing")
	rec := ask(h, http.MethodGet, "/v1/things", "Origin", "https://app.example.com")
	if rec.Code != http.StatusTooManyRequests {
		t.Fatalf("status is %d: the first request, a 404, was free", rec.Code)
	}
	wantProblem(t, rec)
	if rec.Header().Get("Access-Control-Allow-Origin") == "" || rec.Header().Get("X-Content-Type-Options") == "" {
		t.Errorf("a page cannot read why it was refused: %v", rec.Header())
	}
	preflight := ask(h, http.MethodOptions, "/v1/things", "Origin", "https://app.example.com", "Access-Control-Request-Method", "POST")
	if preflight.Code != http.StatusNoContent {
		t.Errorf("a preflight needs budget: %d", preflight.Code)
	}
}

func TestTheBudgetOfTimeCoversEverything(t *testing.T) {
	t.Parallel()
	seen := false
	o := options(public(http.MethodGet, "/v1/things", func(_ http.ResponseWriter, r *http.Request) {
		_, seen = r.Context().Deadline()
	}))
	ask(newServer(t, o).Handler(), http.MethodGet, "/v1/things", "Authorization", "u-1")
	if !seen {
		t.Error("the handler has no deadline")
	}
}

func TestEveryRequestIsLogged(t *testing.T) {
	t.Parallel()
	var lines bytes.Buffer
	o := options(things()...)
	o.Log = slog.New(slog.NewTextHandler(&lines, nil))
	h := newServer(t, o).Handler()
	for _, path := range []string{"/v1/things", "/v1/things/7", "/v1/nothing"} {
		lines.Reset()
		ask(h, http.MethodGet, path)
		if got := strings.Count(lines.String(), "msg=request"); got != 1 {
			t.Errorf("%s: %d lines: %s", path, got, &lines)
		}
	}
}

func TestBodiesAreLimited(t *testing.T) {
	t.Parallel()
	var readErr error
	h := newServer(t, options(public(http.MethodPost, "/v1/things", func(_ http.ResponseWriter, r *http.Request) {
		_, readErr = io.ReadAll(r.Body)
	}))).Handler()
	r := httptest.NewRequest(http.MethodPost, "/v1/things", io.NopCloser(strings.NewReader(strings.Repeat("x", 1001))))
	r.ContentLength = -1
	h.ServeHTTP(httptest.NewRecorder(), r)
	if readErr == nil {
		t.Error("a body of more than MAX_BODY_BYTES was read to its end")
	}
}
