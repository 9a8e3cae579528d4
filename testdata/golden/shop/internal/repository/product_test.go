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

// sampleProducts returns products that differ in every field that can. The last one has nothing optional.
// What they refer to is stored in db.
func sampleProducts(t *testing.T, db *database.DB, owner string) []model.Product {
	t.Helper()
	at := time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)
	list := []model.Product{
		{
			Name:        "name 1",
			SKU:         "sku 1",
			Price:       model.MustDecimal("1.01", 2),
			Stock:       2,
			Description: new("description 1"),
			Status:      "live",
			CategoryID:  repositorytest.Category(t, db).ID,
		},
		{
			Name:        "name 2",
			SKU:         "sku 2",
			Price:       model.MustDecimal("1.02", 2),
			Stock:       3,
			Description: new("description 2"),
			Status:      "draft",
			CategoryID:  repositorytest.Category(t, db).ID,
		},
		{
			Name:        "name 3",
			SKU:         "sku 3",
			Price:       model.MustDecimal("1.03", 2),
			Stock:       4,
			Description: new("description 3"),
			Status:      "live",
			CategoryID:  repositorytest.Category(t, db).ID,
		},
		{
			Name:        "name 4",
			SKU:         "sku 4",
			Price:       model.MustDecimal("1.04", 2),
			Stock:       5,
			Description: new("description 4"),
			Status:      "draft",
			CategoryID:  repositorytest.Category(t, db).ID,
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
	last.Description = nil
	return list
}

// storedProducts returns a store that holds the samples.
func storedProducts(t *testing.T) (owner string, db *database.DB, store *repository.Product, samples []model.Product) {
	t.Helper()
	db = databasetest.Open(t)
	store = repository.NewProduct(db)
	owner = databasetest.User(t, db)
	samples = sampleProducts(t, db, owner)
	for _, item := range samples {
		must(t, store.Create(t.Context(), item))
	}
	return owner, db, store, samples
}

func wantProduct(t *testing.T, store *repository.Product, want model.Product) {
	t.Helper()
	got, err := store.Get(t.Context(), want.OwnerID, want.ID)
	must(t, err)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("stored\n%+v\nwant\n%+v", got, want)
	}
}

func TestProductComesBackAsItWas(t *testing.T) {
	owner, _, store, samples := storedProducts(t)
	for _, item := range samples {
		wantProduct(t, store, item)
	}
	_, err := store.Get(t.Context(), owner, unknownID)
	wantError(t, err, model.ErrNotFound)
}

func TestProductIsNotStoredForNobody(t *testing.T) {
	_, _, store, samples := storedProducts(t)
	item := samples[0]
	item.ID, item.OwnerID = unknownID, unknownID
	wantError(t, store.Create(t.Context(), item), model.ErrUnauthenticated)
}

func TestProductIsUnique(t *testing.T) {
	_, db, store, samples := storedProducts(t)
	t.Run("sku", func(t *testing.T) {
		twin := samples[0]
		twin.ID = "01900000-0000-7000-8000-000000000101"
		wantConflict(t, store.Create(t.Context(), twin), "sku")
		// What others have is nobody's business: it must not be in the way either.
		twin.OwnerID = databasetest.User(t, db)
		must(t, store.Create(t.Context(), twin))
	})
}

func TestProductUpdate(t *testing.T) {
	_, db, store, samples := storedProducts(t)
	changed := samples[0]
	changed.Name = "name 9"
	changed.SKU = "sku 9"
	changed.Price = model.MustDecimal("1.09", 2)
	changed.Stock = 10
	changed.Description = new("description 9")
	changed.Status = "live"
	changed.CategoryID = repositorytest.Category(t, db).ID
	changed.Version, changed.UpdatedAt = 2, changed.UpdatedAt.Add(time.Second)

	must(t, store.Update(t.Context(), changed, 1))
	wantProduct(t, store, changed)
	wantError(t, store.Update(t.Context(), changed, 1), model.ErrPrecondition)
	for _, item := range samples[1:] {
		wantProduct(t, store, item)
	}
	changed.ID = unknownID
	wantError(t, store.Update(t.Context(), changed, 2), model.ErrNotFound)
}

