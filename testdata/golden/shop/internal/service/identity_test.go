package service_test

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"example.com/shop/internal/auth"
	"example.com/shop/internal/model"
	"example.com/shop/internal/service"
)

func home() netip.Addr { return netip.MustParseAddr("192.0.2.1") }

func TestVerify(t *testing.T) {
	t.Parallel()
	a := newAccounts(0)
	ann := a.with(t, annEmail, model.RoleUser)
	off := a.with(t, "off@example.com", model.RoleUser)
	off.Active = false
	none := a.with(t, "none@example.com", model.RoleUser)
	none.PasswordHash = ""
	a.store.users[off.ID], a.store.users[none.ID] = off, none

	refusals := map[string]bool{}
	for name, test := range map[string]struct {
		email, password string
		ok              bool
	}{
		"right":                {annEmail, annPassword, true},
		"spelled otherwise":    {" Ann@EXAMPLE.com ", annPassword, true},
		"wrong":                {annEmail, annPassword + "!", false},
		"password in capitals": {annEmail, strings.ToUpper(annPassword), false},
		"password and blank":   {annEmail, annPassword + " ", false},
		"empty":                {annEmail, "", false},
		"unknown":              {"bob@example.com", annPassword, false},
		"no address":           {"admin", "admin", false},
		"nothing":              {"", "", false},
		"an injection":         {"' OR 1=1 --", annPassword, false},
		"switched off":         {"off@example.com", annPassword, false},
		"switched off, wrong":  {"off@example.com", "wrong", false},
		"without a password":   {"none@example.com", "", false},
	} {
		user, err := a.identity.Verify(t.Context(), service.Credentials{Email: test.email, Password: test.password, IP: home()})
		if test.ok && (err != nil || user.ID != ann.ID) {
			t.Errorf("%s: Verify = %s, %v", name, user.ID, err)
		}
		if !test.ok {
			if !errors.Is(err, model.ErrUnauthenticated) || user != (model.User{}) {
				t.Errorf("%s: Verify = %v, %v, want ErrUnauthenticated", name, user, err)
				continue
			}
			refusals[err.Error()] = true
		}
	}
	if len(refusals) != 1 {
		t.Errorf("refusals tell the reasons apart: %v", refusals)
	}
	a.wantEvent(t, auth.EventLoginFail)
}

// TestEveryVerificationHashes proves that an account that does not exist costs a hash: the caller goes away when the account is
// looked up, and hashing is what notices.
func TestEveryVerificationHashes(t *testing.T) {
	t.Parallel()
	for _, email := range []string{annEmail, "nobody@example.com"} {
		a := newAccounts(0)
		a.with(t, annEmail, model.RoleUser)
		ctx, cancel := context.WithCancel(t.Context())
		a.store.onFind = cancel
		if _, err := a.identity.Verify(ctx, service.Credentials{Email: email, Password: annPassword}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: Verify = %v, want that the hashing was cut short", email, err)
		}
	}
}

func TestVerifyRefusesEndlessPasswordsUnseen(t *testing.T) {
	t.Parallel()
	a := newAccounts(5)
	a.store.onFind = func() { t.Error("an account was looked up") }
	_, err := a.identity.Verify(t.Context(), service.Credentials{Email: annEmail, Password: strings.Repeat("x", auth.MaxPassword+1)})
	if got := violations(err); got != "/password too_long" {
		t.Errorf("Verify = %v", err)
	}
}

func TestVerifyBudget(t *testing.T) {
	t.Parallel()
	a := newAccounts(3)
	a.with(t, annEmail, model.RoleUser)
	try := func(email, password string) error {
		_, err := a.identity.Verify(t.Context(), service.Credentials{Email: email, Password: password, IP: home()})
		return err
	}
	var limited *model.RateLimitedError
	for _, email := range []string{annEmail, "nobody@example.com", "no address"} {
		for range 3 {
			if err := try(email, "wrong"); !errors.Is(err, model.ErrUnauthenticated) {
				t.Fatalf("%s: a try within the budget = %v", email, err)
			}
		}
		if err := try(email, annPassword); !errors.As(err, &limited) || limited.RetryAfter <= 0 {
			t.Errorf("%s: a try beyond the budget = %v, want a RateLimitedError", email, err)
		}
	}
	if err := try(" ANN@example.com", "wrong"); !errors.As(err, &limited) {
		t.Errorf("another spelling of the address has a budget of its own: %v", err)
	}
	a.wantEvent(t, auth.EventRateLimit)
}

