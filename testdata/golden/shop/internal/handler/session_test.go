package handler_test

import (
	"context"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"example.com/shop/internal/auth"
	"example.com/shop/internal/handler"
	"example.com/shop/internal/httpx"
	"example.com/shop/internal/model"
	"example.com/shop/internal/service"
)

// fakeSessions is a session service made of functions. A test that reaches one it has not set fails.
type fakeSessions struct {
	login   func(service.Credentials) (service.TokenPair, error)
	refresh func(refreshToken string) (service.TokenPair, error)
	logout  func(authorization []string, refreshToken string) error
}

func (f fakeSessions) Login(_ context.Context, in service.Credentials) (service.TokenPair, error) {
	return f.login(in)
}

func (f fakeSessions) Refresh(_ context.Context, refreshToken string) (service.TokenPair, error) {
	return f.refresh(refreshToken)
}

func (f fakeSessions) Logout(_ context.Context, authorization []string, refreshToken string) error {
	return f.logout(authorization, refreshToken)
}

// somePair is a pair of tokens, and somePairJSON what clients get.
func somePair() service.TokenPair {
	return service.TokenPair{AccessToken: "access-1", RefreshToken: "refresh-1", ExpiresIn: 15*time.Minute + 999*time.Millisecond}
}

const somePairJSON = `{"access_token":"access-1","token_type":"Bearer","expires_in":900,"refresh_token":"refresh-1"}`

func TestLogin(t *testing.T) {
	t.Parallel()
	client := netip.MustParseAddr("192.0.2.7")
	sessions := fakeSessions{login: func(in service.Credentials) (service.TokenPair, error) {
		wantEqual(t, "credentials", in, service.Credentials{Email: "ann@example.com", Password: "correct horse", IP: client})
		return somePair(), nil
	}}
	r := request(http.MethodPost, "/v1/auth/login", `{"email":"ann@example.com","password":"correct horse"}`)
	r = r.WithContext(httpx.WithExchange(r.Context(), &httpx.Exchange{ClientIP: client}))
	rec := send(t, handler.NewSession(sessions).Routes(), r)
	wantStatus(t, rec, http.StatusOK)
	wantJSON(t, rec, somePairJSON)
}

func TestLoginRefused(t *testing.T) {
	t.Parallel()
	for err, status := range map[error]int{
		model.ErrUnauthenticated:                         http.StatusUnauthorized,
		model.ErrUnavailable:                             http.StatusServiceUnavailable,
		&model.RateLimitedError{RetryAfter: time.Minute}: http.StatusTooManyRequests,
	} {
		sessions := fakeSessions{login: func(service.Credentials) (service.TokenPair, error) { return service.TokenPair{}, err }}
		rec := send(t, handler.NewSession(sessions).Routes(), request(http.MethodPost, "/v1/auth/login", `{"email":"a@example.com","password":"p"}`))
		wantStatus(t, rec, status)
		if status == http.StatusUnauthorized {
			wantHeader(t, rec, "WWW-Authenticate", "Bearer")
		} else {
			wantHeader(t, rec, "WWW-Authenticate", "")
		}
	}
}

func TestLoginTakesCredentialsFromTheBodyAlone(t *testing.T) {
	t.Parallel()
	routes := handler.NewSession(fakeSessions{}).Routes()
	rec := send(t, routes, request(http.MethodPost, "/v1/auth/login?email=a@example.com&password=p", "", "Content-Type", "application/json"))
	wantStatus(t, rec, http.StatusBadRequest)
	wantInvalid(t, send(t, routes, request(http.MethodPost, "/v1/auth/login", `{"email":{"$ne":null},"password":{"$gt":""}}`)), "/email", "/password")
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	sessions := fakeSessions{refresh: func(refreshToken string) (service.TokenPair, error) {
		if refreshToken != "refresh-0" {
			return service.TokenPair{}, model.ErrUnauthenticated
		}
		return somePair(), nil
	}}
	routes := handler.NewSession(sessions).Routes()
	rec := send(t, routes, request(http.MethodPost, "/v1/auth/refresh", `{"refresh_token":"refresh-0"}`))
	wantStatus(t, rec, http.StatusOK)
	wantJSON(t, rec, somePairJSON)
	wantStatus(t, send(t, routes, request(http.MethodPost, "/v1/auth/refresh", `{"refresh_token":"access-1"}`)), http.StatusUnauthorized)
	wantInvalid(t, send(t, routes, request(http.MethodPost, "/v1/auth/refresh", `{}`)), "/refresh_token")
}

func TestLogout(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		body          string
		authorization string
		refreshToken  string
	}{
		"access token":  {authorization: "Bearer access-1"},
		"refresh token": {body: `{"refresh_token":"refresh-1"}`, refreshToken: "refresh-1"},
		"both":          {body: `{"refresh_token":"refresh-1"}`, authorization: "Bearer access-1", refreshToken: "refresh-1"},
		"neither":       {},
		"empty object":  {body: `{}`},
		"null":          {body: `{"refresh_token":null}`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sessions := fakeSessions{logout: func(authorization []string, refreshToken string) error {
				if tt.authorization == "" {
					wantEqual(t, "authorization", authorization, []string(nil))
				} else {
					wantEqual(t, "authorization", authorization, []string{tt.authorization})
				}
				wantEqual(t, "refresh token", refreshToken, tt.refreshToken)
				return nil
			}}
			r := request(http.MethodPost, "/v1/auth/logout", tt.body)
			if tt.authorization != "" {
				r.Header.Set("Authorization", tt.authorization)
			}
			wantStatus(t, send(t, handler.NewSession(sessions).Routes(), r), http.StatusNoContent)
		})
	}
}

func TestSessionPolicies(t *testing.T) {
	t.Parallel()
	budgets := map[string]handler.Attempts{
		"/v1/auth/login":   {Policy: "login", FailuresOnly: true},
		"/v1/auth/refresh": {Policy: "refresh", FailuresOnly: true},
		"/v1/auth/logout":  {},
	}
	for _, route := range handler.NewSession(fakeSessions{}).Routes() {
		wantEqual(t, "access to "+route.Path, route.Access, auth.Public)
		wantEqual(t, "budget of "+route.Path, route.Attempts, budgets[route.Path])
	}
}
