// Package app puts the service together: it opens what the configuration names, wires repositories, services and
// handlers, and decides in which order everything starts and stops. It is the one package that may import every layer;
// nothing but the command imports it.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"

	"example.com/notes/api"
	"example.com/notes/internal/config"
	"example.com/notes/internal/database"
	"example.com/notes/internal/handler"
	"example.com/notes/internal/httpx"
)

// App is the whole service, built but not yet listening.
type App struct {
	cfg     config.Config
	log     *slog.Logger
	cursors *httpx.Cursors
	db      *database.DB

	health  health
	starts  []task
	loops   []task
	closers []func() error
	closing sync.Once
}

// New builds the service from a valid configuration. Nothing it opens needs to answer yet: a database that is down makes
// the service not ready, never dead. The caller must Close what New returns.
func New(ctx context.Context, cfg config.Config, log *slog.Logger) (*App, error) {
	a := &App{cfg: cfg, log: log, cursors: httpx.NewCursors(cfg.CursorKey())}
	if err := a.open(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// open opens everything in the order in which one thing needs another.
func (a *App) open(ctx context.Context) error {
	steps := []task{
		{name: "db", run: a.openDatabase},
	}
	for _, step := range steps {
		if err := step.run(ctx); err != nil {
			return fmt.Errorf("open %s: %w", step.name, err)
		}
	}
	return nil
}

// Routes lists every operation that the service offers: the same table feeds the server, the routes command and the test
// that holds it against the OpenAPI document.
func (a *App) Routes() []handler.Route {
	return slices.Concat(
		handler.NewSystem(a.health.ready, api.Spec, a.cfg.DocsEnabled).Routes(),
		a.resources(),
		a.faults(),
	)
}

// Close releases what New opened, the last thing first. A second call does nothing.
func (a *App) Close() error {
	var errs []error
	a.closing.Do(func() {
		for _, closer := range slices.Backward(a.closers) {
			errs = append(errs, closer())
		}
	})
	return errors.Join(errs...)
}

// onClose registers what Close must release.
func (a *App) onClose(closer func() error) {
	a.closers = append(a.closers, closer)
}

// onReady registers a question that must be answered without an error before the service calls itself ready.
func (a *App) onReady(name string, check func(ctx context.Context) error) {
	a.health.checks = append(a.health.checks, task{name: name, run: check})
}

// onStart registers a step that must succeed once before the service calls itself ready, such as migrations.
func (a *App) onStart(name string, step func(ctx context.Context) error) {
	a.starts = append(a.starts, task{name: name, run: step})
}

// inBackground registers work that runs for as long as the service does and ends when its context ends.
func (a *App) inBackground(name string, work func(ctx context.Context) error) {
	a.loops = append(a.loops, task{name: name, run: work})
}
