package service_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"example.com/shop/internal/auth"
	"example.com/shop/internal/model"
	"example.com/shop/internal/service"
)

func TestRegister(t *testing.T) {
	t.Parallel()
	a := newAccounts(0)
	user, err := a.Register(t.Context(), service.Registration{Email: " Ann@Example.COM", Password: annPassword})
	if err != nil {
		t.Fatalf("Register = %v", err)
	}
	if user.Email != annEmail || user.Role != model.RoleUser || !user.Active || user.Version != 1 || !model.IsUUID(user.ID) {
		t.Errorf("Register = %+v", user)
	}
	if user.CreatedAt.IsZero() || !user.UpdatedAt.Equal(user.CreatedAt) {
		t.Errorf("the times are %v and %v", user.CreatedAt, user.UpdatedAt)
	}
	if stored := a.store.users[user.ID]; stored != user || strings.Contains(string(stored.PasswordHash), annPassword) {
		t.Error("what is stored is not what was returned, or is the password itself")
	}
	a.wantEvent(t, auth.EventUserCreated)
}

func TestCreateRefuses(t *testing.T) {
	t.Parallel()
	a := newAccounts(0)
	for want, in := range map[string]service.NewAccount{
		"/email format":        {Email: "ann", Password: annPassword, Role: model.RoleUser},
		"/password too_short":  {Email: annEmail, Password: "seven77", Role: model.RoleUser},
		"/password too_long":   {Email: annEmail, Password: strings.Repeat("x", auth.MaxPassword+1), Role: model.RoleUser},
		"/password too_common": {Email: annEmail, Password: annEmail, Role: model.RoleUser},
		"/role not_allowed":    {Email: annEmail, Password: annPassword, Role: "root"},
		"/email format, /password too_short, /role not_allowed": {},
	} {
		if _, err := a.Create(t.Context(), in); violations(err) != want {
			t.Errorf("Create = %v, want %s", err, want)
		}
	}
	if len(a.store.users) > 0 {
		t.Errorf("%d accounts were made", len(a.store.users))
	}
}

