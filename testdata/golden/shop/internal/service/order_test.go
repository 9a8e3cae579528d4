package service

import (
	"context"
	"reflect"
	"testing"
	"time"

	"example.com/shop/internal/model"
)

// fakeOrderRepository holds at most one order and notes what it is asked for.
type fakeOrderRepository struct {
	item    model.Order
	err     error
	guard   int64 // the version that the last change was guarded by
	changes int
	alone   bool // a change came outside a transaction
	query   model.Query
}

func (f *fakeOrderRepository) Create(ctx context.Context, item model.Order) error {
	f.item = item
	f.alone = !isInTransaction(ctx)
	return f.err
}

func (f *fakeOrderRepository) Get(_ context.Context, owner, id string) (model.Order, error) {
	if id != f.item.ID || owner != f.item.OwnerID {
		return model.Order{}, model.ErrNotFound
	}
	return f.item, f.err
}

func (f *fakeOrderRepository) List(_ context.Context, owner string, q model.Query) ([]model.Order, error) {
	f.query = q
	if owner != f.item.OwnerID {
		return []model.Order{}, f.err
	}
	return []model.Order{f.item, f.item}, f.err
}

func (f *fakeOrderRepository) Count(_ context.Context, owner string, _ model.Query) (int64, error) {
	if owner != f.item.OwnerID {
		return 0, f.err
	}
	return 7, f.err
}

func (f *fakeOrderRepository) Update(ctx context.Context, item model.Order, version int64) error {
	f.item, f.guard = item, version
	f.changes++
	f.alone = !isInTransaction(ctx)
	return f.err
}

func (f *fakeOrderRepository) Delete(ctx context.Context, _, _ string, version int64) error {
	f.guard = version
	f.changes++
	f.alone = !isInTransaction(ctx)
	return f.err
}

const orderID = "01900000-0000-7000-8000-000000000001"

func newOrderTest() (*Order, *fakeOrderRepository) {
	store := &fakeOrderRepository{item: model.Order{
		ID:        orderID,
		OwnerID:   "owner",
		BuyerID:   "018f0000-0000-7000-8000-000000000001",
		SellerID:  "018f0000-0000-7000-8000-000000000001",
		Note:      new("note 1"),
		Version:   3,
		CreatedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		UpdatedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	}}
	return NewOrder(store, everything[model.User]{}, fakeTransactor{}), store
}

func TestOrderCreate(t *testing.T) {
	rules, store := newOrderTest()
	before := now()
	got, err := rules.Create(t.Context(), store.item)
	if err != nil {
		t.Fatal(err)
	}
	if !model.IsUUID(got.ID) || got.ID == orderID || got.Version != 1 || got.CreatedAt.Before(before) || got.UpdatedAt != got.CreatedAt {
		t.Errorf("id, version and times are not given anew: %+v", got)
	}
	if !reflect.DeepEqual(store.item, got) {
		t.Errorf("stored\n%+v\nreturned\n%+v", store.item, got)
	}
	if store.alone {
		t.Error("it is stored outside the transaction in which its references were looked for")
	}
}

func TestOrderCreatePassesErrorsOn(t *testing.T) {
	rules, store := newOrderTest()
	store.err = &model.ConflictError{Field: "id"}
	_, err := rules.Create(t.Context(), store.item)
	wantError(t, err, model.ErrConflict)
}

func TestOrderRefusesInvalidValues(t *testing.T) {
	rules, store := newOrderTest()
	before := store.item
	item := before
	item.BuyerID = "no such value"
	if _, err := rules.Create(t.Context(), item); err == nil {
		t.Error("an invalid order is created")
	}
	patch := model.OrderPatch{BuyerID: model.Changed(item.BuyerID)}
	if _, err := rules.Update(t.Context(), "owner", orderID, nil, patch); err == nil {
		t.Error("an order is made invalid")
	}
	if !reflect.DeepEqual(store.item, before) {
		t.Errorf("stored %+v", store.item)
	}
}

