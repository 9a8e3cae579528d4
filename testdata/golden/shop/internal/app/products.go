package app

import (
	"example.com/shop/internal/handler"
	"example.com/shop/internal/repository"
	"example.com/shop/internal/service"
)

// productRoutes puts together everything behind /v1/products.
func (a *App) productRoutes() []handler.Route {
	store := repository.NewCachedProduct(repository.NewProduct(a.db), a.cache)
	rules := service.NewProduct(store, repository.NewCategory(a.db), a.db)
	return handler.NewProduct(rules, a.cursors, a.cfg.RequireIfMatch).Routes()
}
