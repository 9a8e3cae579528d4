package httpx

import (
	"encoding/json"
	"net/http"

	"example.com/shop/internal/model"
)

// Problem is the body of every answer that is not a success (RFC 9457).
type Problem struct {
	Type      string             `json:"type"`
	Title     string             `json:"title"`
	Status    int                `json:"status"`
	Detail    string             `json:"detail,omitempty"`
	Instance  string             `json:"instance,omitempty"`
	RequestID string             `json:"request_id,omitempty"`
	Errors    []model.FieldError `json:"errors,omitempty"`
	// Headers go with the body: Retry-After, WWW-Authenticate, …
	Headers Headers `json:"-"`
}

// JSON returns the body.
func (p Problem) JSON() []byte {
	body, err := json.Marshal(p)
	if err != nil { // strings and numbers always marshal
		return []byte(`{"type":"/problems/internal","title":"Internal error","status":500}`)
	}
	return body
}

// StatusClientClosed is logged when the client went away before the answer. Nobody
// receives it.
const StatusClientClosed = 499

// StatusProblem returns the problem of a status: its type is the same wherever the
// status comes from, and so is its title. A status that the service does not use
// becomes 500. Problems are never cached, as a 404 otherwise may be.
func StatusProblem(status int) Problem {
	slug, title := describe(status)
	if slug == "" {
		status = http.StatusInternalServerError
		slug, title = describe(status)
	}
	return Problem{Type: "/problems/" + slug, Title: title, Status: status, Headers: Headers{header("Cache-Control", "no-store")}}
}

// describe names every status that the service answers with.
func describe(status int) (slug, title string) { //nolint:gocyclo // a table, in the form that needs no global
	switch status {
	case http.StatusBadRequest:
		return "bad-request", "The request cannot be understood"
	case http.StatusUnauthorized:
		return "unauthenticated", "Authentication is required"
	case http.StatusForbidden:
		return "forbidden", "This is not allowed"
	case http.StatusNotFound:
		return "not-found", "There is nothing here"
	case http.StatusMethodNotAllowed:
		return "method-not-allowed", "The method is not supported here"
	case http.StatusNotAcceptable:
		return "not-acceptable", "Only JSON is available"
	case http.StatusRequestTimeout:
		return "request-timeout", "The request took too long to arrive"
	case http.StatusConflict:
		return "conflict", "The change conflicts with what is stored"
	case http.StatusPreconditionFailed:
		return "precondition-failed", "The resource has changed in the meantime"
	case http.StatusRequestEntityTooLarge:
		return "too-large", "The request body is too large"
	case http.StatusRequestURITooLong:
		return "uri-too-long", "The address is too long"
	case http.StatusUnsupportedMediaType:
		return "unsupported-media-type", "The media type is not supported"
	case http.StatusUnprocessableEntity:
		return "invalid", "The input is not valid"
	case http.StatusPreconditionRequired:
		return "precondition-required", "If-Match is required"
	case http.StatusTooManyRequests:
		return "too-many-requests", "Too many requests"
	case http.StatusRequestHeaderFieldsTooLarge:
		return "header-too-large", "The request header is too large"
	case StatusClientClosed:
		return "client-closed", "The client closed the request"
	case http.StatusInternalServerError:
		return "internal", "Internal error"
	case http.StatusServiceUnavailable:
		return "unavailable", "The service is not available"
	case http.StatusGatewayTimeout:
		return "timeout", "The request took too long"
	default:
		return "", ""
	}
}
