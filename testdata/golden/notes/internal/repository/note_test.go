package repository_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/notes/internal/database"
	"example.com/notes/internal/database/databasetest"
	"example.com/notes/internal/model"
	"example.com/notes/internal/repository"
)

// sampleNotes returns notes that differ in every field that can. The last one has nothing optional.
func sampleNotes() []model.Note {
	at := time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)
	list := []model.Note{
		{
			Title: "title 1",
			Body:  new("body 1"),
		},
		{
			Title: "title 2",
			Body:  new("body 2"),
		},
		{
			Title: "title 3",
			Body:  new("body 3"),
		},
		{
			Title: "title 4",
			Body:  new("body 4"),
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

// storedNotes returns a store that holds the samples.
func storedNotes(t *testing.T) (db *database.DB, store *repository.Note, samples []model.Note) {
	t.Helper()
	db = databasetest.Open(t)
	store = repository.NewNote(db)
	samples = sampleNotes()
	for _, item := range samples {
		must(t, store.Create(t.Context(), item))
	}
	return db, store, samples
}

func wantNote(t *testing.T, store *repository.Note, want model.Note) {
	t.Helper()
	got, err := store.Get(t.Context(), want.ID)
	must(t, err)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("stored\n%+v\nwant\n%+v", got, want)
	}
}

func TestNoteComesBackAsItWas(t *testing.T) {
	_, store, samples := storedNotes(t)
	for _, item := range samples {
		wantNote(t, store, item)
	}
	_, err := store.Get(t.Context(), unknownID)
	wantError(t, err, model.ErrNotFound)
}

func TestNoteUpdate(t *testing.T) {
	_, store, samples := storedNotes(t)
	changed := samples[0]
	changed.Title = "title 9"
	changed.Body = new("body 9")
	changed.Version, changed.UpdatedAt = 2, changed.UpdatedAt.Add(time.Second)

	must(t, store.Update(t.Context(), changed, 1))
	wantNote(t, store, changed)
	wantError(t, store.Update(t.Context(), changed, 1), model.ErrPrecondition)
	for _, item := range samples[1:] {
		wantNote(t, store, item)
	}
	changed.ID = unknownID
	wantError(t, store.Update(t.Context(), changed, 2), model.ErrNotFound)
}

// TestNoteParallelUpdates has many callers change what they have all seen in the same version: one may win.
func TestNoteParallelUpdates(t *testing.T) {
	db, store, samples := storedNotes(t)
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

func TestNoteDelete(t *testing.T) {
	_, store, samples := storedNotes(t)
	id := samples[0].ID
	wantError(t, store.Delete(t.Context(), id, 2), model.ErrPrecondition)
	wantNote(t, store, samples[0])
	must(t, store.Delete(t.Context(), id, 1))
	wantError(t, store.Delete(t.Context(), id, 1), model.ErrNotFound)
	wantError(t, store.Delete(t.Context(), id, 0), model.ErrNotFound)
	for _, item := range samples[1:] {
		wantNote(t, store, item)
		must(t, store.Delete(t.Context(), item.ID, 0))
	}
}

// TestNoteLists walks through pages of one row in every order and wants the order of one large page.
func TestNoteLists(t *testing.T) {
	_, store, samples := storedNotes(t)
	fields := map[string]func(item model.Note) any{
		"id":         func(item model.Note) any { return item.ID },
		"title":      func(item model.Note) any { return item.Title },
		"created_at": func(item model.Note) any { return item.CreatedAt },
		"updated_at": func(item model.Note) any { return item.UpdatedAt },
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

func TestNoteNewestComeFirst(t *testing.T) {
	_, store, samples := storedNotes(t)
	rows, err := store.List(t.Context(), model.Query{Sort: newestFirst(), Limit: 100})
	must(t, err)
	slices.Reverse(samples)
	if !reflect.DeepEqual(rows, samples) {
		t.Errorf("got\n%+v\nwant\n%+v", rows, samples)
	}
}

func TestNoteNumberedPages(t *testing.T) {
	_, store, samples := storedNotes(t)
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

func TestNoteFilters(t *testing.T) {
	_, store, samples := storedNotes(t)
	filters := []model.Filter{
		{Field: "id", Op: "eq", Values: []any{samples[0].ID}},
		{Field: "title", Op: "eq", Values: []any{samples[0].Title}},
		{Field: "title", Op: "in", Values: []any{samples[0].Title}},
		{Field: "title", Op: "like", Values: []any{samples[0].Title}},
		{Field: "body", Op: "like", Values: []any{valueOf(samples[0].Body)}},
	}
	for _, filter := range filters {
		q := model.Query{Filters: []model.Filter{filter}, Sort: newestFirst(), Limit: 100}
		rows, err := store.List(t.Context(), q)
		must(t, err)
		if !slices.ContainsFunc(rows, func(item model.Note) bool { return item.ID == samples[0].ID }) {
			t.Errorf("%v does not find what has that value", filter)
		}
		n, err := store.Count(t.Context(), q)
		must(t, err)
		if n != int64(len(rows)) {
			t.Errorf("%v counts %d and lists %d", filter, n, len(rows))
		}
	}
}
