package app

import (
	"context"
	"fmt"

	"example.com/shop/internal/cache"
)

// openCache makes the cache. It lives in this process and is empty at the start.
func (a *App) openCache(context.Context) error {
	c, err := cache.New(cache.Options{TTL: a.cfg.CacheTTL, MaxEntries: a.cfg.CacheMaxEntries})
	if err != nil {
		return fmt.Errorf("cache: %w", err)
	}
	a.cache = c
	a.onClose(c.Close)
	return nil
}