func TestSigningInForgetsFailures(t *testing.T) {
	t.Parallel()
	a := newAccounts(3)
	a.with(t, annEmail, model.RoleUser)
	for range 10 {
		for _, password := range []string{"wrong", "wrong", annPassword} {
			_, err := a.identity.Verify(t.Context(), service.Credentials{Email: annEmail, Password: password, IP: home()})
			if (password == annPassword) != (err == nil) || err != nil && !errors.Is(err, model.ErrUnauthenticated) {
				t.Fatalf("Verify(%q) = %v", password, err)
			}
		}
	}
}

func TestOutagesAreNoFailedAttempts(t *testing.T) {
	t.Parallel()
	a := newAccounts(3)
	a.with(t, annEmail, model.RoleUser)
	a.store.failure = model.ErrUnavailable
	for range 10 {
		_, err := a.identity.Verify(t.Context(), service.Credentials{Email: annEmail, Password: annPassword})
		if !errors.Is(err, model.ErrUnavailable) || errors.Is(err, model.ErrUnauthenticated) {
			t.Fatalf("Verify with the store down = %v, want ErrUnavailable", err)
		}
	}
	a.store.failure = nil
	if _, err := a.identity.Verify(t.Context(), service.Credentials{Email: annEmail, Password: annPassword}); err != nil {
		t.Errorf("Verify afterwards = %v", err)
	}
}

func TestVerifyRenewsOutdatedHashes(t *testing.T) {
	t.Parallel()
	a := newAccounts(0)
	before := a.with(t, annEmail, model.RoleUser)
	stronger := auth.NewPasswords(auth.Cost{Memory: 128, Time: 1, Threads: 1})
	identity := service.NewIdentity(a.store, stronger, auth.NewAttempts(0, 0, time.Now), nil)

	verified, err := identity.Verify(t.Context(), service.Credentials{Email: annEmail, Password: annPassword})
	if err != nil {
		t.Fatalf("Verify = %v", err)
	}
	after := a.store.users[before.ID]
	if !strings.Contains(string(after.PasswordHash), "m=128,") {
		t.Error("the hash was not made anew at the present cost")
	}
	if after.Version != before.Version || verified.PasswordHash != after.PasswordHash {
		t.Errorf("the account changed in more than its hash, or the caller has the old one: %+v", after)
	}
	if err := identity.Unchanged(t.Context(), verified); err != nil {
		t.Errorf("Unchanged right after Verify = %v", err)
	}
	if match, outdated, err := stronger.Verify(t.Context(), after.PasswordHash, annPassword); !match || outdated || err != nil {
		t.Errorf("the new hash: match %v, outdated %v, %v", match, outdated, err)
	}
}

func TestUnchanged(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(a accounts, user model.User){
		"password":     func(a accounts, user model.User) { user.PasswordHash = "other"; a.store.users[user.ID] = user },
		"switched off": func(a accounts, user model.User) { user.Active = false; a.store.users[user.ID] = user },
		"deleted":      func(a accounts, user model.User) { delete(a.store.users, user.ID) },
	} {
		a := newAccounts(0)
		user := a.with(t, annEmail, model.RoleUser)
		change(a, user)
		if err := a.identity.Unchanged(t.Context(), user); !errors.Is(err, model.ErrUnauthenticated) {
			t.Errorf("%s: Unchanged = %v, want ErrUnauthenticated", name, err)
		}
	}
	a := newAccounts(0)
	user := a.with(t, annEmail, model.RoleUser)
	a.store.failure = model.ErrUnavailable
	if err := a.identity.Unchanged(t.Context(), user); !errors.Is(err, model.ErrUnavailable) {
		t.Errorf("with the store down: Unchanged = %v, want ErrUnavailable", err)
	}
}
