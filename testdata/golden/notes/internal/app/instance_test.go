package app

import (
	"context"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/notes/internal/config"
	"example.com/notes/internal/database/databasetest"
)

// patience is how long a test waits for something that must happen. It is generous, because nothing depends on it.
const patience = 30 * time.Second

// instance is the whole program but for its command line, answering on a free port of this machine.
type instance struct {
	app    *App
	url    string
	client *http.Client
}

// newApp builds an App on a fresh database. env overrides what tests usually want.
func newApp(t *testing.T, env map[string]string) *App {
	t.Helper()
	settings := map[string]string{
		"DATABASE_URL": databasetest.URL(t),
		"ADMIN_ADDR":   "",
		"DOCS_ENABLED": "true",
		"DRAIN_DELAY":  "0s",
		"RATE_LIMIT":   "off",
	}
	maps.Copy(settings, env)
	cfg, err := config.Load(func(name string) (string, bool) {
		value, ok := settings[name]
		return value, ok
	})
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	a, err := New(t.Context(), cfg, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return a
}

// start runs an App until the end of the test, where it must stop without an error.
func start(t *testing.T, env map[string]string) *instance {
	t.Helper()
	a := newApp(t, env)
	ctx, stop := context.WithCancel(context.Background())
	ln := listenLocal(t)
	s := &instance{app: a, url: "http://" + ln.Addr().String(), client: &http.Client{Transport: &http.Transport{}, Timeout: patience}}
	done := make(chan error, 1)
	go func() { done <- a.Serve(ctx, ln, nil) }()
	t.Cleanup(func() {
		s.client.CloseIdleConnections()
		stop()
		if err := <-done; err != nil {
			t.Errorf("the service stopped with %v", err)
		}
	})
	s.awaitStatus(t, "/readyz", http.StatusOK)
	return s
}

func listenLocal(t *testing.T) net.Listener {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return ln
}

// awaitStatus asks path until it answers with status.
func (s *instance) awaitStatus(t *testing.T, path string, status int) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for time.Now().Before(deadline) {
		if s.do(t, http.MethodGet, path, "", nil).Status == status {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("GET %s did not answer %d within %s", path, status, patience)
}

// response is an answer that was read to its end.
type response struct {
	Status int
	Header http.Header
	Body   []byte
}

// do sends a request; a body goes out as JSON unless header says otherwise.
func (s *instance) do(t *testing.T, method, path, body string, header http.Header) response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(request.Header, header)
	if body != "" && request.Header.Get("Content-Type") == "" {
		request.Header.Set("Content-Type", "application/json")
	}
	answer, err := s.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response{Status: answer.StatusCode, Header: answer.Header, Body: content}
}

// want fails the test unless the answer has the status, and returns the answer.
func (r response) want(t *testing.T, status int) response {
	t.Helper()
	if r.Status != status {
		t.Fatalf("got status %d, want %d; body: %s", r.Status, status, r.Body)
	}
	return r
}
