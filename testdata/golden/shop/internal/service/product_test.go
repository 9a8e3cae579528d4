package service

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	"example.com/shop/internal/model"
)

// fakeProductRepository holds at most one product and notes what it is asked for.
type fakeProductRepository struct {
	item    model.Product
	err     error
	guard   int64 // the version that the last change was guarded by
	changes int
	alone   bool // a change came outside a transaction
	query   model.Query
}

func (f *fakeProductRepository) Create(ctx context.Context, item model.Product) error {
	f.item = item
	f.alone = !isInTransaction(ctx)
	return f.err
}

func (f *fakeProductRepository) Get(_ context.Context, owner, id string) (model.Product, error) {
	if id != f.item.ID || owner != f.item.OwnerID {
		return model.Product{}, model.ErrNotFound
	}
	return f.item, f.err
}

func (f *fakeProductRepository) List(_ context.Context, owner string, q model.Query) ([]model.Product, error) {
	f.query = q
	if owner != f.item.OwnerID {
		return []model.Product{}, f.err
	}
	return []model.Product{f.item, f.item}, f.err
}

func (f *fakeProductRepository) Count(_ context.Context, owner string, _ model.Query) (int64, error) {
	if owner != f.item.OwnerID {
		return 0, f.err
	}
	return 7, f.err
}

func (f *fakeProductRepository) Update(ctx context.Context, item model.Product, version int64) error {
	f.item, f.guard = item, version
	f.changes++
	f.alone = !isInTransaction(ctx)
	return f.err
}

func (f *fakeProductRepository) Delete(ctx context.Context, _, _ string, version int64) error {
	f.guard = version
	f.changes++
	f.alone = !isInTransaction(ctx)
	return f.err
}

const productID = "01900000-0000-7000-8000-000000000001"

func newProductTest() (*Product, *fakeProductRepository) {
	store := &fakeProductRepository{item: model.Product{
		ID:          productID,
		OwnerID:     "owner",
		Name:        "name 1",
		SKU:         "sku 1",
		Price:       model.MustDecimal("1.01", 2),
		Stock:       2,
		Description: new("description 1"),
		Status:      "live",
		CategoryID:  "018f0000-0000-7000-8000-000000000001",
		Version:     3,
		CreatedAt:   time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		UpdatedAt:   time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	}}
	return NewProduct(store, everything[model.Category]{}, fakeTransactor{}), store
}

func TestProductCreate(t *testing.T) {
	rules, store := newProductTest()
	before := now()
	got, err := rules.Create(t.Context(), store.item)
	if err != nil {
		t.Fatal(err)
	}
	if !model.IsUUID(got.ID) || got.ID == productID || got.Version != 1 || got.CreatedAt.Before(before) || got.UpdatedAt != got.CreatedAt {
		t.Errorf("id, version and times are not given anew: %+v", got)
	}
	if !reflect.DeepEqual(store.item, got) {
		t.Errorf("stored\n%+v\nreturned\n%+v", store.item, got)
	}
	if store.alone {
		t.Error("it is stored outside the transaction in which its references were looked for")
	}
}

func TestProductCreatePassesErrorsOn(t *testing.T) {
	rules, store := newProductTest()
	store.err = &model.ConflictError{Field: "id"}
	_, err := rules.Create(t.Context(), store.item)
	wantError(t, err, model.ErrConflict)
}

func TestProductRefusesInvalidValues(t *testing.T) {
	rules, store := newProductTest()
	before := store.item
	item := before
	item.Name = strings.Repeat("x", 201)
	if _, err := rules.Create(t.Context(), item); err == nil {
		t.Error("an invalid product is created")
	}
	patch := model.ProductPatch{Name: model.Changed(item.Name)}
	if _, err := rules.Update(t.Context(), "owner", productID, nil, patch); err == nil {
		t.Error("a product is made invalid")
	}
	if !reflect.DeepEqual(store.item, before) {
		t.Errorf("stored %+v", store.item)
	}
}

