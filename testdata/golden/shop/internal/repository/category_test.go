package repository_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/shop/internal/database"
	"example.com/shop/internal/database/databasetest"
	"example.com/shop/internal/model"
	"example.com/shop/internal/repository"
	"example.com/shop/internal/repository/repositorytest"
)

// sampleCategories returns categories that differ in every field that can. The last one has nothing optional.
func sampleCategories() []model.Category {
	at := time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)
	list := []model.Category{
		{
			Name:     "name 1",
			Position: 2,
		},
		{
			Name:     "name 2",
			Position: 3,
		},
		{
			Name:     "name 3",
			Position: 4,
		},
		{
			Name:     "name 4",
			Position: 5,
		},
	}
	for i := range list {
		list[i].ID = fmt.Sprintf("01900000-0000-7000-8000-%012d", i+1)
		list[i].Version = 1
		// The third is as old as the second: then the id decides.
		list[i].CreatedAt = at.Add(time.Duration(min(i, 1)) * time.Microsecond)
		list[i].UpdatedAt = at.Add(time.Duration(i) * time.Hour)
	}
	list[1].ParentID = new(list[0].ID)
	return list
}

// storedCategories returns a store that holds the samples.
func storedCategories(t *testing.T) (db *database.DB, store *repository.Category, samples []model.Category) {
	t.Helper()
	db = databasetest.Open(t)
	store = repository.NewCategory(db)
	samples = sampleCategories()
	for _, item := range samples {
		must(t, store.Create(t.Context(), item))
	}
	return db, store, samples
}

func wantCategory(t *testing.T, store *repository.Category, want model.Category) {
	t.Helper()
	got, err := store.Get(t.Context(), want.ID)
	must(t, err)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("stored\n%+v\nwant\n%+v", got, want)
	}
}

func TestCategoryComesBackAsItWas(t *testing.T) {
	_, store, samples := storedCategories(t)
	for _, item := range samples {
		wantCategory(t, store, item)
	}
	_, err := store.Get(t.Context(), unknownID)
	wantError(t, err, model.ErrNotFound)
}

func TestCategoryIsUnique(t *testing.T) {
	_, store, samples := storedCategories(t)
	t.Run("name", func(t *testing.T) {
		twin := samples[0]
		twin.ID = "01900000-0000-7000-8000-000000000100"
		wantConflict(t, store.Create(t.Context(), twin), "name")
	})
}

func TestCategoryUpdate(t *testing.T) {
	_, store, samples := storedCategories(t)
	changed := samples[0]
	changed.Name = "name 9"
	changed.Position = 10
	changed.ParentID = new(samples[len(samples)-1].ID)
	changed.Version, changed.UpdatedAt = 2, changed.UpdatedAt.Add(time.Second)

	must(t, store.Update(t.Context(), changed, 1))
	wantCategory(t, store, changed)
	wantError(t, store.Update(t.Context(), changed, 1), model.ErrPrecondition)
	for _, item := range samples[1:] {
		wantCategory(t, store, item)
	}
	changed.ID = unknownID
	wantError(t, store.Update(t.Context(), changed, 2), model.ErrNotFound)
}

// TestCategoryParallelUpdates has many callers change what they have all seen in the same version: one may win.
func TestCategoryParallelUpdates(t *testing.T) {
	db, store, samples := storedCategories(t)
	const callers = 20
	var won, lost atomic.Int32
	var running sync.WaitGroup
	for range callers {
		running.Go(func() {
			err := db.WithTx(t.Context(), func(ctx context.Context) error {
				item, err := store.Get(ctx, samples[0].ID)
				if err != nil {
					return err
				}
				item.Version++
				return store.Update(ctx, item, 1)
			})
			if err == nil {
				won.Add(1)
				return
			}
			wantError(t, err, model.ErrPrecondition)
			lost.Add(1)
		})
	}
	running.Wait()
	if won.Load() != 1 || lost.Load() != callers-1 {
		t.Errorf("%d won and %d lost", won.Load(), lost.Load())
	}
}

func TestCategoryDelete(t *testing.T) {
	_, store, samples := storedCategories(t)
	slices.Reverse(samples) // what refers to another one goes first
	id := samples[0].ID
	wantError(t, store.Delete(t.Context(), id, 2), model.ErrPrecondition)
	wantCategory(t, store, samples[0])
	must(t, store.Delete(t.Context(), id, 1))
	wantError(t, store.Delete(t.Context(), id, 1), model.ErrNotFound)
	wantError(t, store.Delete(t.Context(), id, 0), model.ErrNotFound)
	for _, item := range samples[1:] {
		wantCategory(t, store, item)
		must(t, store.Delete(t.Context(), item.ID, 0))
	}
}

