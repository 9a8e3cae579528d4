package auth_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"testing"

	"example.com/shop/internal/auth"
)

func TestRefreshTokenText(t *testing.T) {
	t.Parallel()
	token := auth.NewRefreshToken()
	text := token.Text().Reveal()
	parsed, err := auth.ParseRefreshToken(text)
	if err != nil || parsed != token {
		t.Fatalf("ParseRefreshToken(Text()) = %v, want the same token", err)
	}
	if want := sha256.Sum256(token[:]); !bytes.Equal(token.Hash(), want[:]) {
		t.Error("Hash is not the token's SHA-256")
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%x", "%s", "%d"} {
		if shown := fmt.Sprintf(verb, token); shown != "[redacted]" {
			t.Errorf("the token shows itself as %s", shown)
		}
	}
	last := "AEIMQUYcgkosw048"
	for _, bad := range []string{
		"", "x", text[:len(text)-1], text + "A", text + "=", " " + text, text[:42] + "\n", strings.Repeat("+", 43), strings.Repeat("é", 21) + "a",
		text[:42] + string(last[strings.IndexByte(last, text[42])]+1), // bits that do not count
	} {
		if _, err := auth.ParseRefreshToken(bad); !errors.Is(err, auth.ErrInvalidToken) {
			t.Errorf("ParseRefreshToken(%q) = %v, want ErrInvalidToken", bad, err)
		}
	}
}

func TestRefreshTokenSuccessor(t *testing.T) {
	t.Parallel()
	one, other := auth.NewRefreshToken(), auth.NewRefreshToken()
	if one == other {
		t.Fatal("two new tokens are equal")
	}
	nonce := auth.NewNonce()
	next := one.Successor(nonce)
	if next != one.Successor(nonce) {
		t.Error("the successor is not the same twice")
	}
	for name, different := range map[string]auth.RefreshToken{
		"itself": one, "of another nonce": one.Successor(auth.NewNonce()), "of another token": other.Successor(nonce),
		"its own successor": next.Successor(nonce), "the nonce": auth.RefreshToken(nonce),
	} {
		if next == different {
			t.Errorf("the successor equals that %s", name)
		}
	}
}
