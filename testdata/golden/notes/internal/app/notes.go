package app

import (
	"example.com/notes/internal/handler"
	"example.com/notes/internal/repository"
	"example.com/notes/internal/service"
)

// noteRoutes puts together everything behind /v1/notes.
func (a *App) noteRoutes() []handler.Route {
	store := repository.NewNote(a.db)
	rules := service.NewNote(store, a.db)
	return handler.NewNote(rules, a.cursors, a.cfg.RequireIfMatch).Routes()
}
