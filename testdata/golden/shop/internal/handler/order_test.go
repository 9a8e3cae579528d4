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

// fakeOrderService is a service made of functions. A test that reaches one it has not set fails.
type fakeOrderService struct {
	create func(item model.Order) (model.Order, error)
	get    func(ownerID, id string) (model.Order, error)
	list   func(ownerID string, query model.Query) ([]model.Order, []any, int64, error)
	update func(ownerID, id string, versions []int64, patch model.OrderPatch) (model.Order, error)
	remove func(ownerID, id string, versions []int64) error
}

func (f fakeOrderService) Create(_ context.Context, item model.Order) (model.Order, error) {
	return f.create(item)
}

func (f fakeOrderService) Get(_ context.Context, ownerID, id string) (model.Order, error) {
	return f.get(ownerID, id)
}

func (f fakeOrderService) List(_ context.Context, ownerID string, query model.Query) ([]model.Order, []any, int64, error) {
	return f.list(ownerID, query)
}

func (f fakeOrderService) Update(_ context.Context, ownerID, id string, versions []int64, patch model.OrderPatch) (model.Order, error) {
	return f.update(ownerID, id, versions, patch)
}

func (f fakeOrderService) Delete(_ context.Context, ownerID, id string, versions []int64) error {
	return f.remove(ownerID, id, versions)
}

// sampleOrder is what services return, and sampleOrderJSON what clients see of it.
func sampleOrder() model.Order {
	return model.Order{
		ID: itemID, OwnerID: ann.UserID,
		BuyerID:   "018f0000-0000-7000-8000-000000000001",
		SellerID:  "018f0000-0000-7000-8000-000000000001",
		Note:      new("note 1"),
		Version:   3,
		CreatedAt: time.Date(2026, 1, 2, 3, 4, 5, 678000, time.UTC), UpdatedAt: time.Date(2026, 1, 3, 3, 4, 5, 0, time.UTC),
	}
}

const sampleOrderJSON = "{\"id\":\"0190163d-8694-739b-aea5-966c26f8ad90\",\"buyer_id\":\"018f0000-0000-7000-8000-000000000001\",\"seller_id\":\"018f0000-0000-7000-8000-000000000001\",\"note\":\"note 1\",\"created_at\":\"2026-01-02T03:04:05.000678Z\",\"updated_at\":\"2026-01-03T03:04:05Z\"}"

func TestCreateOrder(t *testing.T) {
	t.Parallel()
	service := fakeOrderService{create: func(item model.Order) (model.Order, error) {
		wantEqual(t, "order", item, model.Order{
			OwnerID:  ann.UserID,
			BuyerID:  "018f0000-0000-7000-8000-000000000001",
			SellerID: "018f0000-0000-7000-8000-000000000001",
			Note:     new("note 1"),
		})
		return sampleOrder(), nil
	}}
	rec := send(t, handler.NewOrder(service, newCursors(), false).Routes(),
		as(ann, request(http.MethodPost, "/v1/orders", "{\"buyer_id\":\"018f0000-0000-7000-8000-000000000001\",\"seller_id\":\"018f0000-0000-7000-8000-000000000001\",\"note\":\"note 1\"}")))
	wantStatus(t, rec, http.StatusCreated)
	wantHeader(t, rec, "Location", "/v1/orders/"+itemID)
	wantHeader(t, rec, "ETag", `"v3"`)
	wantJSON(t, rec, sampleOrderJSON)
}

func TestCreateOrderWithoutWhatIsOptional(t *testing.T) {
	t.Parallel()
	service := fakeOrderService{create: func(item model.Order) (model.Order, error) {
		wantEqual(t, "order", item, model.Order{
			OwnerID:  ann.UserID,
			BuyerID:  "018f0000-0000-7000-8000-000000000001",
			SellerID: "018f0000-0000-7000-8000-000000000001",
		})
		return sampleOrder(), nil
	}}
	rec := send(t, handler.NewOrder(service, newCursors(), false).Routes(),
		as(ann, request(http.MethodPost, "/v1/orders", "{\"buyer_id\":\"018f0000-0000-7000-8000-000000000001\",\"seller_id\":\"018f0000-0000-7000-8000-000000000001\"}")))
	wantStatus(t, rec, http.StatusCreated)
}

