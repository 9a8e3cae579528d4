package app

import (
	"context"

	"example.com/notes/internal/database"
)

// openDatabase sets up the database. It does not wait for it: the schema is brought up to date in the background, and
// /readyz says when everything is there.
func (a *App) openDatabase(context.Context) error {
	db, err := database.Open(a.cfg, a.log)
	if err != nil {
		return err
	}
	a.db = db
	a.onClose(db.Close)
	a.onReady("database", db.Ping)
	if a.cfg.MigrateOnStart {
		a.onStart("migrations", db.MigrateUp)
	}
	return nil
}
