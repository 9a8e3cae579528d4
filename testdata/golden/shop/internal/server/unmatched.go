package server

import (
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"

	"example.com/shop/internal/respond"
)

// notFound answers for paths that are not there. A path has one spelling: a trailing slash, a doubled one or an escape
// that need not be one makes it another path.
func notFound(w http.ResponseWriter, r *http.Request) {
	respond.Status(w, r, http.StatusNotFound)
}

// methodNotAllowed answers for paths that are there under another method, and for OPTIONS on all of them.
func methodNotAllowed(routes chi.Routes) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		allowed := allowedMethods(routes, r)
		if len(allowed) == 0 { // chi asks here, too, for methods that it has never heard of, whatever the path
			notFound(w, r)
			return
		}
		w.Header().Set("Allow", strings.Join(append(allowed, http.MethodOptions), ", "))
		if r.Method == http.MethodOptions {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		respond.Status(w, r, http.StatusMethodNotAllowed)
	}
}

func allowedMethods(routes chi.Routes, r *http.Request) []string {
	path := r.URL.RawPath // set when the path was not in its canonical spelling; chi matches that
	if path == "" {
		path = r.URL.Path
	}
	var allowed []string
	for _, method := range []string{
		http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
	} {
		if routes.Match(chi.NewRouteContext(), method, path) {
			allowed = append(allowed, method)
		}
	}
	return allowed
}
