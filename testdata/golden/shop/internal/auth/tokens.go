package auth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"example.com/shop/internal/config"
)

const (
	minSecret = 32   // bytes: a key for HMAC-SHA-256 is at least as long as its output
	maxToken  = 4096 // bytes: far more than ours have
	tokenType = "at+jwt"

	// leeway is how far the clocks of two replicas may be apart.
	leeway = 5 * time.Second
	// endedLeeway lets VerifyEnded read a token for as long as a session can last.
	endedLeeway = 90 * 24 * time.Hour
)

// Tokens makes and verifies access tokens: JWTs signed with HMAC-SHA-256, and with nothing else.
type Tokens struct {
	name    string
	ttl     time.Duration
	now     func() time.Time
	signing string            // kid of the key that signs
	keys    map[string][]byte // by kid
	strict  *jwt.Parser
	ended   *jwt.Parser
}

// TokenOptions says how tokens are made.
type TokenOptions struct {
	// Name is the service: it issues the tokens, and they are for it.
	Name string
	// Secret signs. Previous, unless it is empty, still verifies.
	Secret, Previous config.Secret
	// TTL is how long a token lives, at most an hour.
	TTL time.Duration
	Now func() time.Time
}

// NewTokens refuses secrets that are too short and lives that are too long.
func NewTokens(o TokenOptions) (*Tokens, error) {
	if o.TTL <= 0 || o.TTL > maxLifetime {
		return nil, fmt.Errorf("access tokens must live longer than nothing and at most %s", maxLifetime)
	}
	t := &Tokens{name: o.Name, ttl: o.TTL, now: o.Now, signing: keyID(o.Secret), keys: make(map[string][]byte)}
	secrets := []config.Secret{o.Secret}
	if o.Previous != "" {
		secrets = append(secrets, o.Previous)
	}
	for _, secret := range secrets {
		if len(secret.Reveal()) < minSecret {
			return nil, fmt.Errorf("a secret for tokens must have at least %d bytes", minSecret)
		}
		t.keys[keyID(secret)] = []byte(secret.Reveal())
	}
	t.strict, t.ended = t.parser(leeway), t.parser(endedLeeway)
	return t, nil
}

func (t *Tokens) parser(leeway time.Duration) *jwt.Parser {
	return jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}),
		jwt.WithIssuer(t.name), jwt.WithAudience(t.name),
		jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithLeeway(leeway),
		jwt.WithTimeFunc(t.now), jwt.WithStrictDecoding(),
	)
}

// keyID names a key without telling anything about it that a signature made with it does not.
func keyID(secret config.Secret) string {
	mac := hmac.New(sha256.New, []byte(secret.Reveal()))
	mac.Write([]byte("key id"))
	return hex.EncodeToString(mac.Sum(nil)[:8])
}

// Issue makes an access token for a principal. It is valid until its time is up or the session's, and returned with its life.
func (t *Tokens) Issue(p Principal, sessionEnd time.Time) (config.Secret, time.Duration, error) {
	now := t.now()
	end := now.Add(t.ttl)
	if sessionEnd.Before(end) {
		end = sessionEnd
	}
	issued, expires := now.Unix(), end.Unix()
	token := jwt.NewWithClaims(jwt.SigningMethodHS256, &accessClaims{
		Issuer: t.name, Audience: jwt.ClaimStrings{t.name}, Subject: p.UserID,
		IssuedAt: &issued, ExpiresAt: &expires, ID: rand.Text(), SessionID: p.SessionID, Roles: []string{p.Role},
	})
	token.Header["typ"] = tokenType
	token.Header["kid"] = t.signing
	signed, err := token.SignedString(t.keys[t.signing])
	if err != nil {
		return "", 0, fmt.Errorf("sign an access token: %w", err)
	}
	return config.Secret(signed), time.Duration(expires-issued) * time.Second, nil
}

// Verify returns what a token says, or ErrInvalidToken: when it was not signed here, is for somebody else, is not an access token,
// or its time has not come or is over.
func (t *Tokens) Verify(token string) (Claims, error) {
	return t.verify(t.strict, token)
}

// VerifyEnded is Verify, but for a token whose time may be over. It is good for ending the session and for nothing else.
func (t *Tokens) VerifyEnded(token string) (Claims, error) {
	return t.verify(t.ended, token)
}

func (t *Tokens) verify(parser *jwt.Parser, token string) (Claims, error) {
	if len(token) > maxToken {
		return Claims{}, fmt.Errorf("longer than a token: %w", ErrInvalidToken)
	}
	var claims accessClaims
	if _, err := parser.ParseWithClaims(token, &claims, t.key); err != nil {
		// The library's errors may repeat parts of the token.
		return Claims{}, fmt.Errorf("verify an access token: %w", ErrInvalidToken)
	}
	return claims.claims(), nil
}

var errHeader = errors.New("not the header of an access token")

// key returns the key that must have signed a token. A header with more in it than ours have (crit, jku, jwk, x5u …) is refused:
// none of that means anything here.
func (t *Tokens) key(token *jwt.Token) (any, error) {
	kid, _ := token.Header["kid"].(string)
	key, known := t.keys[kid]
	if !known || token.Header["typ"] != tokenType || len(token.Header) != 3 {
		return nil, errHeader
	}
	return key, nil
}
