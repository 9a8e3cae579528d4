package auth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"example.com/shop/internal/config"
)

// RefreshLength is the length in bytes of a refresh token before it is written as text, and of the nonce of its successor.
const RefreshLength = 32

// RefreshToken is an opaque token of 256 random bits. It is never stored: the store has its hash.
type RefreshToken [RefreshLength]byte

// NewRefreshToken returns a random token, the first of a session.
func NewRefreshToken() RefreshToken {
	var t RefreshToken
	_, _ = rand.Read(t[:]) // never fails: crypto/rand ends the process instead
	return t
}

// NewNonce returns what the successor of one token is derived with.
func NewNonce() []byte {
	t := NewRefreshToken()
	return t[:]
}

// ParseRefreshToken reads what Text wrote, and refuses everything else with ErrInvalidToken.
func ParseRefreshToken(text string) (RefreshToken, error) {
	var t RefreshToken
	if len(text) != base64.RawURLEncoding.EncodedLen(RefreshLength) {
		return t, fmt.Errorf("not the length of a refresh token: %w", ErrInvalidToken)
	}
	n, err := base64.RawURLEncoding.Strict().Decode(t[:], []byte(text))
	if err != nil || n != RefreshLength {
		return t, fmt.Errorf("not the form of a refresh token: %w", ErrInvalidToken)
	}
	return t, nil
}

// Text returns the token as the client gets it.
func (t RefreshToken) Text() config.Secret {
	return config.Secret(base64.RawURLEncoding.EncodeToString(t[:]))
}

// Hash returns what is stored of the token.
func (t RefreshToken) Hash() []byte {
	sum := sha256.Sum256(t[:])
	return sum[:]
}

// Successor returns the token that replaces t: always the same one for the same nonce, and out of reach for who has only the nonce.
func (t RefreshToken) Successor(nonce []byte) RefreshToken {
	mac := hmac.New(sha256.New, t[:])
	mac.Write(nonce)
	return RefreshToken(mac.Sum(nil))
}

// Format keeps the token out of logs.
func (RefreshToken) Format(s fmt.State, _ rune) { _, _ = fmt.Fprint(s, "[redacted]") }
