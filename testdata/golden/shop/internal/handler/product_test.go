package handler_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"testing"
	"time"

	"example.com/shop/internal/auth"
	"example.com/shop/internal/handler"
	"example.com/shop/internal/httpx"
	"example.com/shop/internal/model"
)

// fakeProductService is a service made of functions. A test that reaches one it has not set fails.
type fakeProductService struct {
	create func(item model.Product) (model.Product, error)
	get    func(ownerID, id string) (model.Product, error)
	list   func(ownerID string, query model.Query) ([]model.Product, []any, int64, error)
	update func(ownerID, id string, versions []int64, patch model.ProductPatch) (model.Product, error)
	remove func(ownerID, id string, versions []int64) error
}

func (f fakeProductService) Create(_ context.Context, item model.Product) (model.Product, error) {
	return f.create(item)
}

func (f fakeProductService) Get(_ context.Context, ownerID, id string) (model.Product, error) {
	return f.get(ownerID, id)
}

func (f fakeProductService) List(_ context.Context, ownerID string, query model.Query) ([]model.Product, []any, int64, error) {
	return f.list(ownerID, query)
}

func (f fakeProductService) Update(_ context.Context, ownerID, id string, versions []int64, patch model.ProductPatch) (model.Product, error) {
	return f.update(ownerID, id, versions, patch)
}

func (f fakeProductService) Delete(_ context.Context, ownerID, id string, versions []int64) error {
	return f.remove(ownerID, id, versions)
}

// sampleProduct is what services return, and sampleProductJSON what clients see of it.
func sampleProduct() model.Product {
	return model.Product{
		ID: itemID, OwnerID: ann.UserID,
		Name:        "name 1",
		SKU:         "sku 1",
		Price:       model.MustDecimal("1.01", 2),
		Stock:       2,
		Description: new("description 1"),
		Status:      "live",
		CategoryID:  "018f0000-0000-7000-8000-000000000001",
		Version:     3,
		CreatedAt:   time.Date(2026, 1, 2, 3, 4, 5, 678000, time.UTC), UpdatedAt: time.Date(2026, 1, 3, 3, 4, 5, 0, time.UTC),
	}
}

const sampleProductJSON = "{\"id\":\"0190163d-8694-739b-aea5-966c26f8ad90\",\"name\":\"name 1\",\"sku\":\"sku 1\",\"price\":\"1.01\",\"stock\":2,\"description\":\"description 1\",\"status\":\"live\",\"category_id\":\"018f0000-0000-7000-8000-000000000001\",\"created_at\":\"2026-01-02T03:04:05.000678Z\",\"updated_at\":\"2026-01-03T03:04:05Z\"}"

func TestCreateProduct(t *testing.T) {
	t.Parallel()
	service := fakeProductService{create: func(item model.Product) (model.Product, error) {
		wantEqual(t, "product", item, model.Product{
			OwnerID:     ann.UserID,
			Name:        "name 1",
			SKU:         "sku 1",
			Price:       model.MustDecimal("1.01", 2),
			Stock:       2,
			Description: new("description 1"),
			Status:      "live",
			CategoryID:  "018f0000-0000-7000-8000-000000000001",
		})
		return sampleProduct(), nil
	}}
	rec := send(t, handler.NewProduct(service, newCursors(), false).Routes(),
		as(ann, request(http.MethodPost, "/v1/products", "{\"name\":\"name 1\",\"sku\":\"sku 1\",\"price\":\"1.01\",\"stock\":2,\"description\":\"description 1\",\"status\":\"live\",\"category_id\":\"018f0000-0000-7000-8000-000000000001\"}")))
	wantStatus(t, rec, http.StatusCreated)
	wantHeader(t, rec, "Location", "/v1/products/"+itemID)
	wantHeader(t, rec, "ETag", `"v3"`)
	wantJSON(t, rec, sampleProductJSON)
}

