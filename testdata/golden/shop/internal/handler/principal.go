package handler

import (
	"net/http"

	"example.com/shop/internal/auth"
)

// caller returns who sends the request. The server lets nobody anonymous through to an operation that is not public; a
// handler that is mounted without its guard gets an empty principal, to whom nothing belongs.
func caller(r *http.Request) auth.Principal {
	principal, _ := auth.PrincipalFrom(r.Context())
	return principal
}