// TestCategoryLists walks through pages of one row in every order and wants the order of one large page.
func TestCategoryLists(t *testing.T) {
	_, store, samples := storedCategories(t)
	fields := map[string]func(item model.Category) any{
		"id":         func(item model.Category) any { return item.ID },
		"name":       func(item model.Category) any { return item.Name },
		"position":   func(item model.Category) any { return item.Position },
		"parent_id":  func(item model.Category) any { return valueOf(item.ParentID) },
		"created_at": func(item model.Category) any { return item.CreatedAt },
		"updated_at": func(item model.Category) any { return item.UpdatedAt },
	}
	for field, value := range fields {
		for _, desc := range []bool{false, true} {
			q := model.Query{Sort: []model.Sort{{Field: field, Desc: desc}, {Field: "id", Desc: true}}, Limit: 100}
			all, err := store.List(t.Context(), q)
			must(t, err)
			if len(all) != len(samples) {
				t.Fatalf("by %s: %d rows, want %d", field, len(all), len(samples))
			}
			q.Limit = 1
			for i, want := range all {
				rows, err := store.List(t.Context(), q)
				must(t, err)
				if len(rows) != min(2, len(all)-i) || rows[0].ID != want.ID {
					t.Fatalf("by %s, descending %t: page %d is %v, want %s first", field, desc, i, rows, want.ID)
				}
				q.After = []any{value(want), want.ID}
			}
		}
	}
}

func TestCategoryNewestComeFirst(t *testing.T) {
	_, store, samples := storedCategories(t)
	rows, err := store.List(t.Context(), model.Query{Sort: newestFirst(), Limit: 100})
	must(t, err)
	slices.Reverse(samples)
	if !reflect.DeepEqual(rows, samples) {
		t.Errorf("got\n%+v\nwant\n%+v", rows, samples)
	}
}

func TestCategoryNumberedPages(t *testing.T) {
	_, store, samples := storedCategories(t)
	q := model.Query{Sort: newestFirst(), Limit: len(samples) - 1, Page: 2}
	if q.Limit == 0 {
		q.Limit, q.Page = 1, 1
	}
	rows, err := store.List(t.Context(), q)
	must(t, err)
	if len(rows) != 1 || rows[0].ID != samples[0].ID {
		t.Errorf("the last page is %v, want the oldest alone", rows)
	}
	n, err := store.Count(t.Context(), q)
	must(t, err)
	if n != int64(len(samples)) {
		t.Errorf("%d rows are counted, want %d", n, len(samples))
	}
}

func TestCategoryFilters(t *testing.T) {
	_, store, samples := storedCategories(t)
	filters := []model.Filter{
		{Field: "id", Op: "eq", Values: []any{samples[0].ID}},
		{Field: "name", Op: "eq", Values: []any{samples[0].Name}},
		{Field: "name", Op: "in", Values: []any{samples[0].Name}},
		{Field: "name", Op: "like", Values: []any{samples[0].Name}},
		{Field: "position", Op: "eq", Values: []any{samples[0].Position}},
		{Field: "position", Op: "gte", Values: []any{samples[0].Position}},
		{Field: "position", Op: "lte", Values: []any{samples[0].Position}},
		{Field: "position", Op: "in", Values: []any{samples[0].Position}},
	}
	for _, filter := range filters {
		q := model.Query{Filters: []model.Filter{filter}, Sort: newestFirst(), Limit: 100}
		rows, err := store.List(t.Context(), q)
		must(t, err)
		if !slices.ContainsFunc(rows, func(item model.Category) bool { return item.ID == samples[0].ID }) {
			t.Errorf("%v does not find what has that value", filter)
		}
		n, err := store.Count(t.Context(), q)
		must(t, err)
		if n != int64(len(rows)) {
			t.Errorf("%v counts %d and lists %d", filter, n, len(rows))
		}
	}
}

// TestCategoryRefersToNothing stores what refers to rows that do not exist.
func TestCategoryRefersToNothing(t *testing.T) {
	db := databasetest.Open(t)
	store := repository.NewCategory(db)
	item := sampleCategories()[0]
	tests := map[string]func(item *model.Category){
		"parent_id": func(item *model.Category) { item.ParentID = new(unknownID) },
	}
	for field, breaks := range tests {
		broken := item
		breaks(&broken)
		var invalid *model.ValidationError
		if err := store.Create(t.Context(), broken); !errors.As(err, &invalid) || invalid.Fields[0].Code != model.CodeUnknownReference || errors.Is(err, model.ErrConflict) {
			t.Errorf("%s: %v, want a reference that is not valid", field, err)
		}
	}
	_, err := store.Get(t.Context(), item.ID)
	wantError(t, err, model.ErrNotFound)
}

// TestCategoryWithoutParentID deletes what parent_id refers to: that must be refused.
func TestCategoryWithoutParentID(t *testing.T) {
	db := databasetest.Open(t)
	store := repository.NewCategory(db)
	item := sampleCategories()[0]
	target := repositorytest.Category(t, db)
	item.ParentID = &target.ID
	must(t, store.Create(t.Context(), item))
	err := repository.NewCategory(db).Delete(t.Context(), target.ID, 0)
	wantError(t, err, model.ErrConflict)
	wantCategory(t, store, item)
}