func TestRegisterATakenAddress(t *testing.T) {
	t.Parallel()
	a := newAccounts(0)
	const callers = 50
	results := make(chan error, callers)
	var group sync.WaitGroup
	for range callers {
		group.Go(func() {
			_, err := a.Register(t.Context(), service.Registration{Email: annEmail, Password: annPassword})
			results <- err
		})
	}
	group.Wait()
	close(results)
	made := 0
	for err := range results {
		var conflict *model.ConflictError
		if err == nil {
			made++
		} else if !errors.As(err, &conflict) || conflict.Field != "email" {
			t.Errorf("Register = %v, want a ConflictError on email", err)
		}
	}
	if made != 1 || len(a.store.users) != 1 {
		t.Errorf("%d of %d registrations succeeded, %d accounts are there", made, callers, len(a.store.users))
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	a := newAccounts(0)
	for _, name := range []string{"a", "b", "c"} {
		a.with(t, name+"@example.com", model.RoleUser)
	}
	q := model.Query{Limit: 2, Sort: []model.Sort{{Field: "email"}, {Field: "id"}}}
	users, next, _, err := a.List(t.Context(), q)
	if err != nil || len(users) != 2 || !slices.Equal(next, []any{"b@example.com", users[1].ID}) {
		t.Errorf("List = %d users, next %v, %v", len(users), next, err)
	}
}

func TestUpdateRoleAndActive(t *testing.T) {
	t.Parallel()
	a := newAccounts(0)
	admin := auth.Principal{UserID: a.with(t, "admin@example.com", model.RoleAdmin).ID, Role: model.RoleAdmin}
	ann := a.with(t, annEmail, model.RoleUser)

	promoted, err := a.Update(t.Context(), admin, ann.ID, []int64{1}, model.UserPatch{Role: model.Changed(model.RoleAdmin)})
	if err != nil || promoted.Role != model.RoleAdmin || promoted.Version != 2 || a.store.users[ann.ID] != promoted {
		t.Fatalf("promotion = %+v, %v", promoted, err)
	}
	if want := []string{"forget " + ann.ID}; !slices.Equal(a.ended.calls, want) {
		t.Errorf("a new role did to sessions %q, want %q", a.ended.calls, want)
	}
	a.wantEvent(t, auth.EventPermissions)

	a.ended.calls = nil
	off, err := a.Update(t.Context(), admin, ann.ID, nil, model.UserPatch{Active: model.Changed(false)})
	if err != nil || off.Active || off.Version != 3 {
		t.Fatalf("switching off = %+v, %v", off, err)
	}
	if want := []string{"revoke " + ann.ID + " but ", "forget " + ann.ID}; !slices.Equal(a.ended.calls, want) {
		t.Errorf("switching off did to sessions %q, want %q", a.ended.calls, want)
	}
	a.wantEvent(t, auth.EventUserUpdated)
}

func TestUpdateRefuses(t *testing.T) {
	t.Parallel()
	a := newAccounts(0)
	admin := auth.Principal{UserID: a.with(t, "admin@example.com", model.RoleAdmin).ID}
	ann := a.with(t, annEmail, model.RoleUser)
	off := model.UserPatch{Active: model.Changed(false)}
	for name, call := range map[string]struct{ got, want error }{
		"stale version": {second(a.Update(t.Context(), admin, ann.ID, []int64{7}, off)), model.ErrPrecondition},
		"no version":    {second(a.Update(t.Context(), admin, ann.ID, []int64{}, off)), model.ErrPrecondition},
		"unknown":       {second(a.Update(t.Context(), admin, "nobody", nil, off)), model.ErrNotFound},
		"stale delete":  {a.Delete(t.Context(), admin, ann.ID, []int64{7}), model.ErrPrecondition},
	} {
		if !errors.Is(call.got, call.want) {
			t.Errorf("%s: %v, want %v", name, call.got, call.want)
		}
	}
	_, err := a.Update(t.Context(), admin, ann.ID, nil, model.UserPatch{Role: model.Changed("root")})
	if violations(err) != "/role not_allowed" {
		t.Errorf("an unknown role: %v", err)
	}
	same, err := a.Update(t.Context(), admin, ann.ID, nil, model.UserPatch{Role: model.Changed(model.RoleUser)})
	if err != nil || same != ann {
		t.Errorf("a patch that changes nothing = %+v, %v", same, err)
	}
	if a.store.users[ann.ID] != ann || len(a.ended.calls) > 0 {
		t.Errorf("something changed: %+v, %q", a.store.users[ann.ID], a.ended.calls)
	}
}

func TestTheLastAdminStays(t *testing.T) {
	t.Parallel()
	a := newAccounts(0)
	last := a.with(t, "admin@example.com", model.RoleAdmin)
	off := a.with(t, "off@example.com", model.RoleAdmin)
	off.Active = false
	a.store.users[off.ID] = off
	self := auth.Principal{UserID: last.ID, Role: model.RoleAdmin}

	demote := model.UserPatch{Role: model.Changed(model.RoleUser)}
	for name, err := range map[string]error{
		"demote":     second(a.Update(t.Context(), self, last.ID, nil, demote)),
		"switch off": second(a.Update(t.Context(), self, last.ID, nil, model.UserPatch{Active: model.Changed(false)})),
		"delete":     a.Delete(t.Context(), self, last.ID, nil),
		"leave":      a.DeleteAccount(t.Context(), self, nil),
	} {
		if !errors.Is(err, model.ErrConflict) {
			t.Errorf("%s: %v, want ErrConflict", name, err)
		}
	}
	if a.store.users[last.ID] != last || len(a.ended.calls) > 0 {
		t.Errorf("the last admin changed: %+v, %q", a.store.users[last.ID], a.ended.calls)
	}

	a.with(t, "second@example.com", model.RoleAdmin)
	if _, err := a.Update(t.Context(), self, last.ID, nil, demote); err != nil {
		t.Errorf("with another admin: %v", err)
	}
}

func TestDelete(t *testing.T) {
	t.Parallel()
	a := newAccounts(0)
	admin := auth.Principal{UserID: a.with(t, "admin@example.com", model.RoleAdmin).ID}
	ann := a.with(t, annEmail, model.RoleUser)
	if err := a.Delete(t.Context(), admin, ann.ID, []int64{1, 9}); err != nil {
		t.Fatalf("Delete = %v", err)
	}
	if _, err := a.Get(t.Context(), ann.ID); !errors.Is(err, model.ErrNotFound) {
		t.Errorf("Get afterwards = %v", err)
	}
	if want := []string{"revoke " + ann.ID + " but ", "forget " + ann.ID}; !slices.Equal(a.ended.calls, want) {
		t.Errorf("Delete did to sessions %q, want %q", a.ended.calls, want)
	}
	if err := a.Delete(t.Context(), admin, ann.ID, nil); !errors.Is(err, model.ErrNotFound) {
		t.Errorf("Delete again = %v, want ErrNotFound", err)
	}
	a.wantEvent(t, auth.EventUserDeleted)
}

// second drops the first result.
func second[T any](_ T, err error) error { return err }
