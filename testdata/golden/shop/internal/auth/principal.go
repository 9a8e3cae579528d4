// Package auth knows who is calling and what they may do: principals, policies, passwords, budgets for failed attempts and
// the record of security events. It knows nothing of routers or of the database.
package auth

import "context"

// Principal is who a request acts for.
type Principal struct {
	UserID    string
	Role      string
	SessionID string
}

type principalKey struct{}

// WithPrincipal returns a context in which PrincipalFrom finds p.
func WithPrincipal(ctx context.Context, p Principal) context.Context {
	return context.WithValue(ctx, principalKey{}, p)
}

// PrincipalFrom returns who the request acts for; false when nobody has signed in.
func PrincipalFrom(ctx context.Context) (Principal, bool) {
	p, ok := ctx.Value(principalKey{}).(Principal)
	return p, ok
}
