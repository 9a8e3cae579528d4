package app

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"example.com/notes/internal/model"
)

const (
	// checkEvery is how old an answer may be: a thousand probes a second still ask the database once.
	checkEvery = time.Second
	// checkBudget bounds one round of questions, so that a stalled database cannot hold up the probe.
	checkBudget = 500 * time.Millisecond
)

// health answers whether the service should be sent requests.
type health struct {
	checks   []task
	started  atomic.Bool
	draining atomic.Bool

	mu     sync.Mutex
	asked  time.Time
	answer error
}

// ready returns nil when the service can do its work, and otherwise an error that is a model.ErrUnavailable: while it is
// starting, while it is draining, and when something that it depends on does not answer.
func (h *health) ready(ctx context.Context) error {
	if h.draining.Load() {
		return fmt.Errorf("draining: %w", model.ErrUnavailable)
	}
	if !h.started.Load() {
		return fmt.Errorf("starting: %w", model.ErrUnavailable)
	}
	return h.ask(ctx)
}

// ask puts the registered questions, or repeats the last answer while that is fresh. The lock makes callers that arrive
// together share one round. A caller that hangs up must not spoil the answer for the others.
func (h *health) ask(ctx context.Context) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.asked.IsZero() && time.Since(h.asked) < checkEvery {
		return h.answer
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), checkBudget)
	defer cancel()
	h.answer = h.round(ctx)
	h.asked = time.Now()
	return h.answer
}

func (h *health) round(ctx context.Context) error {
	for _, check := range h.checks {
		if err := check.run(ctx); err != nil {
			return fmt.Errorf("%s: %w: %w", check.name, model.ErrUnavailable, err)
		}
	}
	return nil
}
