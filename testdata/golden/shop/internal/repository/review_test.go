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

// sampleReviews returns reviews that differ in every field that can. The last one has nothing optional.
// What they refer to is stored in db.
func sampleReviews(t *testing.T, db *database.DB) []model.Review {
	t.Helper()
	at := time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)
	list := []model.Review{
		{
			ProductID: repositorytest.Product(t, db, databasetest.User(t, db)).ID,
			Rating:    2,
			Body:      new("body 1"),
		},
		{
			ProductID: repositorytest.Product(t, db, databasetest.User(t, db)).ID,
			Rating:    3,
			Body:      new("body 2"),
		},
		{
			ProductID: repositorytest.Product(t, db, databasetest.User(t, db)).ID,
			Rating:    4,
			Body:      new("body 3"),
		},
		{
			ProductID: repositorytest.Product(t, db, databasetest.User(t, db)).ID,
			Rating:    5,
			Body:      new("body 4"),
		},
	}
	for i := range list {
		list[i].ID = fmt.Sprintf("01900000-0000-7000-8000-%012d", i+1)
		list[i].Version = 1
		// The third is as old as the second: then the id decides.
		list[i].CreatedAt = at.Add(time.Duration(min(i, 1)) * time.Microsecond)
		list[i].UpdatedAt = at.Add(time.Duration(i) * time.Hour)
	}
	last := &list[len(list)-1]
	last.Body = nil
	return list
}

// storedReviews returns a store that holds the samples.
func storedReviews(t *testing.T) (db *database.DB, store *repository.Review, samples []model.Review) {
	t.Helper()
	db = databasetest.Open(t)
	store = repository.NewReview(db)
	samples = sampleReviews(t, db)
	for _, item := range samples {
		must(t, store.Create(t.Context(), item))
	}
	return db, store, samples
}

func wantReview(t *testing.T, store *repository.Review, want model.Review) {
	t.Helper()
	got, err := store.Get(t.Context(), want.ID)
	must(t, err)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("stored\n%+v\nwant\n%+v", got, want)
	}
}

func TestReviewComesBackAsItWas(t *testing.T) {
	_, store, samples := storedReviews(t)
	for _, item := range samples {
		wantReview(t, store, item)
	}
	_, err := store.Get(t.Context(), unknownID)
	wantError(t, err, model.ErrNotFound)
}

func TestReviewUpdate(t *testing.T) {
	db, store, samples := storedReviews(t)
	changed := samples[0]
	changed.ProductID = repositorytest.Product(t, db, databasetest.User(t, db)).ID
	changed.Rating = 5
	changed.Body = new("body 9")
	changed.Version, changed.UpdatedAt = 2, changed.UpdatedAt.Add(time.Second)

	must(t, store.Update(t.Context(), changed, 1))
	wantReview(t, store, changed)
	wantError(t, store.Update(t.Context(), changed, 1), model.ErrPrecondition)
	for _, item := range samples[1:] {
		wantReview(t, store, item)
	}
	changed.ID = unknownID
	wantError(t, store.Update(t.Context(), changed, 2), model.ErrNotFound)
}

// TestReviewParallelUpdates has many callers change what they have all seen in the same version: one may win.
func TestReviewParallelUpdates(t *testing.T) {
	db, store, samples := storedReviews(t)
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

func TestReviewDelete(t *testing.T) {
	_, store, samples := storedReviews(t)
	id := samples[0].ID
	wantError(t, store.Delete(t.Context(), id, 2), model.ErrPrecondition)
	wantReview(t, store, samples[0])
	must(t, store.Delete(t.Context(), id, 1))
	wantError(t, store.Delete(t.Context(), id, 1), model.ErrNotFound)
	wantError(t, store.Delete(t.Context(), id, 0), model.ErrNotFound)
	for _, item := range samples[1:] {
		wantReview(t, store, item)
		must(t, store.Delete(t.Context(), item.ID, 0))
	}
}

// TestReviewLists walks through pages of one row in every order and wants the order of one large page.
func TestReviewLists(t *testing.T) {
	_, store, samples := storedReviews(t)
	fields := map[string]func(item model.Review) any{
		"id":         func(item model.Review) any { return item.ID },
		"product_id": func(item model.Review) any { return item.ProductID },
		"rating":     func(item model.Review) any { return item.Rating },
		"created_at": func(item model.Review) any { return item.CreatedAt },
		"updated_at": func(item model.Review) any { return item.UpdatedAt },
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

func TestReviewNewestComeFirst(t *testing.T) {
	_, store, samples := storedReviews(t)
	rows, err := store.List(t.Context(), model.Query{Sort: newestFirst(), Limit: 100})
	must(t, err)
	slices.Reverse(samples)
	if !reflect.DeepEqual(rows, samples) {
		t.Errorf("got\n%+v\nwant\n%+v", rows, samples)
	}
}

func TestReviewNumberedPages(t *testing.T) {
	_, store, samples := storedReviews(t)
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

func TestReviewFilters(t *testing.T) {
	_, store, samples := storedReviews(t)
	filters := []model.Filter{
		{Field: "id", Op: "eq", Values: []any{samples[0].ID}},
		{Field: "product_id", Op: "eq", Values: []any{samples[0].ProductID}},
		{Field: "product_id", Op: "in", Values: []any{samples[0].ProductID}},
		{Field: "rating", Op: "eq", Values: []any{samples[0].Rating}},
		{Field: "rating", Op: "gte", Values: []any{samples[0].Rating}},
		{Field: "rating", Op: "lte", Values: []any{samples[0].Rating}},
		{Field: "rating", Op: "in", Values: []any{samples[0].Rating}},
		{Field: "body", Op: "like", Values: []any{valueOf(samples[0].Body)}},
	}
	for _, filter := range filters {
		q := model.Query{Filters: []model.Filter{filter}, Sort: newestFirst(), Limit: 100}
		rows, err := store.List(t.Context(), q)
		must(t, err)
		if !slices.ContainsFunc(rows, func(item model.Review) bool { return item.ID == samples[0].ID }) {
			t.Errorf("%v does not find what has that value", filter)
		}
		n, err := store.Count(t.Context(), q)
		must(t, err)
		if n != int64(len(rows)) {
			t.Errorf("%v counts %d and lists %d", filter, n, len(rows))
		}
	}
}

// TestReviewRefersToNothing stores what refers to rows that do not exist.
func TestReviewRefersToNothing(t *testing.T) {
	db := databasetest.Open(t)
	store := repository.NewReview(db)
	item := sampleReviews(t, db)[0]
	tests := map[string]func(item *model.Review){
		"product_id": func(item *model.Review) { item.ProductID = unknownID },
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

// TestReviewWithoutProductID deletes what product_id refers to: the review must go as well.
func TestReviewWithoutProductID(t *testing.T) {
	db := databasetest.Open(t)
	store := repository.NewReview(db)
	item := sampleReviews(t, db)[0]
	target := repositorytest.Product(t, db, databasetest.User(t, db))
	item.ProductID = target.ID
	must(t, store.Create(t.Context(), item))
	err := repository.NewProduct(db).Delete(t.Context(), target.OwnerID, target.ID, 0)
	must(t, err)
	_, err = store.Get(t.Context(), item.ID)
	wantError(t, err, model.ErrNotFound)
}
