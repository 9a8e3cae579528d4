package server_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/shop/internal/auth"
	"example.com/shop/internal/config"
	"example.com/shop/internal/handler"
	"example.com/shop/internal/server"
)

// anybody is an authenticator that takes the Authorization header for the id of a user.
type anybody struct{}

func (anybody) Authenticate(_ context.Context, authorization []string) (auth.Principal, error) {
	return auth.Principal{UserID: authorization[0], Role: "user"}, nil
}

// options returns a server's options for tests: everything on, with limits that no test meets by accident.
func options(routes ...handler.Route) server.Options {
	return server.Options{
		Config: config.Config{
			AllowedOrigins: []string{"https://app.example.com"},
			MaxBodyBytes:   1000,
			RequestTimeout: 10 * time.Second,
			RateLimit:      config.Rate{Limit: 1000, Window: time.Minute},
			MaxConcurrency: 100, MaxClientConcurrency: 100,
			AuthRateLimit: config.Rate{Limit: 2, Window: time.Minute},
		},
		Log:           slog.New(slog.DiscardHandler),
		Routes:        routes,
		Authenticator: anybody{},
	}
}

// public makes a route that anybody may call.
func public(method, path string, h http.HandlerFunc) handler.Route {
	return handler.Route{Method: method, Path: path, Access: auth.Public, Handler: h}
}

func hello(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `"hello"`)
}

