package app

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"
)

const (
	firstRetry = 100 * time.Millisecond
	lastRetry  = 2 * time.Second
)

// task is a named piece of work.
type task struct {
	name string
	run  func(ctx context.Context) error
}

// Start runs the steps that must succeed before the service is ready, once and in order. Commands that work without
// listening call it; Run does the same in the background and does not give up.
func (a *App) Start(ctx context.Context) error {
	for _, step := range a.starts {
		if err := step.run(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
	}
	return nil
}

// startBackground sets everything going that is not a request. The returned function waits until all of it has ended,
// which it does when ctx ends.
func (a *App) startBackground(ctx context.Context) (wait func()) {
	var running sync.WaitGroup
	running.Go(func() {
		for _, step := range a.starts {
			a.persist(ctx, step)
		}
		if ctx.Err() == nil {
			a.health.started.Store(true)
		}
	})
	for _, loop := range a.loops {
		running.Go(func() { a.persist(ctx, loop) })
	}
	return running.Wait
}

// persist runs t until it returns without an error or ctx ends, and pauses longer after each failure, so that a
// dependency that comes back is not met by everybody at once.
func (a *App) persist(ctx context.Context, t task) {
	for pause := firstRetry; ctx.Err() == nil; pause = min(2*pause, lastRetry) {
		err := protect(ctx, t)
		if err == nil || ctx.Err() != nil {
			return
		}
		wait := pause/2 + rand.N(pause/2) //nolint:gosec // jitter is no secret
		a.log.LogAttrs(ctx, slog.LevelWarn, "background work failed, trying again",
			slog.String("task", t.name), slog.Any("error", err), slog.String("pause", wait.String()))
		sleep(ctx, wait)
	}
}

// protect runs t and turns a panic into an error: one in a bare goroutine would end the whole process.
func protect(ctx context.Context, t task) (err error) {
	defer func() {
		if caught := recover(); caught != nil {
			err = fmt.Errorf("panic in %s: %v\n%s", t.name, caught, debug.Stack())
		}
	}()
	return t.run(ctx)
}

// sleep waits for d or until ctx ends.
func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