func TestProductUpdate(t *testing.T) {
	var patch model.ProductPatch
	patch.Name = model.Changed("name 2")
	tests := []struct {
		name     string
		id       string
		versions []int64
		patch    model.ProductPatch
		want     error
		changes  int
	}{
		{"any version", productID, nil, patch, nil, 1},
		{"the right version", productID, []int64{3}, patch, nil, 1},
		{"a stale version", productID, []int64{2}, patch, model.ErrPrecondition, 0},
		{"no version matches", productID, []int64{}, patch, model.ErrPrecondition, 0},
		{"nothing to change", productID, []int64{3}, model.ProductPatch{}, nil, 0},
		{"nothing there", "another", nil, patch, model.ErrNotFound, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			rules, store := newProductTest()
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

func TestProductDelete(t *testing.T) {
	tests := []struct {
		name     string
		id       string
		versions []int64
		want     error
		changes  int
		guard    int64
	}{
		{"any version", productID, nil, nil, 1, 0},
		{"the right version", productID, []int64{2, 3}, nil, 1, 3},
		{"a stale version", productID, []int64{2}, model.ErrPrecondition, 0, 0},
		{"nothing there", "another", []int64{3}, model.ErrNotFound, 0, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			rules, store := newProductTest()
			wantError(t, rules.Delete(t.Context(), "owner", test.id, test.versions), test.want)
			if store.changes != test.changes || store.guard != test.guard {
				t.Errorf("%d changes, guarded by version %d", store.changes, store.guard)
			}
		})
	}
}

func TestProductList(t *testing.T) {
	rules, store := newProductTest()
	q := model.Query{Sort: []model.Sort{{Field: "created_at", Desc: true}, {Field: "id"}}, Limit: 1}
	items, next, _, err := rules.List(t.Context(), "owner", q)
	if err != nil || len(items) != 1 || !reflect.DeepEqual(next, []any{store.item.CreatedAt, productID}) {
		t.Errorf("%v, next %v, %v", items, next, err)
	}
	if !reflect.DeepEqual(store.query, q) {
		t.Errorf("the store is asked for %+v, want %+v", store.query, q)
	}
	q.Page = 2
	if _, _, total, err := rules.List(t.Context(), "owner", q); err != nil || total != 7 {
		t.Errorf("total %d, %v", total, err)
	}
}

func TestProductOfAnotherOwner(t *testing.T) {
	rules, store := newProductTest()
	_, err := rules.Get(t.Context(), "stranger", productID)
	wantError(t, err, model.ErrNotFound)
	_, err = rules.Update(t.Context(), "stranger", productID, nil, model.ProductPatch{})
	wantError(t, err, model.ErrNotFound)
	wantError(t, rules.Delete(t.Context(), "stranger", productID, []int64{3}), model.ErrNotFound)
	q := model.Query{Sort: []model.Sort{{Field: "id"}}, Limit: 1}
	items, _, _, err := rules.List(t.Context(), "stranger", q)
	if err != nil || len(items) != 0 {
		t.Errorf("a stranger lists %v, %v", items, err)
	}
	q.Page = 1
	if _, _, total, err := rules.List(t.Context(), "stranger", q); err != nil || total != 0 {
		t.Errorf("a stranger counts %d, %v", total, err)
	}
	if store.changes != 0 {
		t.Errorf("%d changes were made", store.changes)
	}
}

func TestProductValues(t *testing.T) {
	_, store := newProductTest()
	item := store.item
	tests := map[string]any{
		"id":          item.ID,
		"name":        item.Name,
		"sku":         item.SKU,
		"price":       item.Price,
		"stock":       item.Stock,
		"status":      item.Status,
		"category_id": item.CategoryID,
		"created_at":  item.CreatedAt,
		"updated_at":  item.UpdatedAt,
		"unknown":     nil,
	}
	for field, want := range tests {
		if got := productValue(item, field); got != want {
			t.Errorf("%s is %v, want %v", field, got, want)
		}
	}
}

// TestProductRefersToWhatIsMissing wants nothing to be stored, and every such reference to be named.
func TestProductRefersToWhatIsMissing(t *testing.T) {
	rules, store := newProductTest()
	before := store.item
	item := before
	item.CategoryID = missingID
	_, err := rules.Create(t.Context(), item)
	wantUnknown(t, err, "/category_id")
	_, err = rules.Update(t.Context(), "owner", productID, nil, model.ProductPatch{CategoryID: model.Changed(item.CategoryID)})
	wantUnknown(t, err, "/category_id")
	if !reflect.DeepEqual(store.item, before) {
		t.Errorf("stored %+v", store.item)
	}
}

// TestProductKeepsItsReferences changes an item whose references the caller no longer sees, but leaves these as they are.
func TestProductKeepsItsReferences(t *testing.T) {
	rules, store := newProductTest()
	store.item.CategoryID = missingID
	patch := model.ProductPatch{CategoryID: model.Changed(store.item.CategoryID)}
	_, err := rules.Update(t.Context(), "owner", productID, nil, patch)
	wantError(t, err, nil)
	if store.changes != 1 {
		t.Errorf("%d changes", store.changes)
	}
}