func TestCreateProductWithoutWhatIsOptional(t *testing.T) {
	t.Parallel()
	service := fakeProductService{create: func(item model.Product) (model.Product, error) {
		wantEqual(t, "product", item, model.Product{
			OwnerID:    ann.UserID,
			Name:       "name 1",
			SKU:        "sku 1",
			Price:      model.MustDecimal("1.01", 2),
			Stock:      2,
			Status:     "draft",
			CategoryID: "018f0000-0000-7000-8000-000000000001",
		})
		return sampleProduct(), nil
	}}
	rec := send(t, handler.NewProduct(service, newCursors(), false).Routes(),
		as(ann, request(http.MethodPost, "/v1/products", "{\"name\":\"name 1\",\"sku\":\"sku 1\",\"price\":\"1.01\",\"stock\":2,\"category_id\":\"018f0000-0000-7000-8000-000000000001\"}")))
	wantStatus(t, rec, http.StatusCreated)
}

func TestCreateProductRefuses(t *testing.T) {
	t.Parallel()
	routes := handler.NewProduct(fakeProductService{}, newCursors(), false).Routes() // no request may reach the service
	for _, member := range []string{"id", "owner_id", "version", "created_at", "updated_at", "no_such_member"} {
		rec := send(t, routes, request(http.MethodPost, "/v1/products", "{\"name\":\"name 1\",\"sku\":\"sku 1\",\"price\":\"1.01\",\"stock\":2,\"description\":\"description 1\",\"status\":\"live\",\"category_id\":\"018f0000-0000-7000-8000-000000000001\","+`"`+member+`":"x"}`))
		wantInvalid(t, rec, "/"+member)
	}
	wantInvalid(t, send(t, routes, request(http.MethodPost, "/v1/products", `{}`)), "/name", "/sku", "/price", "/stock", "/category_id")
	for _, member := range []string{"name", "sku", "price", "stock", "description", "status", "category_id"} {
		rec := send(t, routes, request(http.MethodPost, "/v1/products", with(t, "{\"name\":\"name 1\",\"sku\":\"sku 1\",\"price\":\"1.01\",\"stock\":2,\"description\":\"description 1\",\"status\":\"live\",\"category_id\":\"018f0000-0000-7000-8000-000000000001\"}", member, "[]")))
		wantInvalid(t, rec, "/"+member)
	}
	wantStatus(t, send(t, routes, request(http.MethodPost, "/v1/products", `{"`)), http.StatusBadRequest)
	wantStatus(t, send(t, routes, request(http.MethodPost, "/v1/products", "{\"name\":\"name 1\",\"sku\":\"sku 1\",\"price\":\"1.01\",\"stock\":2,\"description\":\"description 1\",\"status\":\"live\",\"category_id\":\"018f0000-0000-7000-8000-000000000001\"}", "Content-Type", "text/plain")), http.StatusUnsupportedMediaType)
}

func TestGetProduct(t *testing.T) {
	t.Parallel()
	service := fakeProductService{get: func(ownerID, id string) (model.Product, error) {
		if ownerID != ann.UserID || id != itemID {
			return model.Product{}, model.ErrNotFound
		}
		return sampleProduct(), nil
	}}
	routes := handler.NewProduct(service, newCursors(), false).Routes()
	rec := send(t, routes, as(ann, request(http.MethodGet, "/v1/products/"+itemID, "")))
	wantStatus(t, rec, http.StatusOK)
	wantHeader(t, rec, "ETag", `"v3"`)
	wantJSON(t, rec, sampleProductJSON)

	again := send(t, routes, as(ann, request(http.MethodGet, "/v1/products/"+itemID, "", "If-None-Match", `"v3"`)))
	wantStatus(t, again, http.StatusNotModified)
	wantStatus(t, send(t, routes, as(ann, request(http.MethodGet, "/v1/products/"+nobodysID, ""))), http.StatusNotFound)
	wantStatus(t, send(t, routes, as(ann, request(http.MethodGet, "/v1/products/1", ""))), http.StatusBadRequest)
	bob := auth.Principal{UserID: nobodysID}
	wantStatus(t, send(t, routes, as(bob, request(http.MethodGet, "/v1/products/"+itemID, ""))), http.StatusNotFound)
}

