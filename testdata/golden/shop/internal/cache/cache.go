// Package cache keeps what was read, in memory, for a limited time and up to a limited number of entries. It guarantees
// three things. However many callers miss the same key at once, it is loaded once. A load that began before an
// invalidation is never stored or returned after it. And a cached value is a hit even when it is zero, empty or "there is
// no such thing".
//
// Cached values are shared: nobody may change what they point to.
package cache

import (
	"context"
	"fmt"
	"time"

	"github.com/maypok86/otter/v2"
)

// Key names one entry. Its parts are never glued together, so that no id can be mistaken for another key.
type Key struct {
	// Space is what kind of thing is cached, such as "product".
	Space string
	// Version grows when the cached type changes, so that a cache which outlives the process is not misread.
	Version int
	// Owner is whose thing it is, empty when everybody sees the same.
	Owner string
	ID    string
}

// Options are the limits of a cache.
type Options struct {
	TTL        time.Duration // at least 1 s
	MaxEntries int           // at least 1
}

// Cache is safe for concurrent use.
type Cache struct {
	entries     *otter.Cache[Key, entry]
	generations generations
	ttl         time.Duration
}

// New returns an empty cache. It refuses limits that would mean "for ever" or "nothing".
func New(o Options) (*Cache, error) {
	return newCache(o, nil)
}

func newCache(o Options, clock otter.Clock) (*Cache, error) {
	if o.TTL < time.Second || o.MaxEntries < 1 {
		return nil, fmt.Errorf("a cache needs a TTL of at least 1s (is %s) and room for at least 1 entry (is %d)", o.TTL, o.MaxEntries)
	}
	entries, err := otter.New(&otter.Options[Key, entry]{
		MaximumSize:      o.MaxEntries,
		ExpiryCalculator: otter.ExpiryWritingFunc(func(e otter.Entry[Key, entry]) time.Duration { return e.Value.ttl }),
		Clock:            clock,
	})
	if err != nil {
		return nil, fmt.Errorf("make the cache: %w", err)
	}
	return &Cache{entries: entries, generations: newGenerations(), ttl: o.TTL}, nil
}

// Close stops what runs in the background. The cache still answers afterwards.
func (c *Cache) Close() error {
	c.entries.StopAllGoroutines()
	return nil
}

// Delete forgets the entries of these keys. A load in flight is not stored, and its callers load again.
func (c *Cache) Delete(keys ...Key) {
	for _, key := range keys {
		c.entries.Invalidate(key)
	}
}

// DeletePrefix forgets everything of one owner, or everything of the space when the owner is empty. The id is ignored.
// It takes the same time however much that is.
func (c *Cache) DeletePrefix(prefix Key) {
	c.generations.advance(prefix)
}

// Fetch returns what is cached under key, or what load returns, which is then cached. model.ErrNotFound is cached too,
// but briefly; other errors are not. load gets a context that outlives the caller's: other callers may wait for the
// same result. The caller itself waits no longer than its own context.
func Fetch[T any](ctx context.Context, c *Cache, key Key, load func(ctx context.Context) (T, error)) (T, error) {
	for {
		since := c.generations.current(key)
		e, ok := c.entries.GetIfPresent(key)
		if !ok {
			var err error
			e, err = c.load(ctx, key, func(ctx context.Context) (any, error) { return load(ctx) })
			if err != nil {
				var none T
				return none, err
			}
		}
		value, ok := e.value.(T)
		if e.generation >= since && (ok || e.missing != nil) {
			return value, e.missing
		}
		// Older than the last DeletePrefix, or of another type than this caller's.
		c.entries.Invalidate(key)
	}
}
