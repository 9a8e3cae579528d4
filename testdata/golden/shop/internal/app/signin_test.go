package app

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/google/uuid"
)

// goodPassword is one that the password policy has nothing against.
const goodPassword = "correct horse battery staple"

// signIn makes an account of its own with the role, logs in and returns the headers that say so.
func (s *instance) signIn(t *testing.T, role string) http.Header {
	t.Helper()
	email := fmt.Sprintf("%s-%s@example.com", role, uuid.NewString())
	if _, err := s.app.CreateUser(t.Context(), email, goodPassword, role); err != nil {
		t.Fatal(err)
	}
	return bearer(s.logIn(t, email, goodPassword).text(t, "access_token"))
}

// logIn returns the answer to a login that must succeed.
func (s *instance) logIn(t *testing.T, email, password string) response {
	t.Helper()
	return s.do(t, http.MethodPost, "/v1/auth/login", credentials(email, password), nil).want(t, http.StatusOK)
}

func credentials(email, password string) string {
	return fmt.Sprintf(`{"email": %q, "password": %q}`, email, password)
}

func bearer(token string) http.Header {
	return http.Header{"Authorization": {"Bearer " + token}}
}