func TestListProducts(t *testing.T) {
	t.Parallel()
	last := []any{time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), itemID}
	var query model.Query
	service := fakeProductService{list: func(ownerID string, q model.Query) ([]model.Product, []any, int64, error) {
		wantEqual(t, "owner", ownerID, ann.UserID)
		query = q
		return []model.Product{sampleProduct()}, last, 21, nil
	}}
	routes := handler.NewProduct(service, newCursors(), false).Routes()
	get := func(parameters url.Values) (int, httpx.CursorPage[json.RawMessage]) {
		rec := send(t, routes, as(ann, request(http.MethodGet, "/v1/products?"+parameters.Encode(), "")))
		var page httpx.CursorPage[json.RawMessage]
		if err := json.Unmarshal(rec.Body.Bytes(), &page); err != nil {
			t.Fatal(err)
		}
		return rec.Code, page
	}

	status, page := get(url.Values{"limit": {"1"}})
	if status != http.StatusOK || query.Limit != 1 || query.After != nil || len(page.Data) != 1 || page.Pagination.NextCursor == "" {
		t.Fatalf("first page: status %d, query %+v, %+v", status, query, page)
	}
	status, _ = get(url.Values{"limit": {"1"}, "cursor": {page.Pagination.NextCursor}})
	wantEqual(t, "status of the second page", status, http.StatusOK)
	wantEqual(t, "start of the second page", query.After, last)
	last = nil
	if status, page = get(nil); status != http.StatusOK || page.Pagination.NextCursor != "" {
		t.Errorf("last page: status %d, %+v", status, page)
	}

	numbered := send(t, routes, as(ann, request(http.MethodGet, "/v1/products?page=2", "")))
	wantJSON(t, numbered, `{"data":[`+sampleProductJSON+`],"pagination":{"page":2,"limit":20,"total":21,"pages":2}}`)

	if status, _ = get(url.Values{"name": {"name 1"}}); status != http.StatusOK {
		t.Errorf("filter: status %d", status)
	}
	wantEqual(t, "filters", query.Filters, []model.Filter{{Field: "name", Op: "eq", Values: []any{"name 1"}}})
	for _, parameters := range []url.Values{{"limit": {"0"}}, {"sort": {"no_such_field"}}, {"no_such_field": {"x"}}, {"cursor": {"x"}}} {
		if status, _ = get(parameters); status != http.StatusBadRequest {
			t.Errorf("%s: status %d, want 400", parameters.Encode(), status)
		}
	}
}

func TestUpdateProduct(t *testing.T) {
	t.Parallel()
	service := fakeProductService{update: func(ownerID, id string, versions []int64, patch model.ProductPatch) (model.Product, error) {
		wantEqual(t, "owner", ownerID, ann.UserID)
		wantEqual(t, "id", id, itemID)
		wantEqual(t, "versions", versions, []int64{2, 3})
		wantEqual(t, "patch", patch, model.ProductPatch{
			Name:        model.Change[string]{Set: true, Value: "name 2"},
			SKU:         model.Change[string]{Set: true, Value: "sku 2"},
			Price:       model.Change[model.Decimal]{Set: true, Value: model.MustDecimal("1.02", 2)},
			Stock:       model.Change[int64]{Set: true, Value: 3},
			Description: model.Change[*string]{Set: true, Value: new("description 2")},
			Status:      model.Change[string]{Set: true, Value: "draft"},
			CategoryID:  model.Change[string]{Set: true, Value: "018f0000-0000-7000-8000-000000000002"},
		})
		return sampleProduct(), nil
	}}
	routes := handler.NewProduct(service, newCursors(), true).Routes()
	for _, media := range []string{httpx.JSONType, httpx.MergePatchType} {
		rec := send(t, routes, as(ann, request(http.MethodPatch, "/v1/products/"+itemID, "{\"name\":\"name 2\",\"sku\":\"sku 2\",\"price\":\"1.02\",\"stock\":3,\"description\":\"description 2\",\"status\":\"draft\",\"category_id\":\"018f0000-0000-7000-8000-000000000002\"}",
			"If-Match", `"v2", "v3"`, "Content-Type", media)))
		wantStatus(t, rec, http.StatusOK)
		wantHeader(t, rec, "ETag", `"v3"`)
		wantJSON(t, rec, sampleProductJSON)
	}
	wantStatus(t, send(t, routes, request(http.MethodPatch, "/v1/products/"+itemID, `{}`)), http.StatusPreconditionRequired)
}

