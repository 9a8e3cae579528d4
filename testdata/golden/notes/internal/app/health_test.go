package app

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"example.com/notes/internal/model"
)

func startedHealth(check func(ctx context.Context) error) *health {
	h := &health{checks: []task{{name: "dependency", run: check}}}
	h.started.Store(true)
	return h
}

func TestReadySharesOneAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int64
		h := startedHealth(func(context.Context) error {
			asked.Add(1)
			return nil
		})
		for range 3 {
			var probes sync.WaitGroup
			for range 50 {
				probes.Go(func() {
					if err := h.ready(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			probes.Wait()
			time.Sleep(checkEvery)
		}
		if asked.Load() != 3 {
			t.Errorf("150 probes in 3 seconds asked %d times, want 3", asked.Load())
		}
	})
}

func TestReadyTellsTheTruth(t *testing.T) {
	t.Parallel()
	down := errors.New("connection refused")
	tests := map[string]func(h *health){
		"starting":        func(h *health) { h.started.Store(false) },
		"draining":        func(h *health) { h.draining.Store(true) },
		"dependency down": func(h *health) { h.checks[0].run = func(context.Context) error { return down } },
	}
	for name, breakIt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := startedHealth(func(context.Context) error { return nil })
			breakIt(h)
			if err := h.ready(t.Context()); !errors.Is(err, model.ErrUnavailable) {
				t.Errorf("got %v, want an error that is ErrUnavailable", err)
			}
		})
	}
}

func TestReadyDoesNotWaitForAStalledDependency(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := startedHealth(func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		})
		start := time.Now()
		if err := h.ready(t.Context()); err == nil {
			t.Error("a dependency that never answers counts as ready")
		}
		if took := time.Since(start); took != checkBudget {
			t.Errorf("the probe took %s, want %s", took, checkBudget)
		}
	})
}

func TestReadyIsNotSpoiledByACallerThatLeaves(t *testing.T) {
	t.Parallel()
	h := startedHealth(func(ctx context.Context) error { return ctx.Err() })
	gone, leave := context.WithCancel(t.Context())
	leave()
	if err := h.ready(gone); err != nil {
		t.Errorf("got %v from a caller that left", err)
	}
}
