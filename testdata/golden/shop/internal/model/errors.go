// Package model holds the entities of the service, the rules that need nothing
// but their own values, and the errors that every layer understands.
//
// It imports the standard library only, and nothing of this service.
package model

import (
	"errors"
	"fmt"
	"time"
)

// The errors that a service or a repository answers with. Callers wrap them with
// %w for the log; internal/httpx maps them to a status.
var (
	// ErrNotFound means: there is no such thing, or it belongs to somebody else.
	ErrNotFound = errors.New("not found")
	// ErrUnauthenticated means: the credentials are missing or not valid.
	ErrUnauthenticated = errors.New("not authenticated")
	// ErrForbidden means: the caller is known, and may not do this.
	ErrForbidden = errors.New("forbidden")
	// ErrConflict means: the change contradicts what is stored. See ConflictError.
	ErrConflict = errors.New("conflict")
	// ErrPrecondition means: the version that the caller named is not the stored one.
	ErrPrecondition = errors.New("version does not match")
	// ErrPreconditionRequired means: the operation must name the version that it changes.
	ErrPreconditionRequired = errors.New("version is required")
	// ErrUnavailable means: something the service depends on is down or overloaded.
	ErrUnavailable = errors.New("unavailable")
)

// ConflictError is an ErrConflict that knows which field is to blame.
type ConflictError struct {
	Field  string // JSON name of the field, or "" when it is not one field
	Detail string // a sentence that may be shown to the client
}

// Error describes the conflict.
func (e *ConflictError) Error() string {
	if e.Field == "" {
		return "conflict: " + e.Detail
	}
	return "conflict on " + e.Field + ": " + e.Detail
}

// Is makes errors.Is(err, ErrConflict) true.
func (e *ConflictError) Is(target error) bool { return target == ErrConflict }

// RateLimitedError says that the caller must wait.
type RateLimitedError struct {
	RetryAfter time.Duration
}

// Error names the time to wait.
func (e *RateLimitedError) Error() string {
	return fmt.Sprintf("rate limited, retry after %s", e.RetryAfter)
}

// FormatError says which form a text must have. Its message never repeats the
// text, so it may be shown to clients.
type FormatError struct {
	Want string // completes "must be …"
}

// Error completes "must be".
func (e *FormatError) Error() string { return "must be " + e.Want }