func newServer(t *testing.T, o server.Options) *server.Server {
	t.Helper()
	s, err := server.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func ask(h http.Handler, method, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

// running is a server that listens.
type running struct {
	*server.Server
	addr   string
	served chan error
}

func start(t *testing.T, s *server.Server) running {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	run := running{Server: s, addr: ln.Addr().String(), served: make(chan error, 1)}
	go func() { run.served <- s.Serve(context.WithoutCancel(t.Context()), ln) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_ = s.Shutdown(ctx)
	})
	return run
}

// send writes raw bytes to the server and returns everything that comes back until it closes the connection.
func (run running) send(t *testing.T, request string) string {
	t.Helper()
	conn, err := net.Dial("tcp", run.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil && !strings.Contains(err.Error(), "reset") {
		t.Fatalf("the connection stays open: %v after %q", err, answer)
	}
	return string(answer)
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	route := public(http.MethodGet, "/v1/things", hello)
	tests := map[string]struct {
		change func(*server.Options)
		names  string
	}{
		"a route twice":   {change: func(o *server.Options) { o.Routes = append(o.Routes, route) }, names: "GET /v1/things"},
		"a wild origin":   {change: func(o *server.Options) { o.Config.AllowedOrigins = []string{"*"} }, names: "ALLOWED_ORIGINS"},
		"a strange proxy": {change: func(o *server.Options) { o.Config.TrustedProxies = []string{"everybody"} }, names: "TRUSTED_PROXIES"},
		"a route without a policy": {
			change: func(o *server.Options) {
				o.Routes = append(o.Routes, handler.Route{Method: http.MethodPost, Path: "/v1/things", Handler: hello})
			},
			names: "POST /v1/things",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := options(route)
			tt.change(&o)
			if _, err := server.New(o); err == nil || !strings.Contains(err.Error(), tt.names) {
				t.Errorf("got %v, want an error that names %s", err, tt.names)
			}
		})
	}
}

func TestShutdownLosesNothing(t *testing.T) {
	t.Parallel()
	entered, finish := make(chan bool), make(chan bool)
	run := start(t, newServer(t, options(public(http.MethodGet, "/v1/slow", func(w http.ResponseWriter, r *http.Request) {
		entered <- true
		<-finish
		if r.Context().Err() != nil {
			t.Errorf("the request's context ended with the start of the shutdown: %v", r.Context().Err())
		}
		hello(w, r)
	}))))
	answer := make(chan string, 1)
	go func() { answer <- run.send(t, "GET /v1/slow HTTP/1.1\r\nHost: x\r\n\r\n") }()
	<-entered
	run.Drain()
	stopped := make(chan error, 1)
	go func() { stopped <- run.Shutdown(context.Background()) }()
	if err := <-run.served; err != nil {
		t.Errorf("Serve returned %v after Shutdown", err)
	}
	close(finish)

	if got := <-answer; !strings.Contains(got, "200 OK") || !strings.Contains(got, `"hello"`) {
		t.Errorf("the request in flight got %q", got)
	}
	if err := <-stopped; err != nil {
		t.Errorf("Shutdown returned %v", err)
	}
}

func TestShutdownDoesNotWaitForEver(t *testing.T) {
	t.Parallel()
	entered, left := make(chan bool), make(chan bool, 1)
	run := start(t, newServer(t, options(public(http.MethodGet, "/v1/stuck", func(_ http.ResponseWriter, r *http.Request) {
		entered <- true
		<-r.Context().Done()
		left <- true
	}))))
	go func() { run.send(t, "GET /v1/stuck HTTP/1.1\r\nHost: x\r\n\r\n") }()
	<-entered
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := run.Shutdown(ctx); err == nil {
		t.Error("Shutdown cut a request off and said nothing")
	}
	<-left // the request has learnt that it is over
}

func TestDrainClosesConnections(t *testing.T) {
	t.Parallel()
	run := start(t, newServer(t, options(public(http.MethodGet, "/v1/things", hello))))
	run.Drain()
	// Two requests on one connection: the first answer closes it, so the second gets none. Without that, send would not
	// return before the connection is idle for too long.
	got := run.send(t, strings.Repeat("GET /v1/things HTTP/1.1\r\nHost: x\r\n\r\n", 2))
	if strings.Count(got, "HTTP/1.1 200 OK") != 1 || !strings.Contains(got, "Connection: close") {
		t.Errorf("while draining a client gets %q", got)
	}
}

func TestBodyTooLargeClosesTheConnection(t *testing.T) {
	t.Parallel()
	run := start(t, newServer(t, options(public(http.MethodPost, "/v1/things", hello))))
	got := run.send(t, "POST /v1/things HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n")
	if !strings.HasPrefix(got, "HTTP/1.1 413 ") || !strings.Contains(got, "application/problem+json") {
		t.Errorf("got %q", got)
	}
}

func TestHeaderTooLarge(t *testing.T) {
	t.Parallel()
	run := start(t, newServer(t, options(public(http.MethodGet, "/v1/things", hello))))
	for name, request := range map[string]string{
		"cookie":       "GET /v1/things HTTP/1.1\r\nHost: x\r\nCookie: " + strings.Repeat("c", 70_000) + "\r\n\r\n",
		"request line": "GET /v1/things?" + strings.Repeat("q", 100_000) + " HTTP/1.1\r\nHost: x\r\n\r\n",
		"many lines":   "GET /v1/things HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + strings.Repeat("X-A: 1\r\n", 2000) + "\r\n",
	} {
		if got := run.send(t, request); !strings.HasPrefix(got, "HTTP/1.1 431 ") {
			t.Errorf("%s: got %.100q, want 431", name, got)
		}
	}
}

func TestOutOfTime(t *testing.T) {
	t.Parallel()
	o := options(public(http.MethodGet, "/v1/things", waitForEver))
	o.Config.RequestTimeout = 10 * time.Millisecond
	run := start(t, newServer(t, o))
	got := run.send(t, "GET /v1/things HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	if !strings.HasPrefix(got, "HTTP/1.1 504 ") {
		t.Errorf("got %q, want 504", got)
	}
}

func TestNothingNamesTheServer(t *testing.T) {
	t.Parallel()
	run := start(t, newServer(t, options(public(http.MethodGet, "/v1/things", hello))))
	got := run.send(t, "GET /v1/things HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	if strings.Contains(got, "\r\nServer:") || strings.Contains(got, "X-Powered-By") {
		t.Errorf("the answer says what runs here: %q", got)
	}
}

func TestPanicsDoNotEndTheProcess(t *testing.T) {
	t.Parallel()
	run := start(t, newServer(t, options(
		public(http.MethodGet, "/v1/panic", func(http.ResponseWriter, *http.Request) { panic("boo") }),
		public(http.MethodGet, "/v1/half", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, strings.Repeat("x", 50))
			panic("boo")
		}),
		public(http.MethodGet, "/v1/things", hello),
	)))
	const rest = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
	if got := run.send(t, "GET /v1/panic"+rest); !strings.HasPrefix(got, "HTTP/1.1 500 ") || strings.Contains(got, "boo") {
		t.Errorf("a panic answers %q", got)
	}
	run.send(t, "GET /v1/half"+rest) // what comes is too short, so no client takes it for the whole
	if got := run.send(t, "GET /v1/things"+rest); !strings.HasPrefix(got, "HTTP/1.1 200 ") {
		t.Errorf("afterwards: %q", got)
	}
}
