package auth

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"example.com/shop/internal/config"
)

const (
	testSecret  = config.Secret("0123456789abcdef0123456789abcdef")
	otherSecret = config.Secret("fedcba9876543210fedcba9876543210")
)

var testPrincipal = Principal{UserID: "user-1", Role: "user", SessionID: "session-1"}

func newTestTokens(t *testing.T, now func() time.Time, previous config.Secret) *Tokens {
	t.Helper()
	tokens, err := NewTokens(TokenOptions{Name: "shop", Secret: testSecret, Previous: previous, TTL: 15 * time.Minute, Now: now})
	if err != nil {
		t.Fatalf("NewTokens = %v", err)
	}
	return tokens
}

func issue(t *testing.T, tokens *Tokens) string {
	t.Helper()
	token, life, err := tokens.Issue(testPrincipal, tokens.now().Add(time.Hour))
	if err != nil || life != 15*time.Minute {
		t.Fatalf("Issue = %v, %v", life, err)
	}
	return token.Reveal()
}

func TestIssuedTokenVerifies(t *testing.T) {
	t.Parallel()
	clock := newClock()
	tokens := newTestTokens(t, clock.now, "")
	token := issue(t, tokens)

	claims, err := tokens.Verify(token)
	want := Claims{Principal: testPrincipal, ExpiresAt: clock.now().Add(15 * time.Minute)}
	if err != nil || claims.Principal != want.Principal || !claims.ExpiresAt.Equal(want.ExpiresAt) {
		t.Errorf("Verify = %+v, %v, want %+v", claims, err, want)
	}
	clock.advance(15*time.Minute + leeway + time.Second)
	if _, err := tokens.Verify(token); !errors.Is(err, ErrInvalidToken) {
		t.Errorf("Verify after its time = %v, want ErrInvalidToken", err)
	}
	if claims, err := tokens.VerifyEnded(token); err != nil || claims.Principal != testPrincipal {
		t.Errorf("VerifyEnded after its time = %+v, %v", claims, err)
	}
}

func TestTokenNamesNobody(t *testing.T) {
	t.Parallel()
	parts := strings.Split(issue(t, newTestTokens(t, newClock().now, "")), ".")
	header, payload := decodePart(t, parts[0]), decodePart(t, parts[1])
	if header["alg"] != "HS256" || header["typ"] != "at+jwt" || header["kid"] == "" || len(header) != 3 {
		t.Errorf("the header is %v", header)
	}
	for _, claim := range []string{"iss", "aud", "sub", "iat", "exp", "jti", "sid", "roles"} {
		if _, ok := payload[claim]; !ok {
			t.Errorf("the claim %s is missing", claim)
		}
		delete(payload, claim)
	}
	if len(payload) > 0 {
		t.Errorf("the payload also has %v", payload)
	}
}

func TestTokenEndsWithItsSession(t *testing.T) {
	t.Parallel()
	clock := newClock()
	tokens := newTestTokens(t, clock.now, "")
	token, life, err := tokens.Issue(testPrincipal, clock.now().Add(time.Minute))
	if err != nil || life != time.Minute {
		t.Fatalf("Issue = %v, %v, want a minute", life, err)
	}
	clock.advance(time.Minute + leeway + time.Second)
	if _, err := tokens.Verify(token.Reveal()); !errors.Is(err, ErrInvalidToken) {
		t.Errorf("Verify after the session = %v", err)
	}
}

func TestNewTokensRefuses(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]TokenOptions{
		"no secret":      {TTL: time.Minute},
		"31 bytes":       {TTL: time.Minute, Secret: testSecret[:31]},
		"short previous": {TTL: time.Minute, Secret: testSecret, Previous: otherSecret[:31]},
		"no life":        {Secret: testSecret},
		"long life":      {Secret: testSecret, TTL: time.Hour + time.Second},
	} {
		if tokens, err := NewTokens(o); err == nil || tokens != nil {
			t.Errorf("%s: accepted", name)
		} else if strings.Contains(err.Error(), string(testSecret[:31])) {
			t.Errorf("%s: the error shows the secret", name)
		}
	}
}

func TestPreviousSecretStillVerifies(t *testing.T) {
	t.Parallel()
	clock := newClock()
	old, err := NewTokens(TokenOptions{Name: "shop", Secret: otherSecret, TTL: 15 * time.Minute, Now: clock.now})
	if err != nil {
		t.Fatal(err)
	}
	token := issue(t, old)
	if _, err := newTestTokens(t, clock.now, otherSecret).Verify(token); err != nil {
		t.Errorf("with the previous secret: %v", err)
	}
	if _, err := newTestTokens(t, clock.now, "").Verify(token); !errors.Is(err, ErrInvalidToken) {
		t.Errorf("without it: %v, want ErrInvalidToken", err)
	}
}

func decodePart(t *testing.T, part string) map[string]any {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		t.Fatalf("decode %q: %v", part, err)
	}
	var decoded map[string]any
	if err := json.Unmarshal(raw, &decoded); err != nil {
		t.Fatalf("decode %s: %v", raw, err)
	}
	return decoded
}
