package httpx

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"example.com/shop/internal/model"
)

// BadRequestError means that some part of the request, other than the fields of its
// body, cannot be understood. The detail is shown to the client.
type BadRequestError struct {
	Detail string
}

// Error returns the detail.
func (e *BadRequestError) Error() string { return e.Detail }

// BadRequest returns a *BadRequestError.
func BadRequest(detail string) error { return &BadRequestError{Detail: detail} }

// SyntaxError means that the body is not JSON as this service reads it.
type SyntaxError struct {
	Offset int    // bytes before the error
	Reason string // completes "the body …"
}

// Error says what is wrong and where, without repeating any of it.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("The body %s (at byte %d).", e.Reason, e.Offset)
}

const (
	// defaultChallenge answers a 401 that brings no challenge of its own.
	defaultChallenge = "Bearer"
	// unavailableFor is when a client may try again after an outage.
	unavailableFor = 2 * time.Second
)

// ProblemFor is the one place that maps errors to answers. An error that it does
// not know is a 500 which tells the client nothing; the caller logs it.
//
// A 401 carries a WWW-Authenticate header: that of the first error in the chain
// with a method Challenge() string, or else a plain Bearer.
func ProblemFor(err error) Problem {
	p := StatusProblem(statusOf(err))
	p.Detail, p.Errors = explain(err)
	switch p.Status {
	case http.StatusUnauthorized:
		p.Headers = append(p.Headers, header("WWW-Authenticate", challenge(err)))
	case http.StatusServiceUnavailable:
		p.Headers = append(p.Headers, retryAfter(unavailableFor))
	case http.StatusTooManyRequests:
		if limited, ok := errors.AsType[*model.RateLimitedError](err); ok {
			p.Headers = append(p.Headers, retryAfter(limited.RetryAfter))
		}
	}
	return p
}

// statusOf returns the status of an error.
func statusOf(err error) int {
	switch {
	case errors.Is(err, model.ErrNotFound):
		return http.StatusNotFound
	case errors.Is(err, model.ErrUnauthenticated):
		return http.StatusUnauthorized
	case errors.Is(err, model.ErrForbidden):
		return http.StatusForbidden
	case errors.Is(err, model.ErrConflict):
		return http.StatusConflict
	case errors.Is(err, model.ErrPrecondition):
		return http.StatusPreconditionFailed
	case errors.Is(err, model.ErrPreconditionRequired):
		return http.StatusPreconditionRequired
	case is[*model.ValidationError](err):
		return http.StatusUnprocessableEntity
	case is[*SyntaxError](err), is[*BadRequestError](err):
		return http.StatusBadRequest
	case is[*model.RateLimitedError](err):
		return http.StatusTooManyRequests
	case errors.Is(err, ErrTooLarge), is[*http.MaxBytesError](err):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, ErrMediaType):
		return http.StatusUnsupportedMediaType
	case errors.Is(err, ErrNotAcceptable):
		return http.StatusNotAcceptable
	default:
		return statusOfFailure(err)
	}
}

// statusOfFailure returns the status of what went wrong on the way.
func statusOfFailure(err error) int {
	switch {
	// Our own deadline is the cause even where an outage is reported with it.
	case errors.Is(err, context.DeadlineExceeded):
		return http.StatusGatewayTimeout
	case errors.Is(err, context.Canceled), errors.Is(err, ErrAborted):
		return StatusClientClosed
	case errors.Is(err, model.ErrUnavailable):
		return http.StatusServiceUnavailable
	case errors.Is(err, ErrTooSlow):
		return http.StatusRequestTimeout
	default:
		return http.StatusInternalServerError
	}
}

// is reports whether an error of that type is in the chain.
func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// explain returns what the client may know beyond the status.
func explain(err error) (detail string, fields []model.FieldError) {
	if invalid, ok := errors.AsType[*model.ValidationError](err); ok {
		return "", invalid.Fields
	}
	if syntax, ok := errors.AsType[*SyntaxError](err); ok {
		return syntax.Error(), nil
	}
	if bad, ok := errors.AsType[*BadRequestError](err); ok {
		return bad.Detail, nil
	}
	if conflict, ok := errors.AsType[*model.ConflictError](err); ok && conflict.Field != "" {
		return "", []model.FieldError{{Pointer: pointer("", conflict.Field), Code: model.CodeTaken, Detail: conflict.Detail}}
	} else if ok {
		return conflict.Detail, nil
	}
	return "", nil
}

func challenge(err error) string {
	var challenger interface{ Challenge() string }
	if errors.As(err, &challenger) {
		return challenger.Challenge()
	}
	return defaultChallenge
}

// retryAfter rounds up to whole seconds, at least one.
func retryAfter(d time.Duration) Header {
	seconds := max(1, int64((d+time.Second-1)/time.Second))
	return header("Retry-After", strconv.FormatInt(seconds, 10))
}