func TestOrderUpdate(t *testing.T) {
	var patch model.OrderPatch
	patch.BuyerID = model.Changed("018f0000-0000-7000-8000-000000000002")
	tests := []struct {
		name     string
		id       string
		versions []int64
		patch    model.OrderPatch
		want     error
		changes  int
	}{
		{"any version", orderID, nil, patch, nil, 1},
		{"the right version", orderID, []int64{3}, patch, nil, 1},
		{"a stale version", orderID, []int64{2}, patch, model.ErrPrecondition, 0},
		{"no version matches", orderID, []int64{}, patch, model.ErrPrecondition, 0},
		{"nothing to change", orderID, []int64{3}, model.OrderPatch{}, nil, 0},
		{"nothing there", "another", nil, patch, model.ErrNotFound, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			rules, store := newOrderTest()
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

func TestOrderDelete(t *testing.T) {
	tests := []struct {
		name     string
		id       string
		versions []int64
		want     error
		changes  int
		guard    int64
	}{
		{"any version", orderID, nil, nil, 1, 0},
		{"the right version", orderID, []int64{2, 3}, nil, 1, 3},
		{"a stale version", orderID, []int64{2}, model.ErrPrecondition, 0, 0},
		{"nothing there", "another", []int64{3}, model.ErrNotFound, 0, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			rules, store := newOrderTest()
			wantError(t, rules.Delete(t.Context(), "owner", test.id, test.versions), test.want)
			if store.changes != test.changes || store.guard != test.guard {
				t.Errorf("%d changes, guarded by version %d", store.changes, store.guard)
			}
		})
	}
}

func TestOrderList(t *testing.T) {
	rules, store := newOrderTest()
	q := model.Query{Sort: []model.Sort{{Field: "created_at", Desc: true}, {Field: "id"}}, Limit: 1}
	items, next, _, err := rules.List(t.Context(), "owner", q)
	if err != nil || len(items) != 1 || !reflect.DeepEqual(next, []any{store.item.CreatedAt, orderID}) {
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

func TestOrderOfAnotherOwner(t *testing.T) {
	rules, store := newOrderTest()
	_, err := rules.Get(t.Context(), "stranger", orderID)
	wantError(t, err, model.ErrNotFound)
	_, err = rules.Update(t.Context(), "stranger", orderID, nil, model.OrderPatch{})
	wantError(t, err, model.ErrNotFound)
	wantError(t, rules.Delete(t.Context(), "stranger", orderID, []int64{3}), model.ErrNotFound)
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

func TestOrderValues(t *testing.T) {
	_, store := newOrderTest()
	item := store.item
	tests := map[string]any{
		"id":         item.ID,
		"buyer_id":   item.BuyerID,
		"seller_id":  item.SellerID,
		"created_at": item.CreatedAt,
		"updated_at": item.UpdatedAt,
		"unknown":    nil,
	}
	for field, want := range tests {
		if got := orderValue(item, field); got != want {
			t.Errorf("%s is %v, want %v", field, got, want)
		}
	}
}

// TestOrderRefersToWhatIsMissing wants nothing to be stored, and every such reference to be named.
func TestOrderRefersToWhatIsMissing(t *testing.T) {
	rules, store := newOrderTest()
	before := store.item
	item := before
	item.BuyerID = missingID
	item.SellerID = missingID
	_, err := rules.Create(t.Context(), item)
	wantUnknown(t, err, "/buyer_id", "/seller_id")
	_, err = rules.Update(t.Context(), "owner", orderID, nil, model.OrderPatch{BuyerID: model.Changed(item.BuyerID)})
	wantUnknown(t, err, "/buyer_id")
	_, err = rules.Update(t.Context(), "owner", orderID, nil, model.OrderPatch{SellerID: model.Changed(item.SellerID)})
	wantUnknown(t, err, "/seller_id")
	if !reflect.DeepEqual(store.item, before) {
		t.Errorf("stored %+v", store.item)
	}
}

// TestOrderKeepsItsReferences changes an item whose references the caller no longer sees, but leaves these as they are.
func TestOrderKeepsItsReferences(t *testing.T) {
	rules, store := newOrderTest()
	store.item.BuyerID = missingID
	patch := model.OrderPatch{BuyerID: model.Changed(store.item.BuyerID)}
	_, err := rules.Update(t.Context(), "owner", orderID, nil, patch)
	wantError(t, err, nil)
	if store.changes != 1 {
		t.Errorf("%d changes", store.changes)
	}
}
