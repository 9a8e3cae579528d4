package auth

import (
	"fmt"
	"strings"
)

// bearer returns the token in the values of an Authorization header: exactly one value, the scheme in any case, one space and the
// token. Everything else is refused, and so are two credentials in one request.
func bearer(authorization []string) (string, error) {
	switch len(authorization) {
	case 0:
		return "", ErrNoCredentials
	case 1:
	default:
		return "", fmt.Errorf("more than one Authorization header: %w", ErrInvalidToken)
	}
	scheme, token, found := strings.Cut(authorization[0], " ")
	if !found || !strings.EqualFold(scheme, "Bearer") {
		return "", fmt.Errorf("not a bearer token: %w", ErrInvalidToken)
	}
	if token == "" || strings.ContainsFunc(token, notTokenRune) {
		return "", fmt.Errorf("not in the form of a token: %w", ErrInvalidToken)
	}
	return token, nil
}

// notTokenRune refuses what base64url and the dots between the parts have not, among them the line breaks that Go's decoder skips.
func notTokenRune(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '-', r == '_', r == '.':
		return false
	default:
		return true
	}
}
