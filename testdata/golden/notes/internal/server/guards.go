package server

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"example.com/notes/internal/config"
	"example.com/notes/internal/handler"
	"example.com/notes/internal/middleware"
)

// guards makes the steps that stand between the middleware of all routes and one handler.
type guards struct {
	config   config.Config
	compress func(http.Handler) http.Handler
}

func newGuards(o Options) (guards, error) {
	compress, err := middleware.Compress()
	return guards{
		config:   o.Config,
		compress: compress,
	}, err
}

// of returns the steps of a route, the outermost first.
func (g guards) of(route handler.Route) chi.Middlewares {
	steps := chi.Middlewares{
		middleware.LimitBody(g.config.MaxBodyBytes),
	}
	if route.Media == "" {
		steps = append(steps, middleware.AcceptJSON)
	}
	return append(steps, g.compress)
}
