package service_test

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"testing"

	"example.com/shop/internal/auth"
	"example.com/shop/internal/model"
	"example.com/shop/internal/service"
)

func signedIn(user model.User) auth.Principal {
	return auth.Principal{UserID: user.ID, Role: user.Role, SessionID: "this one"}
}

func newEmail(email, password string) service.ProfilePatch {
	return service.ProfilePatch{Email: model.Changed(email), CurrentPassword: model.Changed(password)}
}

func TestUpdateProfile(t *testing.T) {
	t.Parallel()
	a := newAccounts(0)
	ann := a.with(t, annEmail, model.RoleUser)

	same, err := a.UpdateProfile(t.Context(), signedIn(ann), nil, service.ProfilePatch{})
	if err != nil || same != ann {
		t.Errorf("an empty patch = %+v, %v", same, err)
	}
	same, err = a.UpdateProfile(t.Context(), signedIn(ann), nil, newEmail("ANN@example.com", annPassword))
	if err != nil || same != ann {
		t.Errorf("the same address = %+v, %v", same, err)
	}
	changed, err := a.UpdateProfile(t.Context(), signedIn(ann), []int64{1}, newEmail(" Ann.Lee@Example.com ", annPassword))
	if err != nil || changed.Email != "ann.lee@example.com" || changed.Version != 2 || a.store.users[ann.ID] != changed {
		t.Errorf("a new address = %+v, %v", changed, err)
	}
	a.wantEvent(t, auth.EventUserUpdated)
}

func TestUpdateProfileRefuses(t *testing.T) {
	t.Parallel()
	a := newAccounts(0)
	ann := a.with(t, annEmail, model.RoleUser)
	a.with(t, "bob@example.com", model.RoleUser)
	for want, in := range map[string]service.ProfilePatch{
		"/current_password incorrect":               newEmail("new@example.com", "wrong"),
		"/current_password required":                {Email: model.Changed("new@example.com")},
		"/email format":                             newEmail("new", annPassword),
		"/email format, /current_password required": {Email: model.Changed("new")},
	} {
		if _, err := a.UpdateProfile(t.Context(), signedIn(ann), nil, in); violations(err) != want {
			t.Errorf("UpdateProfile = %v, want %s", err, want)
		}
	}
	var conflict *model.ConflictError
	if _, err := a.UpdateProfile(t.Context(), signedIn(ann), nil, newEmail("bob@example.com", annPassword)); !errors.As(err, &conflict) {
		t.Errorf("an address that is taken: %v", err)
	}
	if _, err := a.UpdateProfile(t.Context(), signedIn(ann), []int64{2}, newEmail("new@example.com", annPassword)); !errors.Is(err, model.ErrPrecondition) {
		t.Errorf("a stale version: %v", err)
	}
	if a.store.users[ann.ID] != ann {
		t.Errorf("the account changed: %+v", a.store.users[ann.ID])
	}
	a.wantEvent(t, auth.EventPasswordFail)
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	a := newAccounts(0)
	ann := a.with(t, annEmail, model.RoleUser)
	const next = "another walk at dusk"
	if err := a.ChangePassword(t.Context(), signedIn(ann), service.PasswordChange{Current: annPassword, New: next}); err != nil {
		t.Fatalf("ChangePassword = %v", err)
	}
	if want := []string{"revoke " + ann.ID + " but this one", "forget " + ann.ID}; !slices.Equal(a.ended.calls, want) {
		t.Errorf("ChangePassword did to sessions %q, want %q", a.ended.calls, want)
	}
	for password, ok := range map[string]bool{annPassword: false, next: true} {
		if _, err := a.identity.Verify(t.Context(), service.Credentials{Email: annEmail, Password: password}); ok != (err == nil) {
			t.Errorf("signing in with %q = %v", password, err)
		}
	}
	if got := a.store.users[ann.ID].Version; got != 2 {
		t.Errorf("the version is %d, want 2", got)
	}
	a.wantEvent(t, auth.EventPasswordChange)
}

