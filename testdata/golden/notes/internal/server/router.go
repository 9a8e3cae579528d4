package server

import (
	"fmt"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"example.com/notes/internal/httpx"
	"example.com/notes/internal/middleware"
	"example.com/notes/internal/ratelimit"
)

// router mounts the routes behind the middleware.
func (s *Server) router(o Options) (http.Handler, error) {
	clients, err := httpx.NewClientIP(o.Config.TrustedProxies)
	if err != nil {
		return nil, fmt.Errorf("TRUSTED_PROXIES: %w", err)
	}
	cors, err := httpx.NewCORS(o.Config.AllowedOrigins)
	if err != nil {
		return nil, fmt.Errorf("ALLOWED_ORIGINS: %w", err)
	}
	r := chi.NewRouter()
	// The order is part of the contract: each step may rely on those above it, and is seen by them.
	r.Use(
		middleware.RequestContext(clients),           // request id and client address, for everything below
		middleware.AccessLog(o.Log),                  // outside of all that can fail: one line whatever happens
		middleware.Recover(o.Log),                    // a panic below is a 500
		middleware.SecurityHeaders(o.Config.HTTPS()), // on every answer, refusals included
		middleware.Drain(s.draining.Load),            // likewise
		middleware.LimitHeaders,                      // before anything looks at headers
		middleware.CORS(cors),                        // preflights end here: they cost no budget
		middleware.Deadline(o.Config.RequestTimeout), // before the first step that may ask the database
		middleware.RateLimit(defaultLimiter(o)),      // what is not there count as well
		middleware.LimitConcurrency(ratelimit.NewGate(o.Config.MaxConcurrency, o.Config.MaxClientConcurrency)), // last: only work takes a place
	)
	r.NotFound(notFound)
	r.MethodNotAllowed(methodNotAllowed(r))
	if err := mount(r, o); err != nil {
		return nil, err
	}
	return r, nil
}

// mount adds every route behind the steps of its own.
func mount(r chi.Router, o Options) error {
	guards, err := newGuards(o)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, route := range o.Routes {
		name := route.Method + " " + route.Path
		if known[name] {
			return fmt.Errorf("route %s is there twice", name)
		}
		known[name] = true
		steps := guards.of(route)
		r.With(steps...).Method(route.Method, route.Path, route.Handler)
		if route.Method == http.MethodGet {
			// HEAD is GET without the body, which net/http leaves out by itself.
			r.With(steps...).Method(http.MethodHead, route.Path, route.Handler)
		}
	}
	return nil
}

// defaultLimiter returns the limiter of RATE_LIMIT, nil when that is off.
func defaultLimiter(o Options) *ratelimit.Limiter {
	rate := o.Config.RateLimit
	return ratelimit.New(ratelimit.Policy{Name: "default", Limit: rate.Limit, Window: rate.Window}, time.Now)
}
