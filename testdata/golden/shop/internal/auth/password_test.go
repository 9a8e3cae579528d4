package auth

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"example.com/shop/internal/model"
)

// cheap makes tests fast. What it makes is worth nothing.
func cheap() *Passwords { return NewPasswords(Cost{Memory: 64, Time: 1, Threads: 1}) }

func TestPasswordsVerifyOnlyTheExactPassword(t *testing.T) {
	t.Parallel()
	passwords := cheap()
	base := strings.Repeat("p", 72) // where bcrypt stops reading
	for _, password := range []string{base + "AAAA", " spaced out ", "pässwörd 🔑 unicode", strings.Repeat("x", 1024)} {
		hash, err := passwords.Hash(t.Context(), password)
		if err != nil {
			t.Fatalf("Hash = %v", err)
		}
		for candidate, want := range map[string]bool{
			password:                    true,
			password + "\x00":           false,
			password + " ":              false,
			password[:len(password)-1]:  false,
			strings.ToUpper(password):   false,
			base + "BBBB":               false,
			strings.TrimSpace(password): strings.TrimSpace(password) == password,
			"":                          false,
		} {
			match, outdated, err := passwords.Verify(t.Context(), hash, candidate)
			if err != nil || match != want || outdated {
				t.Errorf("Verify(%.20q) of the hash of %.20q = %v, outdated %v, %v; want %v", candidate, password, match, outdated, err, want)
			}
		}
	}
}

func TestHashIsSaltedPHC(t *testing.T) {
	t.Parallel()
	passwords := NewPasswords(DefaultCost())
	one, err1 := passwords.Hash(t.Context(), "same password")
	two, err2 := passwords.Hash(t.Context(), "same password")
	if err1 != nil || err2 != nil {
		t.Fatalf("Hash = %v, %v", err1, err2)
	}
	if one == two {
		t.Error("two hashes of one password are equal: no salt")
	}
	if !strings.HasPrefix(string(one), "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Error("the hash is not argon2id with m=19456, t=2, p=1 in PHC format")
	}
}

func TestVerifyWithoutAHashNeverMatches(t *testing.T) {
	t.Parallel()
	passwords := cheap()
	for _, password := range []string{"", "anything", strings.Repeat("\x00", 32)} {
		match, outdated, err := passwords.Verify(t.Context(), "", password)
		if match || outdated || err != nil {
			t.Errorf("Verify(no hash, %q) = %v, %v, %v", password, match, outdated, err)
		}
	}
	hash, err := passwords.Hash(t.Context(), "anything")
	if err != nil {
		t.Fatal(err)
	}
	stored, err := parsePHC(string(hash))
	if err != nil {
		t.Fatal(err)
	}
	none := passwords.noPassword()
	if none.cost != stored.cost || len(none.key) != len(stored.key) || len(none.salt) != len(stored.salt) {
		t.Errorf("the stand-in for a missing hash costs %+v, a real one %+v: that tells them apart", none.cost, stored.cost)
	}
}

func TestVerifyTellsOutdatedHashes(t *testing.T) {
	t.Parallel()
	hash, err := cheap().Hash(t.Context(), "old but right")
	if err != nil {
		t.Fatal(err)
	}
	match, outdated, err := NewPasswords(DefaultCost()).Verify(t.Context(), hash, "old but right")
	if !match || !outdated || err != nil {
		t.Errorf("Verify = %v, outdated %v, %v; want a match that is outdated", match, outdated, err)
	}
}

func TestParsePHCRefuses(t *testing.T) {
	t.Parallel()
	const salt, key = "MDEyMzQ1Njc4OWFiY2RlZg", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	good := "$argon2id$v=19$m=19456,t=2,p=1$" + salt + "$" + key
	if _, err := parsePHC(good); err != nil {
		t.Fatalf("parsePHC(%q) = %v", good, err)
	}
	for _, bad := range []string{
		"x", "$", "$2b$10$abcdefghijklmnopqrstuv", strings.Replace(good, "argon2id", "argon2i", 1),
		strings.Replace(good, "v=19", "v=16", 1), strings.Replace(good, "p=1", "p=0", 1), strings.Replace(good, "t=2", "t=0", 1),
		strings.Replace(good, "t=2", "t=65", 1), strings.Replace(good, "m=19456", "m=4", 1), strings.Replace(good, "m=19456", "m=4294967295", 1),
		strings.Replace(good, "m=19456", "m=-1", 1), strings.Replace(good, "t=2", "t=02", 1), strings.Replace(good, "p=1", "p=1,x=1", 1),
		good + "$", good + "=", good + "\n", strings.Replace(good, salt, "", 1), strings.Replace(good, key, "AAAA", 1),
		strings.Replace(good, key, strings.Repeat("A", 200), 1), " " + good,
	} {
		if _, err := parsePHC(bad); !errors.Is(err, errPHC) {
			t.Errorf("parsePHC(%q) = %v, want errPHC", bad, err)
		} else if strings.Contains(err.Error(), bad) && bad != "$" && bad != "x" {
			t.Errorf("the error for %q shows the hash", bad)
		}
	}
	if _, _, err := cheap().Verify(t.Context(), model.PasswordHash("nonsense"), "p"); !errors.Is(err, errPHC) {
		t.Errorf("Verify of a broken hash = %v, want errPHC", err)
	}
}

func TestHashWaitsNoLongerThanItsContext(t *testing.T) {
	t.Parallel()
	passwords := cheap()
	passwords.slots = make(chan struct{}, 1)
	passwords.slots <- struct{}{} // somebody is hashing

	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := passwords.Hash(ctx, "password"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Hash with no free slot = %v, want the context's error", err)
	}
	<-passwords.slots
	if _, err := passwords.Hash(t.Context(), "password"); err != nil {
		t.Errorf("Hash with a free slot = %v", err)
	}
	if len(passwords.slots) != 0 {
		t.Error("a slot was not given back")
	}
}
