package auth

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// TestVerifyRefusesClaims signs with the right key what nobody here would sign.
func TestVerifyRefusesClaims(t *testing.T) {
	t.Parallel()
	clock := newClock()
	tokens := newTestTokens(t, clock.now, "")
	now := clock.now().Unix()
	good := jwt.MapClaims{
		"iss": "shop", "aud": "shop", "sub": "user-1", "iat": now, "exp": now + 60, "jti": "1", "sid": "session-1", "roles": []string{"user"},
	}
	for name, test := range map[string]struct {
		claim string
		value any // nil removes the claim
		ok    bool
	}{
		"as it is":           {"iss", "shop", true},
		"aud list with us":   {"aud", []string{"other", "shop"}, true},
		"nbf past":           {"nbf", now - 60, true},
		"iat a second off":   {"iat", now + 1, true},
		"iss missing":        {"iss", nil, false},
		"iss other":          {"iss", "shop2", false},
		"iss other case":     {"iss", "Shop", false},
		"aud missing":        {"aud", nil, false},
		"aud other":          {"aud", "other", false},
		"aud list of others": {"aud", []string{"other", "shopping"}, false},
		"aud empty list":     {"aud", []string{}, false},
		"aud number":         {"aud", 1, false},
		"sub missing":        {"sub", nil, false},
		"sub empty":          {"sub", "", false},
		"sub number":         {"sub", 1, false},
		"jti missing":        {"jti", nil, false},
		"sid missing":        {"sid", nil, false},
		"roles missing":      {"roles", nil, false},
		"roles text":         {"roles", "admin", false},
		"roles many":         {"roles", []string{"user", "admin"}, false},
		"exp missing":        {"exp", nil, false},
		"exp past":           {"exp", now - 60, false},
		"exp text":           {"exp", fmt.Sprint(now + 60), false},
		"exp float":          {"exp", float64(now) + 60.5, false},
		"exp huge":           {"exp", json.Number("1e20"), false},
		"exp exponent":       {"exp", json.Number("4e9"), false},
		"exp negative":       {"exp", -1, false},
		"exp far":            {"exp", now + 3601, false},
		"exp null":           {"exp", json.RawMessage("null"), false},
		"iat missing":        {"iat", nil, false},
		"iat far future":     {"iat", now + 30, false},
		"iat text":           {"iat", "now", false},
		"iat zero":           {"iat", 0, false},
		"nbf future":         {"nbf", now + 30, false},
		"nbf text":           {"nbf", "x", false},
	} {
		claims := maps.Clone(good)
		claims[test.claim] = test.value
		if test.value == nil {
			delete(claims, test.claim)
		}
		_, err := tokens.Verify(sign(t, tokens, jwt.SigningMethodHS256, []byte(testSecret), claims, nil))
		if test.ok != (err == nil) || !test.ok && !errors.Is(err, ErrInvalidToken) {
			t.Errorf("%s: Verify = %v, want ok %v", name, err, test.ok)
		}
	}
	long := maps.Clone(good)
	long["padding"] = strings.Repeat("x", maxToken)
	if _, err := tokens.Verify(sign(t, tokens, jwt.SigningMethodHS256, []byte(testSecret), long, nil)); !errors.Is(err, ErrInvalidToken) {
		t.Errorf("a token that is too long: Verify = %v, want ErrInvalidToken", err)
	}
	for name, payload := range map[string]string{"null": "null", "list": "[]", "text": `"x"`, "empty": "{}", "nothing": ""} {
		if _, err := tokens.Verify(signRaw(tokens, payload)); !errors.Is(err, ErrInvalidToken) {
			t.Errorf("payload %s: Verify = %v, want ErrInvalidToken", name, err)
		}
	}
}

