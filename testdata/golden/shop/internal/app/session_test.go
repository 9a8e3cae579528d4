package app

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// TestSessions follows one account from its registration to its logout over HTTP.
func TestSessions(t *testing.T) {
	t.Parallel()
	s := start(t, map[string]string{"REFRESH_GRACE": "0s"})
	const email = "ada@example.com"
	registered := s.do(t, http.MethodPost, "/v1/auth/register", credentials(email, goodPassword), nil).want(t, http.StatusCreated)
	if strings.Contains(string(registered.Body), "password") {
		t.Errorf("the answer to a registration says %s", registered.Body)
	}
	s.do(t, http.MethodPost, "/v1/auth/register", credentials(email, goodPassword), nil).want(t, http.StatusConflict)
	s.do(t, http.MethodPost, "/v1/auth/login", credentials(email, "wrong "+goodPassword), nil).want(t, http.StatusUnauthorized)

	first := s.logIn(t, email, goodPassword)
	me := s.do(t, http.MethodGet, "/v1/me", "", bearer(first.text(t, "access_token"))).want(t, http.StatusOK)
	if got := me.text(t, "email"); got != email {
		t.Errorf("logged in as %q, want %q", got, email)
	}

	second := s.refresh(t, first.text(t, "refresh_token")).want(t, http.StatusOK)
	if second.text(t, "refresh_token") == first.text(t, "refresh_token") {
		t.Error("a refresh token can be used twice")
	}
	s.do(t, http.MethodGet, "/v1/me", "", bearer(second.text(t, "access_token"))).want(t, http.StatusOK)

	t.Run("a stolen refresh token ends the session", func(t *testing.T) {
		s.refresh(t, first.text(t, "refresh_token")).want(t, http.StatusUnauthorized)
		s.refresh(t, second.text(t, "refresh_token")).want(t, http.StatusUnauthorized)
	})
	t.Run("logout ends the session", func(t *testing.T) {
		session := s.logIn(t, email, goodPassword)
		caller := bearer(session.text(t, "access_token"))
		body := fmt.Sprintf(`{"refresh_token": %q}`, session.text(t, "refresh_token"))
		s.do(t, http.MethodPost, "/v1/auth/logout", body, caller).want(t, http.StatusNoContent)
		s.refresh(t, session.text(t, "refresh_token")).want(t, http.StatusUnauthorized)
		s.do(t, http.MethodGet, "/v1/me", "", caller).want(t, http.StatusUnauthorized)
	})
}

// refresh trades a refresh token for its successor.
func (s *instance) refresh(t *testing.T, token string) response {
	t.Helper()
	return s.do(t, http.MethodPost, "/v1/auth/refresh", fmt.Sprintf(`{"refresh_token": %q}`, token), nil)
}

// TestTokensThatDoNotCount sends what is not an access token of this service.
func TestTokensThatDoNotCount(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	good := s.signIn(t, "user").Get("Authorization")
	head, signature, _ := cutLast(good, ".")
	tests := map[string]http.Header{
		"nothing":            nil,
		"no scheme":          {"Authorization": {strings.TrimPrefix(good, "Bearer ")}},
		"another scheme":     {"Authorization": {"Basic YTpi"}},
		"twice":              {"Authorization": {good, good}},
		"no signature":       {"Authorization": {head + "."}},
		"forged signature":   {"Authorization": {head + "." + strings.Repeat("A", len(signature))}},
		"unsigned":           {"Authorization": {"Bearer eyJhbGciOiJub25lIn0.e30."}},
		"a cookie":           {"Cookie": {"access_token=" + strings.TrimPrefix(good, "Bearer ")}},
		"something trailing": {"Authorization": {good + " x"}},
	}
	for name, header := range tests {
		t.Run(name, func(t *testing.T) {
			refused := s.do(t, http.MethodGet, "/v1/me", "", header).want(t, http.StatusUnauthorized)
			if challenge := refused.Header.Get("WWW-Authenticate"); !strings.HasPrefix(challenge, "Bearer") {
				t.Errorf("the challenge is %q", challenge)
			}
		})
	}
	s.do(t, http.MethodGet, "/v1/me", "", http.Header{"Authorization": {good}}).want(t, http.StatusOK)
}

// cutLast slices s around the last separator.
func cutLast(s, separator string) (before, after string, found bool) {
	i := strings.LastIndex(s, separator)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(separator):], true
}
