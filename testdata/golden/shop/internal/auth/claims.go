package auth

import (
	"errors"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// maxLifetime is the longest life that an access token can have, whoever signed it.
const maxLifetime = time.Hour

// Claims is what an access token says, as far as anybody asks.
type Claims struct {
	Principal

	ExpiresAt time.Time
}

// accessClaims is the payload of an access token. It names no person: neither e-mail address nor name. Times are whole numbers,
// so that a token with anything else there is not even decoded.
type accessClaims struct {
	Issuer    string           `json:"iss"`
	Audience  jwt.ClaimStrings `json:"aud"`
	Subject   string           `json:"sub"`
	IssuedAt  *int64           `json:"iat"`
	ExpiresAt *int64           `json:"exp"`
	NotBefore *int64           `json:"nbf,omitempty"`
	ID        string           `json:"jti"`
	SessionID string           `json:"sid"`
	Roles     []string         `json:"roles"`
}

func (c *accessClaims) GetIssuer() (string, error)             { return c.Issuer, nil }
func (c *accessClaims) GetAudience() (jwt.ClaimStrings, error) { return c.Audience, nil }
func (c *accessClaims) GetSubject() (string, error)            { return c.Subject, nil }
func (c *accessClaims) GetIssuedAt() (*jwt.NumericDate, error) { return numericDate(c.IssuedAt), nil }

func (c *accessClaims) GetExpirationTime() (*jwt.NumericDate, error) {
	return numericDate(c.ExpiresAt), nil
}

func (c *accessClaims) GetNotBefore() (*jwt.NumericDate, error) { return numericDate(c.NotBefore), nil }

var errClaims = errors.New("claims are missing or out of bounds")

// Validate adds to the checks of the library: everything that our tokens have must be there, and no token outlives maxLifetime.
func (c *accessClaims) Validate() error {
	complete := c.Subject != "" && c.ID != "" && c.SessionID != "" && len(c.Roles) == 1 && c.IssuedAt != nil && c.ExpiresAt != nil
	if !complete || *c.IssuedAt <= 0 || *c.ExpiresAt <= *c.IssuedAt || *c.ExpiresAt-*c.IssuedAt > int64(maxLifetime/time.Second) {
		return errClaims
	}
	return nil
}

func (c *accessClaims) claims() Claims {
	return Claims{
		Principal: Principal{UserID: c.Subject, Role: c.Roles[0], SessionID: c.SessionID},
		ExpiresAt: time.Unix(*c.ExpiresAt, 0),
	}
}

func numericDate(seconds *int64) *jwt.NumericDate {
	if seconds == nil {
		return nil
	}
	return jwt.NewNumericDate(time.Unix(*seconds, 0))
}
