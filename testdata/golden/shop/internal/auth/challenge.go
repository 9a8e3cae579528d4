package auth

import (
	"errors"

	"example.com/shop/internal/model"
)

const plainChallenge = "Bearer"

// Why a request is not authenticated. Both are model.ErrUnauthenticated, and the client is told no more than the challenge.
var (
	// ErrNoCredentials: the request has no Authorization header.
	ErrNoCredentials error = &credentialError{reason: "no credentials", challenge: plainChallenge}
	// ErrInvalidToken: what was sent as a token is none, or is one that is over.
	ErrInvalidToken error = &credentialError{reason: "the token is not valid", challenge: plainChallenge + ` error="invalid_token"`}
)

// credentialError is a model.ErrUnauthenticated that knows its challenge.
type credentialError struct {
	reason    string
	challenge string
}

func (e *credentialError) Error() string { return e.reason }

// Unwrap makes it a model.ErrUnauthenticated.
func (e *credentialError) Unwrap() error { return model.ErrUnauthenticated }

// Challenge is the value of WWW-Authenticate that goes with the error.
func (e *credentialError) Challenge() string { return e.challenge }

// Challenge returns the value of WWW-Authenticate for an error, or "" when it is not about credentials.
func Challenge(err error) string {
	if credentials, ok := errors.AsType[*credentialError](err); ok {
		return credentials.challenge
	}
	if errors.Is(err, model.ErrUnauthenticated) {
		return plainChallenge
	}
	return ""
}
