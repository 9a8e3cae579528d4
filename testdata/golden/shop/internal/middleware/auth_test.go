package middleware_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"example.com/shop/internal/auth"
	"example.com/shop/internal/httpx"
	"example.com/shop/internal/middleware"
	"example.com/shop/internal/model"
)

// fakeAuthenticator is an Authenticator made of a function.
type fakeAuthenticator func(ctx context.Context, authorization []string) (auth.Principal, error)

func (f fakeAuthenticator) Authenticate(ctx context.Context, authorization []string) (auth.Principal, error) {
	return f(ctx, authorization)
}

// byRole takes "Bearer <role>" for the token of a user of that role.
func byRole(_ context.Context, authorization []string) (auth.Principal, error) {
	if len(authorization) != 1 {
		return auth.Principal{}, fmt.Errorf("more than one: %w", model.ErrUnauthenticated)
	}
	switch authorization[0] {
	case "Bearer user":
		return auth.Principal{UserID: "u-1", Role: model.RoleUser}, nil
	case "Bearer admin":
		return auth.Principal{UserID: "a-1", Role: model.RoleAdmin}, nil
	case "Bearer outage":
		return auth.Principal{}, fmt.Errorf("session store: %w", model.ErrUnavailable)
	default:
		return auth.Principal{}, refused{}
	}
}

// refused is an error about credentials, with a challenge of its own.
type refused struct{}

func (refused) Error() string     { return "stale" }
func (refused) Unwrap() error     { return model.ErrUnauthenticated }
func (refused) Challenge() string { return `Bearer error="stale"` }

func TestRequire(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		access      auth.Access
		credentials []string
		status      int
		challenge   string
	}{
		"public, nobody":          {access: auth.Public, status: 200},
		"public, stale token":     {access: auth.Public, credentials: []string{"Bearer old"}, status: 200},
		"public, outage":          {access: auth.Public, credentials: []string{"Bearer outage"}, status: 200},
		"signed in, nobody":       {access: auth.SignedIn, status: 401, challenge: "Bearer"},
		"signed in, stale token":  {access: auth.SignedIn, credentials: []string{"Bearer old"}, status: 401, challenge: `Bearer error="stale"`},
		"signed in, two headers":  {access: auth.SignedIn, credentials: []string{"Bearer user", "Bearer admin"}, status: 401, challenge: "Bearer"},
		"signed in, outage":       {access: auth.SignedIn, credentials: []string{"Bearer outage"}, status: 503},
		"signed in, user":         {access: auth.SignedIn, credentials: []string{"Bearer user"}, status: 200},
		"admin, nobody":           {access: auth.Admin, status: 401, challenge: "Bearer"},
		"admin, user":             {access: auth.Admin, credentials: []string{"Bearer user"}, status: 403},
		"admin, admin":            {access: auth.Admin, credentials: []string{"Bearer admin"}, status: 200},
		"no policy at all, admin": {credentials: []string{"Bearer admin"}, status: 403},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := get("/things/7")
			if tt.credentials != nil {
				r.Header["Authorization"] = tt.credentials
			}
			reached := false
			rec := serve(t, r, func(http.ResponseWriter, *http.Request) { reached = true },
				middleware.Authenticate(fakeAuthenticator(byRole)), middleware.Require(tt.access, nil))

			if rec.Code != tt.status || reached != (tt.status == http.StatusOK) {
				t.Errorf("status %d, handler reached %t; want %d", rec.Code, reached, tt.status)
			}
			if got := rec.Header().Get("Www-Authenticate"); got != tt.challenge {
				t.Errorf("WWW-Authenticate is %q, want %q", got, tt.challenge)
			}
			stored := rec.Header().Get("Cache-Control") != "no-store"
			if stored != (tt.status == http.StatusOK && tt.credentials == nil) {
				t.Errorf("a cache may keep the response: %t", stored)
			}
			if stored && rec.Header().Get("Vary") != "Authorization" {
				t.Errorf("a cache may give it to somebody else: Vary is %q", rec.Header().Get("Vary"))
			}
		})
	}
}

func TestRefusalsDoNotTellWhy(t *testing.T) {
	t.Parallel()
	bodies := map[string]bool{}
	for _, credentials := range []string{"", "Bearer old", "Basic dTpw"} {
		r := get("/things/7")
		r.Header.Set("X-Request-Id", "same")
		if credentials != "" {
			r.Header.Set("Authorization", credentials)
		}
		rec := serve(t, r, ok, middleware.Authenticate(fakeAuthenticator(byRole)), middleware.Require(auth.SignedIn, nil))
		bodies[rec.Body.String()] = true
	}
	if len(bodies) != 1 {
		t.Errorf("there are %d different bodies: %v", len(bodies), bodies)
	}
}

func TestAuthenticateSaysWhoItIs(t *testing.T) {
	t.Parallel()
	r := get("/things/7")
	r.Header.Set("Authorization", "Bearer user")
	serve(t, r, func(_ http.ResponseWriter, r *http.Request) {
		principal, known := auth.PrincipalFrom(r.Context())
		if !known || principal.UserID != "u-1" || httpx.ExchangeFrom(r.Context()).UserID != "u-1" {
			t.Errorf("principal %+v, exchange %+v", principal, httpx.ExchangeFrom(r.Context()))
		}
	}, middleware.Authenticate(fakeAuthenticator(byRole)))
}

func TestAuthenticateLeavesProbesAlone(t *testing.T) {
	t.Parallel()
	r := get("/healthz")
	r.Header.Set("Authorization", "Bearer outage")
	rec := serve(t, r, ok, middleware.Authenticate(fakeAuthenticator(func(context.Context, []string) (auth.Principal, error) {
		t.Error("a probe waits for the session store")
		return auth.Principal{}, nil
	})))
	if rec.Code != http.StatusOK {
		t.Errorf("status is %d", rec.Code)
	}
}

func TestRequireRecordsWhoTried(t *testing.T) {
	t.Parallel()
	log, lines := logTo(t)
	for _, credentials := range []string{"Bearer user", "Bearer old"} {
		r := get("/things/7")
		r.Header.Set("Authorization", credentials)
		serve(t, r, ok, middleware.Authenticate(fakeAuthenticator(byRole)), middleware.Require(auth.Admin, auth.NewAudit(log)))
	}
	got := lines()
	if len(got) != 1 || got[0]["event"] != string(auth.EventAuthzFail) || got[0]["user_id"] != "u-1" {
		t.Errorf("recorded %v, want one %s", got, auth.EventAuthzFail)
	}
}

func TestNoStore(t *testing.T) {
	t.Parallel()
	if got := serve(t, get("/things/7"), ok, middleware.NoStore).Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control is %q", got)
	}
}
