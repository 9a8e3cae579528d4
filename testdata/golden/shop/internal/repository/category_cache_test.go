package repository_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"example.com/shop/internal/cache"
	"example.com/shop/internal/database"
	"example.com/shop/internal/model"
	"example.com/shop/internal/repository"
)

// countingCategory counts how often categories are read and counted in the database.
type countingCategory struct {
	*repository.Category
	gets, counts int
}

func (c *countingCategory) Count(ctx context.Context, q model.Query) (int64, error) {
	c.counts++
	return c.Category.Count(ctx, q)
}

func (c *countingCategory) Get(ctx context.Context, id string) (model.Category, error) {
	c.gets++
	return c.Category.Get(ctx, id)
}

// cachedCategories returns a cache in front of a store that holds item, which no other refers to.
func cachedCategories(t *testing.T) (db *database.DB, cached *repository.CachedCategory, counting *countingCategory, item model.Category) {
	t.Helper()
	db, store, samples := storedCategories(t)
	c, err := cache.New(cache.Options{TTL: time.Hour, MaxEntries: 100})
	must(t, err)
	t.Cleanup(func() { must(t, c.Close()) })
	counting = &countingCategory{Category: store}
	return db, repository.NewCachedCategory(counting, c), counting, samples[len(samples)-1]
}

func TestCachedCategoryIsReadOnce(t *testing.T) {
	_, cached, counting, item := cachedCategories(t)
	for range 3 {
		got, err := cached.Get(t.Context(), item.ID)
		must(t, err)
		if got.ID != item.ID {
			t.Errorf("got %v", got)
		}
		_, err = cached.Get(t.Context(), unknownID)
		wantError(t, err, model.ErrNotFound)
	}
	if counting.gets != 2 {
		t.Errorf("the database was asked %d times, want once for each id", counting.gets)
	}
}

// TestCachedCategoryCounts asks for counts with several filters between changes: each is counted once, until something changes.
func TestCachedCategoryCounts(t *testing.T) {
	_, cached, counting, item := cachedCategories(t)
	queries := []model.Query{{}, {Page: 2}, {Filters: []model.Filter{{Field: "id", Op: "eq", Values: []any{item.ID}}}}}
	counts := func() (sum int64) {
		for range 2 {
			sum = 0
			for _, q := range queries {
				n, err := cached.Count(t.Context(), q)
				must(t, err)
				sum += n
			}
		}
		return sum
	}
	before := counts()
	must(t, cached.Delete(t.Context(), item.ID, 0))
	if after := counts(); after != before-3 {
		t.Errorf("the counts add up to %d before and %d after one was deleted, want 3 less", before, after)
	}
	if counting.counts != 4 {
		t.Errorf("the database counted %d times, want twice for each filter", counting.counts)
	}
}

func TestCachedCategoryForgetsWhatChanges(t *testing.T) {
	_, cached, _, item := cachedCategories(t)
	changes := []struct {
		name   string
		change func(ctx context.Context) error
		want   error
	}{
		{"update", func(ctx context.Context) error {
			item.Version = 2
			return cached.Update(ctx, item, 1)
		}, nil},
		{"delete", func(ctx context.Context) error { return cached.Delete(ctx, item.ID, 0) }, model.ErrNotFound},
		{"create", func(ctx context.Context) error { return cached.Create(ctx, item) }, nil},
	}
	for _, c := range changes {
		_, _ = cached.Get(t.Context(), item.ID)
		must(t, c.change(t.Context()))
		got, err := cached.Get(t.Context(), item.ID)
		wantError(t, err, c.want)
		if err == nil && got.Version != item.Version {
			t.Errorf("after %s the version is %d, want %d", c.name, got.Version, item.Version)
		}
	}
}

// TestCachedCategoryInATransaction reads past the cache, and lets others see the change when it is committed, not before.
func TestCachedCategoryInATransaction(t *testing.T) {
	db, cached, _, item := cachedCategories(t)
	version := func(ctx context.Context) int64 {
		got, err := cached.Get(ctx, item.ID)
		must(t, err)
		return got.Version
	}
	changed := item
	changed.Version = 2
	must(t, db.WithTx(t.Context(), func(ctx context.Context) error {
		must(t, cached.Update(ctx, changed, 1))
		if inside, outside := version(ctx), version(t.Context()); inside != 2 || outside != 1 {
			t.Errorf("before the commit version %d is seen inside and %d outside", inside, outside)
		}
		return nil
	}))
	if v := version(t.Context()); v != 2 {
		t.Errorf("after the commit version %d is seen", v)
	}

	rolledBack := errors.New("rolled back")
	changed.Version = 3
	wantError(t, db.WithTx(t.Context(), func(ctx context.Context) error {
		must(t, cached.Update(ctx, changed, 2))
		return rolledBack
	}), rolledBack)
	if v := version(t.Context()); v != 2 {
		t.Errorf("after the rollback version %d is seen", v)
	}
}