func TestChangePasswordRefuses(t *testing.T) {
	t.Parallel()
	a := newAccounts(0)
	ann := a.with(t, annEmail, model.RoleUser)
	for want, in := range map[string]service.PasswordChange{
		"/current_password incorrect": {Current: "wrong", New: "another walk at dusk"},
		"/new_password too_short":     {Current: annPassword, New: "short"},
		"/new_password too_common":    {Current: annPassword, New: "password123"},
	} {
		if err := a.ChangePassword(t.Context(), signedIn(ann), in); violations(err) != want {
			t.Errorf("ChangePassword = %v, want %s", err, want)
		}
	}
	if a.store.users[ann.ID] != ann || len(a.ended.calls) > 0 {
		t.Errorf("something changed: %+v, %q", a.store.users[ann.ID], a.ended.calls)
	}
}

func TestGuessingTheCurrentPasswordIsLimited(t *testing.T) {
	t.Parallel()
	a := newAccounts(3)
	ann := a.with(t, annEmail, model.RoleUser)
	guess := service.PasswordChange{Current: "wrong", New: "another walk at dusk"}
	for range 3 {
		if err := a.ChangePassword(t.Context(), signedIn(ann), guess); violations(err) == "" {
			t.Fatalf("a guess within the budget = %v", err)
		}
	}
	var limited *model.RateLimitedError
	if err := a.ChangePassword(t.Context(), signedIn(ann), guess); !errors.As(err, &limited) {
		t.Errorf("a guess beyond the budget = %v", err)
	}
	if _, err := a.identity.Verify(t.Context(), service.Credentials{Email: annEmail, Password: annPassword, IP: home()}); err != nil {
		t.Errorf("the owner cannot sign in because of it: %v", err)
	}
}

func TestSigningInCannotKeepTheOwnerFromConfirming(t *testing.T) {
	t.Parallel()
	a := newAccounts(3)
	ann := a.with(t, annEmail, model.RoleUser)
	for i := range 10 { // from many addresses, which spends the common budget
		from := netip.AddrFrom4([4]byte{192, 0, 2, byte(i)})
		_, _ = a.identity.Verify(t.Context(), service.Credentials{Email: "confirm " + ann.ID, Password: "wrong", IP: from})
	}
	change := service.PasswordChange{Current: annPassword, New: "another walk at dusk"}
	if err := a.ChangePassword(t.Context(), signedIn(ann), change); err != nil {
		t.Errorf("ChangePassword = %v", err)
	}
}

// TestConfirmationIsOverWhenThePasswordChanges changes the password while an old one is being confirmed.
func TestConfirmationIsOverWhenThePasswordChanges(t *testing.T) {
	t.Parallel()
	a := newAccounts(0)
	ann := a.with(t, annEmail, model.RoleUser)
	changed := ann
	changed.PasswordHash = "other"
	between := &inBetween{before: func() { a.store.users[ann.ID] = changed }}
	racing := service.NewUser(service.UserOptions{
		Users: a.store, Tx: between, Identity: a.identity, Passwords: cheapHashing(), Sessions: a.ended,
	})
	if _, err := racing.UpdateProfile(t.Context(), signedIn(ann), nil, newEmail("new@example.com", annPassword)); violations(err) != "/current_password incorrect" {
		t.Errorf("UpdateProfile = %v", err)
	}
	if a.store.users[ann.ID] != changed {
		t.Error("the account changed all the same")
	}
}

// inBetween runs something just before a transaction begins.
type inBetween struct {
	inTurn

	before func()
}

func (t *inBetween) WithTx(ctx context.Context, fn func(context.Context) error) error {
	t.before()
	return t.inTurn.WithTx(ctx, fn)
}

func TestAnAccountThatIsGoneIsNoSession(t *testing.T) {
	t.Parallel()
	a := newAccounts(0)
	gone := auth.Principal{UserID: "gone", SessionID: "s"}
	for name, err := range map[string]error{
		"update":   second(a.UpdateProfile(t.Context(), gone, nil, newEmail("new@example.com", annPassword))),
		"password": a.ChangePassword(t.Context(), gone, service.PasswordChange{Current: annPassword, New: "another walk at dusk"}),
		"delete":   a.DeleteAccount(t.Context(), gone, nil),
	} {
		if !errors.Is(err, model.ErrUnauthenticated) {
			t.Errorf("%s: %v, want ErrUnauthenticated", name, err)
		}
	}
}
