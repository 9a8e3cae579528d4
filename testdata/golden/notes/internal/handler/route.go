// Package handler is the HTTP face of the service: requests are turned into values of the model, services do the work,
// and what comes back is turned into responses. Request and response types live here and nowhere else; an entity is never
// written to a client as it is.
package handler

import (
	"net/http"
)

// Route is one operation. The table of all routes is data: the server mounts it, the routes command prints it, and a test
// holds it against the OpenAPI document.
type Route struct {
	Method string
	// Path may hold parameters: /v1/things/{id}.
	Path string
	// Media is the type of the responses; empty means JSON.
	Media   string
	Handler http.HandlerFunc
}
