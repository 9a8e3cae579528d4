package server

import (
	"github.com/go-chi/chi/v5"

	"example.com/notes/internal/middleware"
)

// NewAdmin returns the server of the admin listener, which only operators reach (ADMIN_ADDR): runtime profiles. It asks
// for no credentials, so its address must never be one that the world can connect to.
func NewAdmin(o Options) *Server {
	s := &Server{}
	r := chi.NewRouter()
	r.Use(
		middleware.Recover(o.Log),
		middleware.SecurityHeaders(o.Config.HTTPS()),
		middleware.Drain(s.draining.Load),
	)
	r.NotFound(notFound)
	r.MethodNotAllowed(methodNotAllowed(r))
	r.Get("/debug/pprof/", listProfiles)
	r.Get("/debug/pprof/profile", profileCPU)
	r.Get("/debug/pprof/trace", traceExecution)
	r.Get("/debug/pprof/{profile}", writeProfile)
	s.listenWith(o, r)
	return s
}