func TestCreateOrderRefuses(t *testing.T) {
	t.Parallel()
	routes := handler.NewOrder(fakeOrderService{}, newCursors(), false).Routes() // no request may reach the service
	for _, member := range []string{"id", "owner_id", "version", "created_at", "updated_at", "no_such_member"} {
		rec := send(t, routes, request(http.MethodPost, "/v1/orders", "{\"buyer_id\":\"018f0000-0000-7000-8000-000000000001\",\"seller_id\":\"018f0000-0000-7000-8000-000000000001\",\"note\":\"note 1\","+`"`+member+`":"x"}`))
		wantInvalid(t, rec, "/"+member)
	}
	wantInvalid(t, send(t, routes, request(http.MethodPost, "/v1/orders", `{}`)), "/buyer_id", "/seller_id")
	for _, member := range []string{"buyer_id", "seller_id", "note"} {
		rec := send(t, routes, request(http.MethodPost, "/v1/orders", with(t, "{\"buyer_id\":\"018f0000-0000-7000-8000-000000000001\",\"seller_id\":\"018f0000-0000-7000-8000-000000000001\",\"note\":\"note 1\"}", member, "[]")))
		wantInvalid(t, rec, "/"+member)
	}
	wantStatus(t, send(t, routes, request(http.MethodPost, "/v1/orders", `{"`)), http.StatusBadRequest)
	wantStatus(t, send(t, routes, request(http.MethodPost, "/v1/orders", "{\"buyer_id\":\"018f0000-0000-7000-8000-000000000001\",\"seller_id\":\"018f0000-0000-7000-8000-000000000001\",\"note\":\"note 1\"}", "Content-Type", "text/plain")), http.StatusUnsupportedMediaType)
}

func TestGetOrder(t *testing.T) {
	t.Parallel()
	service := fakeOrderService{get: func(ownerID, id string) (model.Order, error) {
		if ownerID != ann.UserID || id != itemID {
			return model.Order{}, model.ErrNotFound
		}
		return sampleOrder(), nil
	}}
	routes := handler.NewOrder(service, newCursors(), false).Routes()
	rec := send(t, routes, as(ann, request(http.MethodGet, "/v1/orders/"+itemID, "")))
	wantStatus(t, rec, http.StatusOK)
	wantHeader(t, rec, "ETag", `"v3"`)
	wantJSON(t, rec, sampleOrderJSON)

	again := send(t, routes, as(ann, request(http.MethodGet, "/v1/orders/"+itemID, "", "If-None-Match", `"v3"`)))
	wantStatus(t, again, http.StatusNotModified)
	wantStatus(t, send(t, routes, as(ann, request(http.MethodGet, "/v1/orders/"+nobodysID, ""))), http.StatusNotFound)
	wantStatus(t, send(t, routes, as(ann, request(http.MethodGet, "/v1/orders/1", ""))), http.StatusBadRequest)
	bob := auth.Principal{UserID: nobodysID}
	wantStatus(t, send(t, routes, as(bob, request(http.MethodGet, "/v1/orders/"+itemID, ""))), http.StatusNotFound)
}

func TestListOrders(t *testing.T) {
	t.Parallel()
	last := []any{time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), itemID}
	var query model.Query
	service := fakeOrderService{list: func(ownerID string, q model.Query) ([]model.Order, []any, int64, error) {
		wantEqual(t, "owner", ownerID, ann.UserID)
		query = q
		return []model.Order{sampleOrder()}, last, 21, nil
	}}
	routes := handler.NewOrder(service, newCursors(), false).Routes()
	get := func(parameters url.Values) (int, httpx.CursorPage[json.RawMessage]) {
		rec := send(t, routes, as(ann, request(http.MethodGet, "/v1/orders?"+parameters.Encode(), "")))
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

	numbered := send(t, routes, as(ann, request(http.MethodGet, "/v1/orders?page=2", "")))
	wantJSON(t, numbered, `{"data":[`+sampleOrderJSON+`],"pagination":{"page":2,"limit":20,"total":21,"pages":2}}`)

	if status, _ = get(url.Values{"buyer_id": {"018f0000-0000-7000-8000-000000000001"}}); status != http.StatusOK {
		t.Errorf("filter: status %d", status)
	}
	wantEqual(t, "filters", query.Filters, []model.Filter{{Field: "buyer_id", Op: "eq", Values: []any{"018f0000-0000-7000-8000-000000000001"}}})
	for _, parameters := range []url.Values{{"limit": {"0"}}, {"sort": {"no_such_field"}}, {"no_such_field": {"x"}}, {"cursor": {"x"}}} {
		if status, _ = get(parameters); status != http.StatusBadRequest {
			t.Errorf("%s: status %d, want 400", parameters.Encode(), status)
		}
	}
}

