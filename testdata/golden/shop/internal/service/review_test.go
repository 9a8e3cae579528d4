package service

import (
	"context"
	"reflect"
	"testing"
	"time"

	"example.com/shop/internal/model"
)

// fakeReviewRepository holds at most one review and notes what it is asked for.
type fakeReviewRepository struct {
	item    model.Review
	err     error
	guard   int64 // the version that the last change was guarded by
	changes int
	alone   bool // a change came outside a transaction
	query   model.Query
}

func (f *fakeReviewRepository) Create(ctx context.Context, item model.Review) error {
	f.item = item
	f.alone = !isInTransaction(ctx)
	return f.err
}

func (f *fakeReviewRepository) Get(_ context.Context, id string) (model.Review, error) {
	if id != f.item.ID {
		return model.Review{}, model.ErrNotFound
	}
	return f.item, f.err
}

func (f *fakeReviewRepository) List(_ context.Context, q model.Query) ([]model.Review, error) {
	f.query = q
	return []model.Review{f.item, f.item}, f.err
}

func (f *fakeReviewRepository) Count(_ context.Context, _ model.Query) (int64, error) {
	return 7, f.err
}

func (f *fakeReviewRepository) Update(ctx context.Context, item model.Review, version int64) error {
	f.item, f.guard = item, version
	f.changes++
	f.alone = !isInTransaction(ctx)
	return f.err
}

func (f *fakeReviewRepository) Delete(ctx context.Context, _ string, version int64) error {
	f.guard = version
	f.changes++
	f.alone = !isInTransaction(ctx)
	return f.err
}

const reviewID = "01900000-0000-7000-8000-000000000001"

func newReviewTest() (*Review, *fakeReviewRepository) {
	store := &fakeReviewRepository{item: model.Review{
		ID:        reviewID,
		ProductID: "018f0000-0000-7000-8000-000000000001",
		Rating:    2,
		Body:      new("body 1"),
		Version:   3,
		CreatedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		UpdatedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	}}
	return NewReview(store, everythingOwned[model.Product]{}, fakeTransactor{}), store
}

func TestReviewCreate(t *testing.T) {
	rules, store := newReviewTest()
	before := now()
	got, err := rules.Create(t.Context(), "owner", store.item)
	if err != nil {
		t.Fatal(err)
	}
	if !model.IsUUID(got.ID) || got.ID == reviewID || got.Version != 1 || got.CreatedAt.Before(before) || got.UpdatedAt != got.CreatedAt {
		t.Errorf("id, version and times are not given anew: %+v", got)
	}
	if !reflect.DeepEqual(store.item, got) {
		t.Errorf("stored\n%+v\nreturned\n%+v", store.item, got)
	}
	if store.alone {
		t.Error("it is stored outside the transaction in which its references were looked for")
	}
}

func TestReviewCreatePassesErrorsOn(t *testing.T) {
	rules, store := newReviewTest()
	store.err = &model.ConflictError{Field: "id"}
	_, err := rules.Create(t.Context(), "owner", store.item)
	wantError(t, err, model.ErrConflict)
}

func TestReviewRefusesInvalidValues(t *testing.T) {
	rules, store := newReviewTest()
	before := store.item
	item := before
	item.ProductID = "no such value"
	if _, err := rules.Create(t.Context(), "owner", item); err == nil {
		t.Error("an invalid review is created")
	}
	patch := model.ReviewPatch{ProductID: model.Changed(item.ProductID)}
	if _, err := rules.Update(t.Context(), "owner", reviewID, nil, patch); err == nil {
		t.Error("a review is made invalid")
	}
	if !reflect.DeepEqual(store.item, before) {
		t.Errorf("stored %+v", store.item)
	}
}

