package cache

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"time"

	"github.com/maypok86/otter/v2"

	"example.com/shop/internal/model"
)

const (
	// loadTimeout ends a load that nobody may be waiting for any more.
	loadTimeout = 10 * time.Second
	// missingTTL is short: it only has to outlast a burst of requests for something that is not there.
	missingTTL = 5 * time.Second
)

// entry is what is stored: a value, or the error that says that there is none.
type entry struct {
	value      any
	missing    error
	generation uint64
	ttl        time.Duration
}

// outcome is how a load ended.
type outcome struct {
	entry entry
	err   error
}

// load gets the entry of a key that is not cached, together with everybody else who wants it.
func (c *Cache) load(ctx context.Context, key Key, read func(ctx context.Context) (any, error)) (entry, error) {
	if err := ctx.Err(); err != nil {
		return entry{}, err
	}
	done := make(chan outcome, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), loadTimeout)
		defer cancel()
		e, err := c.entries.Get(ctx, key, otter.LoaderFunc[Key, entry](func(ctx context.Context, key Key) (entry, error) {
			return c.read(ctx, key, read)
		}))
		done <- outcome{entry: e, err: err}
	}()
	select {
	case o := <-done:
		return o.entry, o.err
	case <-ctx.Done():
		return entry{}, ctx.Err()
	}
}

// read makes an entry of what the source says. The generation is noted before the source is asked: what is invalidated
// from then on may be missing in the answer. A panic becomes an error, since it would end the process from here.
func (c *Cache) read(ctx context.Context, key Key, read func(ctx context.Context) (any, error)) (e entry, err error) {
	defer func() {
		if caught := recover(); caught != nil {
			err = fmt.Errorf("panic while loading %s: %v\n%s", key.Space, caught, debug.Stack())
		}
	}()
	e.generation = c.generations.current(key)
	e.value, err = read(ctx)
	if errors.Is(err, model.ErrNotFound) {
		return entry{missing: err, generation: e.generation, ttl: min(jitter(missingTTL), c.ttl)}, nil
	}
	e.ttl = jitter(c.ttl)
	return e, err
}

// jitter spreads d by a tenth to either side, so that what was cached together does not expire together.
func jitter(d time.Duration) time.Duration {
	return d - d/10 + rand.N(d/5) //nolint:gosec // jitter is no secret
}
