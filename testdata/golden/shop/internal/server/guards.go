package server

import (
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"example.com/shop/internal/auth"
	"example.com/shop/internal/config"
	"example.com/shop/internal/handler"
	"example.com/shop/internal/middleware"
	"example.com/shop/internal/ratelimit"
)

// guards makes the steps that stand between the middleware of all routes and one handler.
type guards struct {
	config   config.Config
	compress func(http.Handler) http.Handler
	audit    *auth.Audit
}

func newGuards(o Options) (guards, error) {
	compress, err := middleware.Compress()
	return guards{
		config:   o.Config,
		compress: compress,
		audit:    auth.NewAudit(o.Log),
	}, err
}

// of returns the steps of a route, the outermost first.
func (g guards) of(route handler.Route) chi.Middlewares {
	steps := chi.Middlewares{
		middleware.Require(route.Access, g.audit),
		middleware.LimitBody(g.config.MaxBodyBytes),
	}
	if route.Media == "" {
		steps = append(steps, middleware.AcceptJSON)
	}
	if route.Attempts.Policy != "" {
		return append(steps, middleware.NoStore, g.limitAttempts(route.Attempts))
	}
	return append(steps, g.compress)
}

// limitAttempts gives an operation a limiter of AUTH_RATE_LIMIT for itself.
func (g guards) limitAttempts(a handler.Attempts) func(http.Handler) http.Handler {
	rate := g.config.AuthRateLimit
	limiter := ratelimit.New(ratelimit.Policy{Name: a.Policy, Limit: rate.Limit, Window: rate.Window}, time.Now)
	return middleware.LimitAttempts(limiter, a.FailuresOnly, g.audit)
}
