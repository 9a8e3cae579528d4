// Package handler is the HTTP face of the service: requests are turned into values of the model, services do the work,
// and what comes back is turned into responses. Request and response types live here and nowhere else; an entity is never
// written to a client as it is.
package handler

import (
	"net/http"

	"example.com/shop/internal/auth"
)

// Route is one operation. The table of all routes is data: the server mounts it, the routes command prints it, and a test
// holds it against the OpenAPI document.
type Route struct {
	Method string
	// Path may hold parameters: /v1/things/{id}.
	Path string
	// Access says who may call the operation. The server does not start while one says nothing.
	Access auth.Access
	// Attempts limits how often a client may try an operation that takes secrets.
	Attempts Attempts
	// Media is the type of the responses; empty means JSON.
	Media   string
	Handler http.HandlerFunc
}

// Attempts is a budget of its own for one operation, counted per client address (AUTH_RATE_LIMIT). Responses of such an
// operation are neither compressed nor stored. The zero value is no such budget.
type Attempts struct {
	// Policy is its name in the RateLimit-Policy header.
	Policy string
	// FailuresOnly gives an attempt back when it succeeds.
	FailuresOnly bool
}
