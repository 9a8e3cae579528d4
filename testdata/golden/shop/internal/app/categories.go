package app

import (
	"example.com/shop/internal/handler"
	"example.com/shop/internal/repository"
	"example.com/shop/internal/service"
)

// categoryRoutes puts together everything behind /v1/categories.
func (a *App) categoryRoutes() []handler.Route {
	store := repository.NewCachedCategory(repository.NewCategory(a.db), a.cache)
	rules := service.NewCategory(store, a.db)
	return handler.NewCategory(rules, a.cursors, a.cfg.RequireIfMatch).Routes()
}
