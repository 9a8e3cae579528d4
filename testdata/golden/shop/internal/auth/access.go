package auth

import (
	"context"

	"example.com/shop/internal/model"
)

// Access is the policy of one operation: who may call it. The zero value is no policy; the server refuses to start with one,
// so that nothing is open because somebody forgot.
type Access int

// The policies.
const (
	Public   Access = iota + 1 // anybody, signed in or not
	SignedIn                   // any account
	Admin                      // accounts with the admin role
)

// Valid reports whether a is one of the policies.
func (a Access) Valid() bool {
	return a >= Public && a <= Admin
}

// String returns the name that the OpenAPI document uses (x-access).
func (a Access) String() string {
	switch a {
	case Public:
		return "public"
	case SignedIn:
		return "signed-in"
	case Admin:
		return "admin"
	default:
		return "unset"
	}
}

// Check returns nil when the principal in ctx may go on, model.ErrUnauthenticated when somebody must sign in first and
// model.ErrForbidden when this principal may not.
func (a Access) Check(ctx context.Context) error {
	if a == Public {
		return nil
	}
	p, ok := PrincipalFrom(ctx)
	switch {
	case !ok:
		return model.ErrUnauthenticated
	case a == SignedIn, a == Admin && p.Role == model.RoleAdmin:
		return nil
	default:
		return model.ErrForbidden
	}
}
