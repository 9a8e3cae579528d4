package blackbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"time"
)

// maxBody is the most that is read of a response.
const maxBody = 4 << 20

// client speaks JSON with one service. It follows no redirect and asks no proxy.
type client struct {
	url  string
	http *http.Client
	// requests counts what was sent.
	requests *int
	// token is sent as a bearer token; a service with cookies gets those.
	token string
}

func newClient(url string) *client {
	return &client{url: strings.TrimSuffix(url, "/"), http: newHTTP(), requests: new(int)}
}

func newHTTP() *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		jar = nil // it never fails without options
	}
	return &http.Client{
		Timeout:       30 * time.Second,
		Transport:     &http.Transport{},
		Jar:           jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// anonymous returns a client of the same service that nobody knows yet.
func (c *client) anonymous() *client {
	return &client{url: c.url, http: newHTTP(), requests: c.requests}
}

// request is what is sent; a body becomes JSON.
type request struct {
	method, path string
	body         any
	header       map[string]string
}

// response is what came back, read to its end.
type response struct {
	status int
	header http.Header
	body   []byte
}

// want sends the request and refuses another status than the wanted one.
func (c *client) want(ctx context.Context, status int, q request) (*response, error) {
	r, err := c.send(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", q.method, q.path, err)
	}
	if r.status != status {
		return nil, &statusError{status: r.status, error: q.fault(r, "status %d, want %d", r.status, status)}
	}
	return r, nil
}

// statusError is an answer of another status than the wanted one.
type statusError struct {
	error

	status int
}

// isStatus reports whether an answer of that status was not wanted.
func isStatus(err error, status int) bool {
	other, ok := errors.AsType[*statusError](err)
	return ok && other.status == status
}

// problem sends the request and wants problem details of that status.
func (c *client) problem(ctx context.Context, status int, q request) (*response, error) {
	r, err := c.want(ctx, status, q)
	if err != nil {
		return nil, err
	}
	if mediaType, _, _ := strings.Cut(r.header.Get("Content-Type"), ";"); mediaType != "application/problem+json" {
		return nil, q.fault(r, "Content-Type %q, want application/problem+json", mediaType)
	}
	var p struct {
		Title  string
		Status int
	}
	if err := json.Unmarshal(r.body, &p); err != nil || p.Title == "" || p.Status != status {
		return nil, q.fault(r, "no problem details of status %d", status)
	}
	return r, nil
}

// object sends the request and returns the JSON object that answers it.
func (c *client) object(ctx context.Context, status int, q request) (map[string]any, *response, error) {
	r, err := c.want(ctx, status, q)
	if err != nil {
		return nil, nil, err
	}
	var object map[string]any
	d := json.NewDecoder(bytes.NewReader(r.body))
	d.UseNumber()
	if err := d.Decode(&object); err != nil || object == nil {
		return nil, nil, q.fault(r, "no JSON object")
	}
	return object, r, nil
}

func (c *client) send(ctx context.Context, q request) (*response, error) {
	var body io.Reader = http.NoBody
	if q.body != nil {
		data, err := json.Marshal(q.body)
		if err != nil {
			return nil, fmt.Errorf("encoding the body: %w", err)
		}
		body = bytes.NewReader(data)
	}
	sent, err := http.NewRequestWithContext(ctx, q.method, c.url+q.path, body)
	if err != nil {
		return nil, fmt.Errorf("making the request: %w", err)
	}
	if q.body != nil {
		sent.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		sent.Header.Set("Authorization", "Bearer "+c.token)
	}
	for name, value := range q.header {
		sent.Header.Set(name, value)
	}
	*c.requests++
	got, err := c.http.Do(sent)
	if err != nil {
		return nil, fmt.Errorf("no response: %w", err)
	}
	data, err := io.ReadAll(io.LimitReader(got.Body, maxBody))
	if err := errors.Join(err, got.Body.Close()); err != nil {
		return nil, fmt.Errorf("reading the response: %w", err)
	}
	return &response{status: got.StatusCode, header: got.Header, body: data}, nil
}

// fault says what is wrong with a response, and shows its beginning.
func (q request) fault(r *response, format string, args ...any) error {
	const shown = 600
	body := strings.TrimSpace(string(r.body))
	if len(body) > shown {
		body = body[:shown] + "…"
	}
	return fmt.Errorf("%s %s: %s; body: %s", q.method, q.path, fmt.Sprintf(format, args...), body)
}
