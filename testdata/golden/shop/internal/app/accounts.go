package app

import (
	"context"
	"slices"
	"time"

	"example.com/shop/internal/auth"
	"example.com/shop/internal/handler"
	"example.com/shop/internal/model"
	"example.com/shop/internal/repository"
	"example.com/shop/internal/service"
)

// serviceName is refused as a password, and is who issues tokens.
const serviceName = "shop"

// openPasswords makes the one hasher of the process: it bounds how much is hashed at a time.
func (a *App) openPasswords(context.Context) error {
	a.passwords = auth.NewPasswords(auth.DefaultCost())
	return nil
}

// openAttempts makes the budgets for failed attempts, which all of the process share.
func (a *App) openAttempts(context.Context) error {
	a.attempts = auth.NewAttempts(a.cfg.AuthRateLimit.Limit, a.cfg.AuthRateLimit.Window, time.Now)
	return nil
}

// accountRoutes lists the operations on one's own account and, for admins, on all of them.
func (a *App) accountRoutes() []handler.Route {
	users := a.users()
	return slices.Concat(
		handler.NewAccount(users, a.cfg.RequireIfMatch).Routes(),
		handler.NewUser(users, a.cursors, a.cfg.RequireIfMatch).Routes(),
	)
}

// CreateUser makes an account outside of any request: it is how the first admin comes to be.
func (a *App) CreateUser(ctx context.Context, email, password, role string) (model.User, error) {
	return a.users().Create(ctx, service.NewAccount{Email: email, Password: password, Role: role})
}

func (a *App) users() *service.User {
	return service.NewUser(service.UserOptions{
		Users:     repository.NewUser(a.db),
		Tx:        a.db,
		Identity:  a.identity(),
		Passwords: a.passwords,
		Policy:    auth.PasswordPolicy{Service: serviceName},
		Sessions:  a.sessions(),
		Audit:     auth.NewAudit(a.log),
	})
}

func (a *App) identity() *service.Identity {
	return service.NewIdentity(repository.NewUser(a.db), a.passwords, a.attempts, auth.NewAudit(a.log))
}
