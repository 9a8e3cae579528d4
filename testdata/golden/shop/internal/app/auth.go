package app

import (
	"context"
	"time"

	"example.com/shop/internal/auth"
	"example.com/shop/internal/handler"
	"example.com/shop/internal/repository"
	"example.com/shop/internal/service"
)

// purgeEvery is how often expired sessions are removed from the store. They give no access in the meantime.
const purgeEvery = time.Hour

// openTokens reads the secrets that sign access tokens.
func (a *App) openTokens(context.Context) error {
	tokens, err := auth.NewTokens(auth.TokenOptions{
		Name:     serviceName,
		Secret:   a.cfg.JWTSecret,
		Previous: a.cfg.JWTPreviousSecret,
		TTL:      a.cfg.AccessTokenTTL,
		Now:      time.Now,
	})
	a.tokens = tokens
	return err
}

// openAuthenticator makes the one authenticator of the process, which remembers the sessions in use.
func (a *App) openAuthenticator(context.Context) error {
	a.authenticator = auth.NewAuthenticator(a.tokens, repository.NewSession(a.db), auth.NewAudit(a.log), time.Now)
	a.inBackground("purge of expired sessions", a.purgeSessions)
	return nil
}

// purgeSessions removes what has expired, for as long as ctx lasts.
func (a *App) purgeSessions(ctx context.Context) error {
	ticker := time.NewTicker(purgeEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
			if err := a.sessions().Purge(ctx); err != nil {
				return err
			}
		}
	}
}

// sessionRoutes lists the operations that begin, prolong and end a session.
func (a *App) sessionRoutes() []handler.Route {
	return handler.NewSession(a.sessions()).Routes()
}

func (a *App) sessions() *service.Session {
	return service.NewSession(service.SessionOptions{
		Sessions: repository.NewSession(a.db),
		Tx:       a.db,
		Identity: a.identity(),
		Tokens:   a.tokens,
		Memory:   a.authenticator,
		Audit:    auth.NewAudit(a.log),
		TTL:      a.cfg.RefreshTokenTTL,
		Grace:    a.cfg.RefreshGrace,
		Now:      time.Now,
	})
}
