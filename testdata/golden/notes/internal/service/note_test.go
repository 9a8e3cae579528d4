package service

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	"example.com/notes/internal/model"
)

// fakeNoteRepository holds at most one note and notes what it is asked for.
type fakeNoteRepository struct {
	item    model.Note
	err     error
	guard   int64 // the version that the last change was guarded by
	changes int
	alone   bool // a change came outside a transaction
	query   model.Query
}

func (f *fakeNoteRepository) Create(_ context.Context, item model.Note) error {
	f.item = item
	return f.err
}

func (f *fakeNoteRepository) Get(_ context.Context, id string) (model.Note, error) {
	if id != f.item.ID {
		return model.Note{}, model.ErrNotFound
	}
	return f.item, f.err
}

func (f *fakeNoteRepository) List(_ context.Context, q model.Query) ([]model.Note, error) {
	f.query = q
	return []model.Note{f.item, f.item}, f.err
}

func (f *fakeNoteRepository) Count(_ context.Context, _ model.Query) (int64, error) {
	return 7, f.err
}

func (f *fakeNoteRepository) Update(ctx context.Context, item model.Note, version int64) error {
	f.item, f.guard = item, version
	f.changes++
	f.alone = !isInTransaction(ctx)
	return f.err
}

func (f *fakeNoteRepository) Delete(ctx context.Context, _ string, version int64) error {
	f.guard = version
	f.changes++
	f.alone = !isInTransaction(ctx)
	return f.err
}

const noteID = "01900000-0000-7000-8000-000000000001"

func newNoteTest() (*Note, *fakeNoteRepository) {
	store := &fakeNoteRepository{item: model.Note{
		ID:        noteID,
		Title:     "title 1",
		Body:      new("body 1"),
		Version:   3,
		CreatedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		UpdatedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	}}
	return NewNote(store, fakeTransactor{}), store
}

func TestNoteCreate(t *testing.T) {
	rules, store := newNoteTest()
	before := now()
	got, err := rules.Create(t.Context(), store.item)
	if err != nil {
		t.Fatal(err)
	}
	if !model.IsUUID(got.ID) || got.ID == noteID || got.Version != 1 || got.CreatedAt.Before(before) || got.UpdatedAt != got.CreatedAt {
		t.Errorf("id, version and times are not given anew: %+v", got)
	}
	if !reflect.DeepEqual(store.item, got) {
		t.Errorf("stored\n%+v\nreturned\n%+v", store.item, got)
	}
}

func TestNoteCreatePassesErrorsOn(t *testing.T) {
	rules, store := newNoteTest()
	store.err = &model.ConflictError{Field: "id"}
	_, err := rules.Create(t.Context(), store.item)
	wantError(t, err, model.ErrConflict)
}

func TestNoteRefusesInvalidValues(t *testing.T) {
	rules, store := newNoteTest()
	before := store.item
	item := before
	item.Title = strings.Repeat("x", 121)
	if _, err := rules.Create(t.Context(), item); err == nil {
		t.Error("an invalid note is created")
	}
	patch := model.NotePatch{Title: model.Changed(item.Title)}
	if _, err := rules.Update(t.Context(), noteID, nil, patch); err == nil {
		t.Error("a note is made invalid")
	}
	if !reflect.DeepEqual(store.item, before) {
		t.Errorf("stored %+v", store.item)
	}
}

func TestNoteUpdate(t *testing.T) {
	var patch model.NotePatch
	patch.Title = model.Changed("title 2")
	tests := []struct {
		name     string
		id       string
		versions []int64
		patch    model.NotePatch
		want     error
		changes  int
	}{
		{"any version", noteID, nil, patch, nil, 1},
		{"the right version", noteID, []int64{3}, patch, nil, 1},
		{"a stale version", noteID, []int64{2}, patch, model.ErrPrecondition, 0},
		{"no version matches", noteID, []int64{}, patch, model.ErrPrecondition, 0},
		{"nothing to change", noteID, []int64{3}, model.NotePatch{}, nil, 0},
		{"nothing there", "another", nil, patch, model.ErrNotFound, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			rules, store := newNoteTest()
			want := store.item
			test.patch.Apply(&want)
			want.Version += int64(test.changes)
			got, err := rules.Update(t.Context(), test.id, test.versions, test.patch)
			wantError(t, err, test.want)
			if store.changes != test.changes || store.alone {
				t.Errorf("%d changes, outside a transaction: %t", store.changes, store.alone)
			}
			if err != nil {
				return
			}
			if test.changes > 0 && (!got.UpdatedAt.After(want.UpdatedAt) || store.guard != 3) {
				t.Errorf("updated at %s, guarded by version %d", got.UpdatedAt, store.guard)
			}
			want.UpdatedAt = got.UpdatedAt
			if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(store.item, want) {
				t.Errorf("returned\n%+v\nstored\n%+v\nwant\n%+v", got, store.item, want)
			}
		})
	}
}

func TestNoteDelete(t *testing.T) {
	tests := []struct {
		name     string
		id       string
		versions []int64
		want     error
		changes  int
		guard    int64
	}{
		{"any version", noteID, nil, nil, 1, 0},
		{"the right version", noteID, []int64{2, 3}, nil, 1, 3},
		{"a stale version", noteID, []int64{2}, model.ErrPrecondition, 0, 0},
		{"nothing there", "another", []int64{3}, model.ErrNotFound, 0, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			rules, store := newNoteTest()
			wantError(t, rules.Delete(t.Context(), test.id, test.versions), test.want)
			if store.changes != test.changes || store.guard != test.guard {
				t.Errorf("%d changes, guarded by version %d", store.changes, store.guard)
			}
		})
	}
}

func TestNoteList(t *testing.T) {
	rules, store := newNoteTest()
	q := model.Query{Sort: []model.Sort{{Field: "created_at", Desc: true}, {Field: "id"}}, Limit: 1}
	items, next, _, err := rules.List(t.Context(), q)
	if err != nil || len(items) != 1 || !reflect.DeepEqual(next, []any{store.item.CreatedAt, noteID}) {
		t.Errorf("%v, next %v, %v", items, next, err)
	}
	if !reflect.DeepEqual(store.query, q) {
		t.Errorf("the store is asked for %+v, want %+v", store.query, q)
	}
	q.Page = 2
	if _, _, total, err := rules.List(t.Context(), q); err != nil || total != 7 {
		t.Errorf("total %d, %v", total, err)
	}
}

func TestNoteValues(t *testing.T) {
	_, store := newNoteTest()
	item := store.item
	tests := map[string]any{
		"id":         item.ID,
		"title":      item.Title,
		"created_at": item.CreatedAt,
		"updated_at": item.UpdatedAt,
		"unknown":    nil,
	}
	for field, want := range tests {
		if got := noteValue(item, field); got != want {
			t.Errorf("%s is %v, want %v", field, got, want)
		}
	}
}
