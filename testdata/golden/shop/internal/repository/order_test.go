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
)

// sampleOrders returns orders that differ in every field that can. The last one has nothing optional.
// What they refer to is stored in db.
func sampleOrders(t *testing.T, db *database.DB, owner string) []model.Order {
	t.Helper()
	at := time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)
	list := []model.Order{
		{
			BuyerID:  databasetest.User(t, db),
			SellerID: databasetest.User(t, db),
			Note:     new("note 1"),
		},
		{
			BuyerID:  databasetest.User(t, db),
			SellerID: databasetest.User(t, db),
			Note:     new("note 2"),
		},
		{
			BuyerID:  databasetest.User(t, db),
			SellerID: databasetest.User(t, db),
			Note:     new("note 3"),
		},
		{
			BuyerID:  databasetest.User(t, db),
			SellerID: databasetest.User(t, db),
			Note:     new("note 4"),
		},
	}
	for i := range list {
		list[i].ID = fmt.Sprintf("01900000-0000-7000-8000-%012d", i+1)
		list[i].OwnerID = owner
		list[i].Version = 1
		// The third is as old as the second: then the id decides.
		list[i].CreatedAt = at.Add(time.Duration(min(i, 1)) * time.Microsecond)
		list[i].UpdatedAt = at.Add(time.Duration(i) * time.Hour)
	}
	last := &list[len(list)-1]
	last.Note = nil
	return list
}

// storedOrders returns a store that holds the samples.
func storedOrders(t *testing.T) (owner string, db *database.DB, store *repository.Order, samples []model.Order) {
	t.Helper()
	db = databasetest.Open(t)
	store = repository.NewOrder(db)
	owner = databasetest.User(t, db)
	samples = sampleOrders(t, db, owner)
	for _, item := range samples {
		must(t, store.Create(t.Context(), item))
	}
	return owner, db, store, samples
}

func wantOrder(t *testing.T, store *repository.Order, want model.Order) {
	t.Helper()
	got, err := store.Get(t.Context(), want.OwnerID, want.ID)
	must(t, err)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("stored\n%+v\nwant\n%+v", got, want)
	}
}

func TestOrderComesBackAsItWas(t *testing.T) {
	owner, _, store, samples := storedOrders(t)
	for _, item := range samples {
		wantOrder(t, store, item)
	}
	_, err := store.Get(t.Context(), owner, unknownID)
	wantError(t, err, model.ErrNotFound)
}

func TestOrderIsNotStoredForNobody(t *testing.T) {
	_, _, store, samples := storedOrders(t)
	item := samples[0]
	item.ID, item.OwnerID = unknownID, unknownID
	wantError(t, store.Create(t.Context(), item), model.ErrUnauthenticated)
}

func TestOrderUpdate(t *testing.T) {
	_, db, store, samples := storedOrders(t)
	changed := samples[0]
	changed.BuyerID = databasetest.User(t, db)
	changed.SellerID = databasetest.User(t, db)
	changed.Note = new("note 9")
	changed.Version, changed.UpdatedAt = 2, changed.UpdatedAt.Add(time.Second)

	must(t, store.Update(t.Context(), changed, 1))
	wantOrder(t, store, changed)
	wantError(t, store.Update(t.Context(), changed, 1), model.ErrPrecondition)
	for _, item := range samples[1:] {
		wantOrder(t, store, item)
	}
	changed.ID = unknownID
	wantError(t, store.Update(t.Context(), changed, 2), model.ErrNotFound)
}

