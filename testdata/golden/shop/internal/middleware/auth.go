package middleware

import (
	"context"
	"errors"
	"net/http"

	"example.com/shop/internal/auth"
	"example.com/shop/internal/httpx"
	"example.com/shop/internal/model"
	"example.com/shop/internal/respond"
)

// Authenticator finds out who sends a request from the values of its Authorization header.
type Authenticator interface {
	Authenticate(ctx context.Context, authorization []string) (auth.Principal, error)
}

// refusalKey is where Authenticate leaves the reason why it knows nobody.
type refusalKey struct{}

// Authenticate puts the principal into the request's context. It refuses nothing itself: credentials that are not valid
// are remembered for Require, so that a stale token does not keep anybody from what is public, such as signing in again.
func Authenticate(authenticator Authenticator) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if isProbe(r.URL.Path) {
				next.ServeHTTP(w, r)
				return
			}
			credentials := r.Header["Authorization"]
			if len(credentials) == 0 {
				w.Header().Add("Vary", "Authorization") // a cache must not give this answer to somebody who has signed in
				next.ServeHTTP(w, r)
				return
			}
			noStore(w)
			next.ServeHTTP(w, r.WithContext(identify(r.Context(), authenticator, credentials)))
		})
	}
}

func identify(ctx context.Context, authenticator Authenticator, credentials []string) context.Context {
	principal, err := authenticator.Authenticate(ctx, credentials)
	if err != nil {
		return context.WithValue(ctx, refusalKey{}, err)
	}
	httpx.ExchangeFrom(ctx).UserID = principal.UserID
	return auth.WithPrincipal(ctx, principal)
}

// Require lets only those through whom the policy of an operation allows, and records who tried to do what they may not.
func Require(access auth.Access, audit *auth.Audit) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			err := access.Check(r.Context())
			if err == nil {
				next.ServeHTTP(w, r)
				return
			}
			if errors.Is(err, model.ErrForbidden) {
				audit.Record(r.Context(), auth.EventAuthzFail, httpx.ExchangeFrom(r.Context()).UserID)
			}
			if refusal, ok := r.Context().Value(refusalKey{}).(error); ok {
				err = refusal
			}
			respond.Error(w, r, err)
		})
	}
}

// NoStore keeps a response out of every cache: it holds a token, or what only one person may see.
func NoStore(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		noStore(w)
		next.ServeHTTP(w, r)
	})
}

func noStore(w http.ResponseWriter) {
	w.Header()["Cache-Control"] = noStoreValue
}

//nolint:gochecknoglobals // shared by all responses, and nothing writes to it
var noStoreValue = []string{"no-store"}