func TestUpdateProductOfNothing(t *testing.T) {
	t.Parallel()
	var want model.ProductPatch
	service := fakeProductService{update: func(_, _ string, versions []int64, patch model.ProductPatch) (model.Product, error) {
		wantEqual(t, "versions", versions, []int64(nil))
		wantEqual(t, "patch", patch, want)
		return sampleProduct(), nil
	}}
	routes := handler.NewProduct(service, newCursors(), false).Routes()
	wantStatus(t, send(t, routes, as(ann, request(http.MethodPatch, "/v1/products/"+itemID, `{}`))), http.StatusOK)

	want = model.ProductPatch{Description: model.Change[*string]{Set: true}}
	wantStatus(t, send(t, routes, as(ann, request(http.MethodPatch, "/v1/products/"+itemID, `{"description":null}`))), http.StatusOK)
}

func TestUpdateProductRefuses(t *testing.T) {
	t.Parallel()
	routes := handler.NewProduct(fakeProductService{}, newCursors(), false).Routes() // no request may reach the service
	for _, member := range []string{"id", "owner_id", "version", "created_at", "updated_at", "no_such_member"} {
		rec := send(t, routes, request(http.MethodPatch, "/v1/products/"+itemID, `{"`+member+`":"x"}`))
		wantInvalid(t, rec, "/"+member)
	}
	wantInvalid(t, send(t, routes, request(http.MethodPatch, "/v1/products/"+itemID, `{"name":null}`)), "/name")
	wantInvalid(t, send(t, routes, request(http.MethodPatch, "/v1/products/"+itemID, `{"sku":null}`)), "/sku")
	wantInvalid(t, send(t, routes, request(http.MethodPatch, "/v1/products/"+itemID, `{"price":null}`)), "/price")
	wantInvalid(t, send(t, routes, request(http.MethodPatch, "/v1/products/"+itemID, `{"stock":null}`)), "/stock")
	wantInvalid(t, send(t, routes, request(http.MethodPatch, "/v1/products/"+itemID, `{"status":null}`)), "/status")
	wantInvalid(t, send(t, routes, request(http.MethodPatch, "/v1/products/"+itemID, `{"category_id":null}`)), "/category_id")
	wantStatus(t, send(t, routes, request(http.MethodPatch, "/v1/products/1", `{}`)), http.StatusBadRequest)
	wantStatus(t, send(t, routes, request(http.MethodPatch, "/v1/products/"+itemID, `{}`, "If-Match", "v3")), http.StatusBadRequest)
}

func TestDeleteProduct(t *testing.T) {
	t.Parallel()
	var result error
	service := fakeProductService{remove: func(ownerID, id string, versions []int64) error {
		wantEqual(t, "owner", ownerID, ann.UserID)
		wantEqual(t, "id", id, itemID)
		wantEqual(t, "versions", versions, []int64{3})
		return result
	}}
	routes := handler.NewProduct(service, newCursors(), true).Routes()
	for err, status := range map[error]int{
		nil:                   http.StatusNoContent,
		model.ErrNotFound:     http.StatusNotFound,
		model.ErrPrecondition: http.StatusPreconditionFailed,
		model.ErrConflict:     http.StatusConflict,
	} {
		result = err
		rec := send(t, routes, as(ann, request(http.MethodDelete, "/v1/products/"+itemID, "", "If-Match", `"v3"`)))
		wantStatus(t, rec, status)
		if err == nil && rec.Body.Len() != 0 {
			t.Errorf("a 204 has a body: %s", rec.Body)
		}
	}
	wantStatus(t, send(t, routes, request(http.MethodDelete, "/v1/products/"+itemID, "")), http.StatusPreconditionRequired)
}

func TestProductPolicies(t *testing.T) {
	t.Parallel()
	for _, route := range handler.NewProduct(fakeProductService{}, newCursors(), false).Routes() {
		wantEqual(t, "access to "+route.Method+" "+route.Path, route.Access, auth.SignedIn)
	}
}