// TestOrderParallelUpdates has many callers change what they have all seen in the same version: one may win.
func TestOrderParallelUpdates(t *testing.T) {
	_, db, store, samples := storedOrders(t)
	const callers = 20
	var won, lost atomic.Int32
	var running sync.WaitGroup
	for range callers {
		running.Go(func() {
			err := db.WithTx(t.Context(), func(ctx context.Context) error {
				item, err := store.Get(ctx, samples[0].OwnerID, samples[0].ID)
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

func TestOrderDelete(t *testing.T) {
	owner, _, store, samples := storedOrders(t)
	id := samples[0].ID
	wantError(t, store.Delete(t.Context(), owner, id, 2), model.ErrPrecondition)
	wantOrder(t, store, samples[0])
	must(t, store.Delete(t.Context(), owner, id, 1))
	wantError(t, store.Delete(t.Context(), owner, id, 1), model.ErrNotFound)
	wantError(t, store.Delete(t.Context(), owner, id, 0), model.ErrNotFound)
	for _, item := range samples[1:] {
		wantOrder(t, store, item)
		must(t, store.Delete(t.Context(), owner, item.ID, 0))
	}
}

// TestOrderLists walks through pages of one row in every order and wants the order of one large page.
func TestOrderLists(t *testing.T) {
	owner, _, store, samples := storedOrders(t)
	fields := map[string]func(item model.Order) any{
		"id":         func(item model.Order) any { return item.ID },
		"buyer_id":   func(item model.Order) any { return item.BuyerID },
		"seller_id":  func(item model.Order) any { return item.SellerID },
		"created_at": func(item model.Order) any { return item.CreatedAt },
		"updated_at": func(item model.Order) any { return item.UpdatedAt },
	}
	for field, value := range fields {
		for _, desc := range []bool{false, true} {
			q := model.Query{Sort: []model.Sort{{Field: field, Desc: desc}, {Field: "id", Desc: true}}, Limit: 100}
			all, err := store.List(t.Context(), owner, q)
			must(t, err)
			if len(all) != len(samples) {
				t.Fatalf("by %s: %d rows, want %d", field, len(all), len(samples))
			}
			q.Limit = 1
			for i, want := range all {
				rows, err := store.List(t.Context(), owner, q)
				must(t, err)
				if len(rows) != min(2, len(all)-i) || rows[0].ID != want.ID {
					t.Fatalf("by %s, descending %t: page %d is %v, want %s first", field, desc, i, rows, want.ID)
				}
				q.After = []any{value(want), want.ID}
			}
		}
	}
}

func TestOrderNewestComeFirst(t *testing.T) {
	owner, _, store, samples := storedOrders(t)
	rows, err := store.List(t.Context(), owner, model.Query{Sort: newestFirst(), Limit: 100})
	must(t, err)
	slices.Reverse(samples)
	if !reflect.DeepEqual(rows, samples) {
		t.Errorf("got\n%+v\nwant\n%+v", rows, samples)
	}
}

func TestOrderNumberedPages(t *testing.T) {
	owner, _, store, samples := storedOrders(t)
	q := model.Query{Sort: newestFirst(), Limit: len(samples) - 1, Page: 2}
	if q.Limit == 0 {
		q.Limit, q.Page = 1, 1
	}
	rows, err := store.List(t.Context(), owner, q)
	must(t, err)
	if len(rows) != 1 || rows[0].ID != samples[0].ID {
		t.Errorf("the last page is %v, want the oldest alone", rows)
	}
	n, err := store.Count(t.Context(), owner, q)
	must(t, err)
	if n != int64(len(samples)) {
		t.Errorf("%d rows are counted, want %d", n, len(samples))
	}
}

func TestOrderFilters(t *testing.T) {
	owner, _, store, samples := storedOrders(t)
	filters := []model.Filter{
		{Field: "id", Op: "eq", Values: []any{samples[0].ID}},
		{Field: "buyer_id", Op: "eq", Values: []any{samples[0].BuyerID}},
		{Field: "buyer_id", Op: "in", Values: []any{samples[0].BuyerID}},
		{Field: "seller_id", Op: "eq", Values: []any{samples[0].SellerID}},
		{Field: "seller_id", Op: "in", Values: []any{samples[0].SellerID}},
		{Field: "note", Op: "like", Values: []any{valueOf(samples[0].Note)}},
	}
	for _, filter := range filters {
		q := model.Query{Filters: []model.Filter{filter}, Sort: newestFirst(), Limit: 100}
		rows, err := store.List(t.Context(), owner, q)
		must(t, err)
		if !slices.ContainsFunc(rows, func(item model.Order) bool { return item.ID == samples[0].ID }) {
			t.Errorf("%v does not find what has that value", filter)
		}
		n, err := store.Count(t.Context(), owner, q)
		must(t, err)
		if n != int64(len(rows)) {
			t.Errorf("%v counts %d and lists %d", filter, n, len(rows))
		}
	}
}

// TestOrderOfAnotherOwner proves that what belongs to somebody else does not exist, whatever is tried.
func TestOrderOfAnotherOwner(t *testing.T) {
	_, db, store, samples := storedOrders(t)
	stranger := databasetest.User(t, db)
	item := samples[0]

	_, err := store.Get(t.Context(), stranger, item.ID)
	wantError(t, err, model.ErrNotFound)
	wantError(t, store.Delete(t.Context(), stranger, item.ID, 0), model.ErrNotFound)
	wantError(t, store.Delete(t.Context(), stranger, item.ID, 1), model.ErrNotFound)
	theirs := item
	theirs.OwnerID, theirs.Version = stranger, 2
	wantError(t, store.Update(t.Context(), theirs, 1), model.ErrNotFound)

	q := model.Query{Sort: newestFirst(), Limit: 100, Filters: []model.Filter{{Field: "id", Op: "in", Values: []any{item.ID, samples[0].ID}}}}
	rows, err := store.List(t.Context(), stranger, q)
	must(t, err)
	n, err := store.Count(t.Context(), stranger, q)
	must(t, err)
	if len(rows) != 0 || n != 0 {
		t.Errorf("a stranger lists %d rows and counts %d", len(rows), n)
	}
	wantOrder(t, store, item)
}

// TestOrderRefersToNothing stores what refers to rows that do not exist.
func TestOrderRefersToNothing(t *testing.T) {
	db := databasetest.Open(t)
	store := repository.NewOrder(db)
	item := sampleOrders(t, db, databasetest.User(t, db))[0]
	tests := map[string]func(item *model.Order){
		"buyer_id":  func(item *model.Order) { item.BuyerID = unknownID },
		"seller_id": func(item *model.Order) { item.SellerID = unknownID },
	}
	for field, breaks := range tests {
		broken := item
		breaks(&broken)
		var invalid *model.ValidationError
		if err := store.Create(t.Context(), broken); !errors.As(err, &invalid) || invalid.Fields[0].Code != model.CodeUnknownReference || errors.Is(err, model.ErrConflict) {
			t.Errorf("%s: %v, want a reference that is not valid", field, err)
		}
	}
	_, err := store.Get(t.Context(), item.OwnerID, item.ID)
	wantError(t, err, model.ErrNotFound)
}

// TestOrderWithoutBuyerID deletes what buyer_id refers to: that must be refused.
func TestOrderWithoutBuyerID(t *testing.T) {
	db := databasetest.Open(t)
	store := repository.NewOrder(db)
	item := sampleOrders(t, db, databasetest.User(t, db))[0]
	target := databasetest.User(t, db)
	item.BuyerID = target
	must(t, store.Create(t.Context(), item))
	err := repository.NewUser(db).Delete(t.Context(), target, 0)
	wantError(t, err, model.ErrConflict)
	wantOrder(t, store, item)
}

// TestOrderWithoutSellerID deletes what seller_id refers to: that must be refused.
func TestOrderWithoutSellerID(t *testing.T) {
	db := databasetest.Open(t)
	store := repository.NewOrder(db)
	item := sampleOrders(t, db, databasetest.User(t, db))[0]
	target := databasetest.User(t, db)
	item.SellerID = target
	must(t, store.Create(t.Context(), item))
	err := repository.NewUser(db).Delete(t.Context(), target, 0)
	wantError(t, err, model.ErrConflict)
	wantOrder(t, store, item)
}