func TestVerifyRefusesHeadersAndKeys(t *testing.T) {
	t.Parallel()
	clock := newClock()
	tokens := newTestTokens(t, clock.now, "")
	now := clock.now().Unix()
	claims := jwt.MapClaims{
		"iss": "shop", "aud": "shop", "sub": "user-1", "iat": now, "exp": now + 60, "jti": "1", "sid": "session-1", "roles": []string{"admin"},
	}
	key := []byte(testSecret)
	for name, test := range map[string]struct {
		method jwt.SigningMethod
		key    any
		header map[string]any
		ok     bool
	}{
		"as it is":     {jwt.SigningMethodHS256, key, nil, true},
		"none":         {jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, nil, false},
		"HS512":        {jwt.SigningMethodHS512, key, nil, false},
		"HS384":        {jwt.SigningMethodHS384, key, nil, false},
		"other key":    {jwt.SigningMethodHS256, []byte(otherSecret), nil, false},
		"empty key":    {jwt.SigningMethodHS256, []byte{}, nil, false},
		"alg None":     {jwt.SigningMethodHS256, key, map[string]any{"alg": "None"}, false},
		"alg NONE":     {jwt.SigningMethodHS256, key, map[string]any{"alg": "NONE"}, false},
		"alg RS256":    {jwt.SigningMethodHS256, key, map[string]any{"alg": "RS256"}, false},
		"alg hs256":    {jwt.SigningMethodHS256, key, map[string]any{"alg": "hs256"}, false},
		"alg missing":  {jwt.SigningMethodHS256, key, map[string]any{"alg": nil}, false},
		"typ JWT":      {jwt.SigningMethodHS256, key, map[string]any{"typ": "JWT"}, false},
		"typ refresh":  {jwt.SigningMethodHS256, key, map[string]any{"typ": "rt+jwt"}, false},
		"typ missing":  {jwt.SigningMethodHS256, key, map[string]any{"typ": nil}, false},
		"kid unknown":  {jwt.SigningMethodHS256, key, map[string]any{"kid": "x"}, false},
		"kid empty":    {jwt.SigningMethodHS256, key, map[string]any{"kid": ""}, false},
		"kid missing":  {jwt.SigningMethodHS256, key, map[string]any{"kid": nil}, false},
		"kid a path":   {jwt.SigningMethodHS256, key, map[string]any{"kid": "../../dev/null"}, false},
		"kid a number": {jwt.SigningMethodHS256, key, map[string]any{"kid": 1}, false},
		"crit":         {jwt.SigningMethodHS256, key, map[string]any{"crit": []string{"exp"}}, false},
		"jku":          {jwt.SigningMethodHS256, key, map[string]any{"jku": "https://evil.example/keys"}, false},
		"jwk":          {jwt.SigningMethodHS256, key, map[string]any{"jwk": map[string]any{"kty": "oct", "k": "AA"}}, false},
		"x5u":          {jwt.SigningMethodHS256, key, map[string]any{"x5u": "https://evil.example/cert"}, false},
		"zip":          {jwt.SigningMethodHS256, key, map[string]any{"zip": "DEF"}, false},
	} {
		_, err := tokens.Verify(sign(t, tokens, test.method, test.key, claims, test.header))
		if test.ok != (err == nil) || !test.ok && !errors.Is(err, ErrInvalidToken) {
			t.Errorf("%s: Verify = %v, want ok %v", name, err, test.ok)
		}
	}
}

func TestVerifyRefusesSpellings(t *testing.T) {
	t.Parallel()
	tokens := newTestTokens(t, newClock().now, "")
	token := issue(t, tokens)
	parts := strings.Split(token, ".")
	header, payload, signature := parts[0], parts[1], parts[2]
	another, _, err := tokens.Issue(Principal{UserID: "user-2", Role: "admin", SessionID: "session-2"}, tokens.now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	stolen := strings.Split(another.Reveal(), ".")
	for name, bad := range map[string]string{
		"empty":                  "",
		"no signature":           header + "." + payload + ".",
		"two parts":              header + "." + payload,
		"trailing dot":           token + ".",
		"four parts":             token + "." + signature,
		"five parts":             token + "." + signature + "." + signature,
		"truncated":              token[:len(token)-1],
		"signature of another":   header + "." + payload + "." + stolen[2],
		"payload of another":     header + "." + stolen[1] + "." + signature,
		"header edited":          header[:len(header)-1] + "A." + payload + "." + signature,
		"padded":                 token + "=",
		"line break":             header + "." + payload + "." + signature[:5] + "\n" + signature[5:],
		"bits that do not count": token[:len(token)-1] + nextInAlphabet(token[len(token)-1]),
		"too long":               token + strings.Repeat("A", maxToken),
		"only dots":              strings.Repeat(".", 2),
	} {
		_, bearerErr := bearer([]string{"Bearer " + bad})
		_, err := tokens.Verify(bad)
		if !errors.Is(err, ErrInvalidToken) && !errors.Is(bearerErr, ErrInvalidToken) {
			t.Errorf("%s: Verify = %v, bearer = %v; want one of them to refuse", name, err, bearerErr)
		}
	}
}

// sign makes a token; a header member of nil is removed.
func sign(t *testing.T, tokens *Tokens, method jwt.SigningMethod, key any, claims jwt.MapClaims, header map[string]any) string {
	t.Helper()
	token := jwt.NewWithClaims(method, claims)
	token.Header["typ"], token.Header["kid"] = tokenType, tokens.signing
	for name, value := range header {
		token.Header[name] = value
		if value == nil {
			delete(token.Header, name)
		}
	}
	signed, err := token.SignedString(key)
	if err != nil {
		t.Fatalf("sign: %v", err)
	}
	return signed
}

// signRaw signs any payload with the right key.
func signRaw(tokens *Tokens, payload string) string {
	b64 := base64.RawURLEncoding
	header := fmt.Sprintf(`{"alg":"HS256","typ":"at+jwt","kid":%q}`, tokens.signing)
	text := b64.EncodeToString([]byte(header)) + "." + b64.EncodeToString([]byte(payload))
	signature, _ := jwt.SigningMethodHS256.Sign(text, []byte(testSecret))
	return text + "." + b64.EncodeToString(signature)
}

// nextInAlphabet returns a letter that differs in the lowest bit, which the last letter of 32 bytes does not use.
func nextInAlphabet(c byte) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return string(alphabet[strings.IndexByte(alphabet, c)^1])
}