func TestReviewUpdate(t *testing.T) {
	var patch model.ReviewPatch
	patch.ProductID = model.Changed("018f0000-0000-7000-8000-000000000002")
	tests := []struct {
		name     string
		id       string
		versions []int64
		patch    model.ReviewPatch
		want     error
		changes  int
	}{
		{"any version", reviewID, nil, patch, nil, 1},
		{"the right version", reviewID, []int64{3}, patch, nil, 1},
		{"a stale version", reviewID, []int64{2}, patch, model.ErrPrecondition, 0},
		{"no version matches", reviewID, []int64{}, patch, model.ErrPrecondition, 0},
		{"nothing to change", reviewID, []int64{3}, model.ReviewPatch{}, nil, 0},
		{"nothing there", "another", nil, patch, model.ErrNotFound, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			rules, store := newReviewTest()
			want := store.item
			test.patch.Apply(&want)
			want.Version += int64(test.changes)
			got, err := rules.Update(t.Context(), "owner", test.id, test.versions, test.patch)
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

func TestReviewDelete(t *testing.T) {
	tests := []struct {
		name     string
		id       string
		versions []int64
		want     error
		changes  int
		guard    int64
	}{
		{"any version", reviewID, nil, nil, 1, 0},
		{"the right version", reviewID, []int64{2, 3}, nil, 1, 3},
		{"a stale version", reviewID, []int64{2}, model.ErrPrecondition, 0, 0},
		{"nothing there", "another", []int64{3}, model.ErrNotFound, 0, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			rules, store := newReviewTest()
			wantError(t, rules.Delete(t.Context(), test.id, test.versions), test.want)
			if store.changes != test.changes || store.guard != test.guard {
				t.Errorf("%d changes, guarded by version %d", store.changes, store.guard)
			}
		})
	}
}

func TestReviewList(t *testing.T) {
	rules, store := newReviewTest()
	q := model.Query{Sort: []model.Sort{{Field: "created_at", Desc: true}, {Field: "id"}}, Limit: 1}
	items, next, _, err := rules.List(t.Context(), q)
	if err != nil || len(items) != 1 || !reflect.DeepEqual(next, []any{store.item.CreatedAt, reviewID}) {
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

func TestReviewValues(t *testing.T) {
	_, store := newReviewTest()
	item := store.item
	tests := map[string]any{
		"id":         item.ID,
		"product_id": item.ProductID,
		"rating":     item.Rating,
		"created_at": item.CreatedAt,
		"updated_at": item.UpdatedAt,
		"unknown":    nil,
	}
	for field, want := range tests {
		if got := reviewValue(item, field); got != want {
			t.Errorf("%s is %v, want %v", field, got, want)
		}
	}
}

// TestReviewRefersToWhatIsMissing wants nothing to be stored, and every such reference to be named.
func TestReviewRefersToWhatIsMissing(t *testing.T) {
	rules, store := newReviewTest()
	before := store.item
	item := before
	item.ProductID = missingID
	_, err := rules.Create(t.Context(), "owner", item)
	wantUnknown(t, err, "/product_id")
	_, err = rules.Update(t.Context(), "owner", reviewID, nil, model.ReviewPatch{ProductID: model.Changed(item.ProductID)})
	wantUnknown(t, err, "/product_id")
	if !reflect.DeepEqual(store.item, before) {
		t.Errorf("stored %+v", store.item)
	}
}

// TestReviewKeepsItsReferences changes an item whose references the caller no longer sees, but leaves these as they are.
func TestReviewKeepsItsReferences(t *testing.T) {
	rules, store := newReviewTest()
	store.item.ProductID = missingID
	patch := model.ReviewPatch{ProductID: model.Changed(store.item.ProductID)}
	_, err := rules.Update(t.Context(), "owner", reviewID, nil, patch)
	wantError(t, err, nil)
	if store.changes != 1 {
		t.Errorf("%d changes", store.changes)
	}
}

// TestReviewRefersToWhatIsNotTheirs has somebody refer to what belongs to another user.
func TestReviewRefersToWhatIsNotTheirs(t *testing.T) {
	rules, store := newReviewTest()
	item := store.item
	_, err := rules.Create(t.Context(), "stranger", item)
	wantUnknown(t, err, "/product_id")
}
