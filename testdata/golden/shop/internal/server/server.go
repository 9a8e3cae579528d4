// Package server puts the routes behind the middleware and serves them. What happens to every request, and in which
// order, is in router.go.
package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"example.com/shop/internal/config"
	"example.com/shop/internal/handler"
	"example.com/shop/internal/middleware"
)

const (
	// headerTimeout bounds how long a client may take to send the request line and header.
	headerTimeout = 5 * time.Second
	// idleTimeout bounds how long a connection may wait for its next request.
	idleTimeout = 60 * time.Second
	// readGrace lets the request's own budget end before net/http gives up on a slow body: it would cancel the request's
	// context, too, and a request out of time must not look like one whose client has gone.
	readGrace = time.Second
	// writeGrace is what the client has, after the request's own budget, to take in the answer.
	writeGrace = 5 * time.Second
	// maxHeaderBytes bounds the request line and header together.
	maxHeaderBytes = 64 << 10
)

// Options is what a server is made of.
type Options struct {
	Config config.Config
	Log    *slog.Logger
	Routes []handler.Route
	// Authenticator finds out who sends a request.
	Authenticator middleware.Authenticator
}

// Server answers requests on one listener.
type Server struct {
	http     *http.Server
	draining atomic.Bool
}

// New returns the server of the public operations. It refuses a table of routes that would leave something open or
// unreachable, and a configuration that cannot mean what it says.
func New(o Options) (*Server, error) {
	s := &Server{}
	router, err := s.router(o)
	if err != nil {
		return nil, err
	}
	s.listenWith(o, router)
	return s, nil
}

// listenWith sets the limits that every listener has (a slow or idle client must not hold a connection for ever).
func (s *Server) listenWith(o Options, h http.Handler) {
	s.http = &http.Server{
		Handler:                      h,
		ReadHeaderTimeout:            headerTimeout,
		ReadTimeout:                  o.Config.RequestTimeout + readGrace,
		WriteTimeout:                 o.Config.RequestTimeout + writeGrace,
		IdleTimeout:                  idleTimeout,
		MaxHeaderBytes:               maxHeaderBytes,
		DisableGeneralOptionsHandler: true, // "OPTIONS *" would be answered without our headers
		ErrorLog:                     slog.NewLogLogger(o.Log.Handler(), slog.LevelWarn),
	}
}

// Handler returns what answers the requests, for tests without a listener.
func (s *Server) Handler() http.Handler {
	return s.http.Handler
}

// Serve accepts connections on ln until Shutdown, and then returns nil. The contexts of requests descend from ctx, so it
// must outlive the signal to stop: what is in flight then goes on.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	s.http.BaseContext = func(net.Listener) context.Context { return ctx }
	if err := s.http.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve %s: %w", ln.Addr(), err)
	}
	return nil
}

// Drain begins the end: everything is still answered, but each answer closes its connection, so that clients find another
// replica and no connection is in use when the listener closes.
func (s *Server) Drain() {
	s.draining.Store(true)
}

// Shutdown stops accepting and waits for requests in flight. When ctx ends first, it cuts them off and returns the error.
func (s *Server) Shutdown(ctx context.Context) error {
	if err := s.http.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("shut down: %w", err), s.http.Close())
	}
	return nil
}
