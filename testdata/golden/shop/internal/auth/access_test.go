package auth_test

import (
	"errors"
	"testing"

	"example.com/shop/internal/auth"
	"example.com/shop/internal/model"
)

func TestAccessCheck(t *testing.T) {
	t.Parallel()
	anybody := t.Context()
	user := auth.WithPrincipal(anybody, auth.Principal{UserID: "1", Role: model.RoleUser})
	admin := auth.WithPrincipal(anybody, auth.Principal{UserID: "2", Role: model.RoleAdmin})
	other := auth.WithPrincipal(anybody, auth.Principal{UserID: "3", Role: "ADMIN"})

	for _, test := range []struct {
		access                      auth.Access
		name                        string
		anybody, user, other, admin error
	}{
		{auth.Public, "public", nil, nil, nil, nil},
		{auth.SignedIn, "signed-in", model.ErrUnauthenticated, nil, nil, nil},
		{auth.Admin, "admin", model.ErrUnauthenticated, model.ErrForbidden, model.ErrForbidden, nil},
		{0, "unset", model.ErrUnauthenticated, model.ErrForbidden, model.ErrForbidden, model.ErrForbidden},
		{99, "unset", model.ErrUnauthenticated, model.ErrForbidden, model.ErrForbidden, model.ErrForbidden},
	} {
		if got := test.access.String(); got != test.name {
			t.Errorf("Access(%d).String() = %q, want %q", int(test.access), got, test.name)
		}
		if got, want := test.access.Valid(), test.name != "unset"; got != want {
			t.Errorf("Access(%d).Valid() = %v, want %v", int(test.access), got, want)
		}
		for who, call := range map[string]struct{ got, want error }{
			"anybody": {test.access.Check(anybody), test.anybody},
			"user":    {test.access.Check(user), test.user},
			"other":   {test.access.Check(other), test.other},
			"admin":   {test.access.Check(admin), test.admin},
		} {
			if !errors.Is(call.got, call.want) {
				t.Errorf("%s.Check(%s) = %v, want %v", test.name, who, call.got, call.want)
			}
		}
	}
}
