package endtoend

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

// client talks to a running service as one caller.
type client struct {
	t     *testing.T
	base  string
	token string
}

// reply is a response with its body read.
type reply struct {
	status int
	header http.Header
	body   map[string]any
	raw    string
}

// as returns a client for another caller.
func (c client) as(token string) client {
	c.token = token
	return c
}

// do sends a request and fails the test unless the status is as wanted.
// header holds pairs of names and values.
func (c client) do(method, path string, body any, want int, header ...string) reply {
	c.t.Helper()
	return c.send(c.request(method, path, body, header), want)
}

// status sends a request and returns the status of the answer, 0 when there is none.
// Any goroutine may call it.
func (c client) status(method, path string, body any, header ...string) int {
	res, err := http.DefaultClient.Do(c.request(method, path, body, header))
	if err != nil {
		c.t.Error(err)
		return 0
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode
}

func (c client) request(method, path string, body any, header []string) *http.Request {
	c.t.Helper()
	var payload io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			c.t.Fatal(err)
		}
		payload = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, payload)
	if err != nil {
		c.t.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return req
}

func (c client) send(req *http.Request, want int) reply {
	c.t.Helper()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	r := reply{status: res.StatusCode, header: res.Header, raw: string(data)}
	if strings.Contains(res.Header.Get("Content-Type"), "json") && req.Method != http.MethodHead {
		if err := json.Unmarshal(data, &r.body); err != nil {
			c.t.Fatalf("%s %s: %v in %s", req.Method, req.URL.Path, err, data)
		}
	}
	if r.status != want {
		c.t.Fatalf("%s %s: status %d, want %d: %s", req.Method, req.URL.Path, r.status, want, data)
	}
	if r.status >= 400 {
		c.problem(req, r)
	}
	return r
}

// problem checks what every error of the service must have.
func (c client) problem(req *http.Request, r reply) {
	c.t.Helper()
	if got := r.header.Get("Content-Type"); got != "application/problem+json" {
		c.t.Errorf("%s %s: error with content type %q", req.Method, req.URL.Path, got)
	}
	if status, _ := r.body["status"].(float64); int(status) != r.status || r.body["type"] == nil || r.body["title"] == nil || r.body["request_id"] == nil {
		c.t.Errorf("%s %s: incomplete problem %s", req.Method, req.URL.Path, r.raw)
	}
}

// text returns a member of the body that must be a non-empty string.
func (r reply) text(t *testing.T, member string) string {
	t.Helper()
	s, _ := r.body[member].(string)
	if s == "" {
		t.Fatalf("no %s in %s", member, r.raw)
	}
	return s
}

// items returns the data of a list and its pagination.
func (r reply) items(t *testing.T) (data []any, pagination map[string]any) {
	t.Helper()
	data, ok := r.body["data"].([]any)
	pagination, ok2 := r.body["pagination"].(map[string]any)
	if !ok || !ok2 {
		t.Fatalf("no list: %s", r.raw)
	}
	return data, pagination
}