func TestUpdateOrder(t *testing.T) {
	t.Parallel()
	service := fakeOrderService{update: func(ownerID, id string, versions []int64, patch model.OrderPatch) (model.Order, error) {
		wantEqual(t, "owner", ownerID, ann.UserID)
		wantEqual(t, "id", id, itemID)
		wantEqual(t, "versions", versions, []int64{2, 3})
		wantEqual(t, "patch", patch, model.OrderPatch{
			BuyerID:  model.Change[string]{Set: true, Value: "018f0000-0000-7000-8000-000000000002"},
			SellerID: model.Change[string]{Set: true, Value: "018f0000-0000-7000-8000-000000000002"},
			Note:     model.Change[*string]{Set: true, Value: new("note 2")},
		})
		return sampleOrder(), nil
	}}
	routes := handler.NewOrder(service, newCursors(), true).Routes()
	for _, media := range []string{httpx.JSONType, httpx.MergePatchType} {
		rec := send(t, routes, as(ann, request(http.MethodPatch, "/v1/orders/"+itemID, "{\"buyer_id\":\"018f0000-0000-7000-8000-000000000002\",\"seller_id\":\"018f0000-0000-7000-8000-000000000002\",\"note\":\"note 2\"}",
			"If-Match", `"v2", "v3"`, "Content-Type", media)))
		wantStatus(t, rec, http.StatusOK)
		wantHeader(t, rec, "ETag", `"v3"`)
		wantJSON(t, rec, sampleOrderJSON)
	}
	wantStatus(t, send(t, routes, request(http.MethodPatch, "/v1/orders/"+itemID, `{}`)), http.StatusPreconditionRequired)
}

func TestUpdateOrderOfNothing(t *testing.T) {
	t.Parallel()
	var want model.OrderPatch
	service := fakeOrderService{update: func(_, _ string, versions []int64, patch model.OrderPatch) (model.Order, error) {
		wantEqual(t, "versions", versions, []int64(nil))
		wantEqual(t, "patch", patch, want)
		return sampleOrder(), nil
	}}
	routes := handler.NewOrder(service, newCursors(), false).Routes()
	wantStatus(t, send(t, routes, as(ann, request(http.MethodPatch, "/v1/orders/"+itemID, `{}`))), http.StatusOK)

	want = model.OrderPatch{Note: model.Change[*string]{Set: true}}
	wantStatus(t, send(t, routes, as(ann, request(http.MethodPatch, "/v1/orders/"+itemID, `{"note":null}`))), http.StatusOK)
}

func TestUpdateOrderRefuses(t *testing.T) {
	t.Parallel()
	routes := handler.NewOrder(fakeOrderService{}, newCursors(), false).Routes() // no request may reach the service
	for _, member := range []string{"id", "owner_id", "version", "created_at", "updated_at", "no_such_member"} {
		rec := send(t, routes, request(http.MethodPatch, "/v1/orders/"+itemID, `{"`+member+`":"x"}`))
		wantInvalid(t, rec, "/"+member)
	}
	wantInvalid(t, send(t, routes, request(http.MethodPatch, "/v1/orders/"+itemID, `{"buyer_id":null}`)), "/buyer_id")
	wantInvalid(t, send(t, routes, request(http.MethodPatch, "/v1/orders/"+itemID, `{"seller_id":null}`)), "/seller_id")
	wantStatus(t, send(t, routes, request(http.MethodPatch, "/v1/orders/1", `{}`)), http.StatusBadRequest)
	wantStatus(t, send(t, routes, request(http.MethodPatch, "/v1/orders/"+itemID, `{}`, "If-Match", "v3")), http.StatusBadRequest)
}

func TestDeleteOrder(t *testing.T) {
	t.Parallel()
	var result error
	service := fakeOrderService{remove: func(ownerID, id string, versions []int64) error {
		wantEqual(t, "owner", ownerID, ann.UserID)
		wantEqual(t, "id", id, itemID)
		wantEqual(t, "versions", versions, []int64{3})
		return result
	}}
	routes := handler.NewOrder(service, newCursors(), true).Routes()
	for err, status := range map[error]int{
		nil:                   http.StatusNoContent,
		model.ErrNotFound:     http.StatusNotFound,
		model.ErrPrecondition: http.StatusPreconditionFailed,
		model.ErrConflict:     http.StatusConflict,
	} {
		result = err
		rec := send(t, routes, as(ann, request(http.MethodDelete, "/v1/orders/"+itemID, "", "If-Match", `"v3"`)))
		wantStatus(t, rec, status)
		if err == nil && rec.Body.Len() != 0 {
			t.Errorf("a 204 has a body: %s", rec.Body)
		}
	}
	wantStatus(t, send(t, routes, request(http.MethodDelete, "/v1/orders/"+itemID, "")), http.StatusPreconditionRequired)
}

func TestOrderPolicies(t *testing.T) {
	t.Parallel()
	for _, route := range handler.NewOrder(fakeOrderService{}, newCursors(), false).Routes() {
		wantEqual(t, "access to "+route.Method+" "+route.Path, route.Access, auth.SignedIn)
	}
}
