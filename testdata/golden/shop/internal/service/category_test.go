package service

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	"example.com/shop/internal/model"
)

// fakeCategoryRepository holds at most one category and notes what it is asked for.
type fakeCategoryRepository struct {
	item    model.Category
	err     error
	guard   int64 // the version that the last change was guarded by
	changes int
	alone   bool // a change came outside a transaction
	query   model.Query
}

func (f *fakeCategoryRepository) Create(ctx context.Context, item model.Category) error {
	f.item = item
	f.alone = !isInTransaction(ctx)
	return f.err
}

func (f *fakeCategoryRepository) Get(_ context.Context, id string) (model.Category, error) {
	if id != f.item.ID {
		return model.Category{}, model.ErrNotFound
	}
	return f.item, f.err
}

func (f *fakeCategoryRepository) List(_ context.Context, q model.Query) ([]model.Category, error) {
	f.query = q
	return []model.Category{f.item, f.item}, f.err
}

func (f *fakeCategoryRepository) Count(_ context.Context, _ model.Query) (int64, error) {
	return 7, f.err
}

func (f *fakeCategoryRepository) Update(ctx context.Context, item model.Category, version int64) error {
	f.item, f.guard = item, version
	f.changes++
	f.alone = !isInTransaction(ctx)
	return f.err
}

func (f *fakeCategoryRepository) Delete(ctx context.Context, _ string, version int64) error {
	f.guard = version
	f.changes++
	f.alone = !isInTransaction(ctx)
	return f.err
}

const categoryID = "01900000-0000-7000-8000-000000000001"

func newCategoryTest() (*Category, *fakeCategoryRepository) {
	store := &fakeCategoryRepository{item: model.Category{
		ID:        categoryID,
		Name:      "name 1",
		Position:  2,
		ParentID:  new(categoryID),
		Version:   3,
		CreatedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		UpdatedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	}}
	return NewCategory(store, fakeTransactor{}), store
}

func TestCategoryCreate(t *testing.T) {
	rules, store := newCategoryTest()
	before := now()
	got, err := rules.Create(t.Context(), store.item)
	if err != nil {
		t.Fatal(err)
	}
	if !model.IsUUID(got.ID) || got.ID == categoryID || got.Version != 1 || got.CreatedAt.Before(before) || got.UpdatedAt != got.CreatedAt {
		t.Errorf("id, version and times are not given anew: %+v", got)
	}
	if !reflect.DeepEqual(store.item, got) {
		t.Errorf("stored\n%+v\nreturned\n%+v", store.item, got)
	}
	if store.alone {
		t.Error("it is stored outside the transaction in which its references were looked for")
	}
}

func TestCategoryCreatePassesErrorsOn(t *testing.T) {
	rules, store := newCategoryTest()
	store.err = &model.ConflictError{Field: "id"}
	_, err := rules.Create(t.Context(), store.item)
	wantError(t, err, model.ErrConflict)
}

func TestCategoryRefusesInvalidValues(t *testing.T) {
	rules, store := newCategoryTest()
	before := store.item
	item := before
	item.Name = strings.Repeat("x", 81)
	if _, err := rules.Create(t.Context(), item); err == nil {
		t.Error("an invalid category is created")
	}
	patch := model.CategoryPatch{Name: model.Changed(item.Name)}
	if _, err := rules.Update(t.Context(), categoryID, nil, patch); err == nil {
		t.Error("a category is made invalid")
	}
	if !reflect.DeepEqual(store.item, before) {
		t.Errorf("stored %+v", store.item)
	}
}

func TestCategoryUpdate(t *testing.T) {
	var patch model.CategoryPatch
	patch.Name = model.Changed("name 2")
	tests := []struct {
		name     string
		id       string
		versions []int64
		patch    model.CategoryPatch
		want     error
		changes  int
	}{
		{"any version", categoryID, nil, patch, nil, 1},
		{"the right version", categoryID, []int64{3}, patch, nil, 1},
		{"a stale version", categoryID, []int64{2}, patch, model.ErrPrecondition, 0},
		{"no version matches", categoryID, []int64{}, patch, model.ErrPrecondition, 0},
		{"nothing to change", categoryID, []int64{3}, model.CategoryPatch{}, nil, 0},
		{"nothing there", "another", nil, patch, model.ErrNotFound, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			rules, store := newCategoryTest()
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

func TestCategoryDelete(t *testing.T) {
	tests := []struct {
		name     string
		id       string
		versions []int64
		want     error
		changes  int
		guard    int64
	}{
		{"any version", categoryID, nil, nil, 1, 0},
		{"the right version", categoryID, []int64{2, 3}, nil, 1, 3},
		{"a stale version", categoryID, []int64{2}, model.ErrPrecondition, 0, 0},
		{"nothing there", "another", []int64{3}, model.ErrNotFound, 0, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			rules, store := newCategoryTest()
			wantError(t, rules.Delete(t.Context(), test.id, test.versions), test.want)
			if store.changes != test.changes || store.guard != test.guard {
				t.Errorf("%d changes, guarded by version %d", store.changes, store.guard)
			}
		})
	}
}

func TestCategoryList(t *testing.T) {
	rules, store := newCategoryTest()
	q := model.Query{Sort: []model.Sort{{Field: "created_at", Desc: true}, {Field: "id"}}, Limit: 1}
	items, next, _, err := rules.List(t.Context(), q)
	if err != nil || len(items) != 1 || !reflect.DeepEqual(next, []any{store.item.CreatedAt, categoryID}) {
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

func TestCategoryValues(t *testing.T) {
	_, store := newCategoryTest()
	item := store.item
	tests := map[string]any{
		"id":         item.ID,
		"name":       item.Name,
		"position":   item.Position,
		"parent_id":  *item.ParentID,
		"created_at": item.CreatedAt,
		"updated_at": item.UpdatedAt,
		"unknown":    nil,
	}
	for field, want := range tests {
		if got := categoryValue(item, field); got != want {
			t.Errorf("%s is %v, want %v", field, got, want)
		}
	}
}

// TestCategoryRefersToWhatIsMissing wants nothing to be stored, and every such reference to be named.
func TestCategoryRefersToWhatIsMissing(t *testing.T) {
	rules, store := newCategoryTest()
	before := store.item
	item := before
	item.ParentID = new(missingID)
	_, err := rules.Create(t.Context(), item)
	wantUnknown(t, err, "/parent_id")
	_, err = rules.Update(t.Context(), categoryID, nil, model.CategoryPatch{ParentID: model.Changed(item.ParentID)})
	wantUnknown(t, err, "/parent_id")
	if !reflect.DeepEqual(store.item, before) {
		t.Errorf("stored %+v", store.item)
	}
}

// TestCategoryKeepsItsReferences changes an item whose references the caller no longer sees, but leaves these as they are.
func TestCategoryKeepsItsReferences(t *testing.T) {
	rules, store := newCategoryTest()
	store.item.ParentID = new(missingID)
	patch := model.CategoryPatch{ParentID: model.Changed(store.item.ParentID)}
	_, err := rules.Update(t.Context(), categoryID, nil, patch)
	wantError(t, err, nil)
	if store.changes != 1 {
		t.Errorf("%d changes", store.changes)
	}
}
