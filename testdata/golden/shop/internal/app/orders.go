package app

import (
	"example.com/shop/internal/handler"
	"example.com/shop/internal/repository"
	"example.com/shop/internal/service"
)

// orderRoutes puts together everything behind /v1/orders.
func (a *App) orderRoutes() []handler.Route {
	store := repository.NewCachedOrder(repository.NewOrder(a.db), a.cache)
	rules := service.NewOrder(store, repository.NewUser(a.db), a.db)
	return handler.NewOrder(rules, a.cursors, a.cfg.RequireIfMatch).Routes()
}