// TestProductParallelUpdates has many callers change what they have all seen in the same version: one may win.
func TestProductParallelUpdates(t *testing.T) {
	_, db, store, samples := storedProducts(t)
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

func TestProductDelete(t *testing.T) {
	owner, _, store, samples := storedProducts(t)
	id := samples[0].ID
	wantError(t, store.Delete(t.Context(), owner, id, 2), model.ErrPrecondition)
	wantProduct(t, store, samples[0])
	must(t, store.Delete(t.Context(), owner, id, 1))
	wantError(t, store.Delete(t.Context(), owner, id, 1), model.ErrNotFound)
	wantError(t, store.Delete(t.Context(), owner, id, 0), model.ErrNotFound)
	for _, item := range samples[1:] {
		wantProduct(t, store, item)
		must(t, store.Delete(t.Context(), owner, item.ID, 0))
	}
}

// TestProductLists walks through pages of one row in every order and wants the order of one large page.
func TestProductLists(t *testing.T) {
	owner, _, store, samples := storedProducts(t)
	fields := map[string]func(item model.Product) any{
		"id":          func(item model.Product) any { return item.ID },
		"name":        func(item model.Product) any { return item.Name },
		"sku":         func(item model.Product) any { return item.SKU },
		"price":       func(item model.Product) any { return item.Price },
		"stock":       func(item model.Product) any { return item.Stock },
		"status":      func(item model.Product) any { return item.Status },
		"category_id": func(item model.Product) any { return item.CategoryID },
		"created_at":  func(item model.Product) any { return item.CreatedAt },
		"updated_at":  func(item model.Product) any { return item.UpdatedAt },
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

func TestProductNewestComeFirst(t *testing.T) {
	owner, _, store, samples := storedProducts(t)
	rows, err := store.List(t.Context(), owner, model.Query{Sort: newestFirst(), Limit: 100})
	must(t, err)
	slices.Reverse(samples)
	if !reflect.DeepEqual(rows, samples) {
		t.Errorf("got\n%+v\nwant\n%+v", rows, samples)
	}
}

func TestProductNumberedPages(t *testing.T) {
	owner, _, store, samples := storedProducts(t)
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

func TestProductFilters(t *testing.T) {
	owner, _, store, samples := storedProducts(t)
	filters := []model.Filter{
		{Field: "id", Op: "eq", Values: []any{samples[0].ID}},
		{Field: "name", Op: "eq", Values: []any{samples[0].Name}},
		{Field: "name", Op: "in", Values: []any{samples[0].Name}},
		{Field: "name", Op: "like", Values: []any{samples[0].Name}},
		{Field: "sku", Op: "eq", Values: []any{samples[0].SKU}},
		{Field: "sku", Op: "in", Values: []any{samples[0].SKU}},
		{Field: "sku", Op: "like", Values: []any{samples[0].SKU}},
		{Field: "price", Op: "eq", Values: []any{samples[0].Price}},
		{Field: "price", Op: "gte", Values: []any{samples[0].Price}},
		{Field: "price", Op: "lte", Values: []any{samples[0].Price}},
		{Field: "price", Op: "in", Values: []any{samples[0].Price}},
		{Field: "stock", Op: "eq", Values: []any{samples[0].Stock}},
		{Field: "stock", Op: "gte", Values: []any{samples[0].Stock}},
		{Field: "stock", Op: "lte", Values: []any{samples[0].Stock}},
		{Field: "stock", Op: "in", Values: []any{samples[0].Stock}},
		{Field: "description", Op: "like", Values: []any{valueOf(samples[0].Description)}},
		{Field: "status", Op: "eq", Values: []any{samples[0].Status}},
		{Field: "status", Op: "in", Values: []any{samples[0].Status}},
		{Field: "category_id", Op: "eq", Values: []any{samples[0].CategoryID}},
		{Field: "category_id", Op: "in", Values: []any{samples[0].CategoryID}},
	}
	for _, filter := range filters {
		q := model.Query{Filters: []model.Filter{filter}, Sort: newestFirst(), Limit: 100}
		rows, err := store.List(t.Context(), owner, q)
		must(t, err)
		if !slices.ContainsFunc(rows, func(item model.Product) bool { return item.ID == samples[0].ID }) {
			t.Errorf("%v does not find what has that value", filter)
		}
		n, err := store.Count(t.Context(), owner, q)
		must(t, err)
		if n != int64(len(rows)) {
			t.Errorf("%v counts %d and lists %d", filter, n, len(rows))
		}
	}
}

// TestProductOfAnotherOwner proves that what belongs to somebody else does not exist, whatever is tried.
func TestProductOfAnotherOwner(t *testing.T) {
	_, db, store, samples := storedProducts(t)
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
	wantProduct(t, store, item)
}

// TestProductRefersToNothing stores what refers to rows that do not exist.
func TestProductRefersToNothing(t *testing.T) {
	db := databasetest.Open(t)
	store := repository.NewProduct(db)
	item := sampleProducts(t, db, databasetest.User(t, db))[0]
	tests := map[string]func(item *model.Product){
		"category_id": func(item *model.Product) { item.CategoryID = unknownID },
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

// TestProductWithoutCategoryID deletes what category_id refers to: that must be refused.
func TestProductWithoutCategoryID(t *testing.T) {
	db := databasetest.Open(t)
	store := repository.NewProduct(db)
	item := sampleProducts(t, db, databasetest.User(t, db))[0]
	target := repositorytest.Category(t, db)
	item.CategoryID = target.ID
	must(t, store.Create(t.Context(), item))
	err := repository.NewCategory(db).Delete(t.Context(), target.ID, 0)
	wantError(t, err, model.ErrConflict)
	wantProduct(t, store, item)
}
