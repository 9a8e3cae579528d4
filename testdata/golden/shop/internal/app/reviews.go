package app

import (
	"example.com/shop/internal/handler"
	"example.com/shop/internal/repository"
	"example.com/shop/internal/service"
)

// reviewRoutes puts together everything behind /v1/reviews.
func (a *App) reviewRoutes() []handler.Route {
	store := repository.NewReview(a.db)
	rules := service.NewReview(store, repository.NewProduct(a.db), a.db)
	return handler.NewReview(rules, a.cursors, a.cfg.RequireIfMatch).Routes()
}
