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

// fakeCategoryService is a service made of functions. A test that reaches one it has not set fails.
type fakeCategoryService struct {
	create func(item model.Category) (model.Category, error)
	get    func(id string) (model.Category, error)
	list   func(query model.Query) ([]model.Category, []any, int64, error)
	update func(id string, versions []int64, patch model.CategoryPatch) (model.Category, error)
	remove func(id string, versions []int64) error
}

func (f fakeCategoryService) Create(_ context.Context, item model.Category) (model.Category, error) {
	return f.create(item)
}

func (f fakeCategoryService) Get(_ context.Context, id string) (model.Category, error) {
	return f.get(id)
}

func (f fakeCategoryService) List(_ context.Context, query model.Query) ([]model.Category, []any, int64, error) {
	return f.list(query)
}

func (f fakeCategoryService) Update(_ context.Context, id string, versions []int64, patch model.CategoryPatch) (model.Category, error) {
	return f.update(id, versions, patch)
}

func (f fakeCategoryService) Delete(_ context.Context, id string, versions []int64) error {
	return f.remove(id, versions)
}

// sampleCategory is what services return, and sampleCategoryJSON what clients see of it.
func sampleCategory() model.Category {
	return model.Category{
		ID:        itemID,
		Name:      "name 1",
		Position:  2,
		ParentID:  new("018f0000-0000-7000-8000-000000000001"),
		Version:   3,
		CreatedAt: time.Date(2026, 1, 2, 3, 4, 5, 678000, time.UTC), UpdatedAt: time.Date(2026, 1, 3, 3, 4, 5, 0, time.UTC),
	}
}

const sampleCategoryJSON = "{\"id\":\"0190163d-8694-739b-aea5-966c26f8ad90\",\"name\":\"name 1\",\"position\":2,\"parent_id\":\"018f0000-0000-7000-8000-000000000001\",\"created_at\":\"2026-01-02T03:04:05.000678Z\",\"updated_at\":\"2026-01-03T03:04:05Z\"}"

func TestCreateCategory(t *testing.T) {
	t.Parallel()
	service := fakeCategoryService{create: func(item model.Category) (model.Category, error) {
		wantEqual(t, "category", item, model.Category{
			Name:     "name 1",
			Position: 2,
			ParentID: new("018f0000-0000-7000-8000-000000000001"),
		})
		return sampleCategory(), nil
	}}
	rec := send(t, handler.NewCategory(service, newCursors(), false).Routes(),
		as(ann, request(http.MethodPost, "/v1/categories", "{\"name\":\"name 1\",\"position\":2,\"parent_id\":\"018f0000-0000-7000-8000-000000000001\"}")))
	wantStatus(t, rec, http.StatusCreated)
	wantHeader(t, rec, "Location", "/v1/categories/"+itemID)
	wantHeader(t, rec, "ETag", `"v3"`)
	wantJSON(t, rec, sampleCategoryJSON)
}

func TestCreateCategoryWithoutWhatIsOptional(t *testing.T) {
	t.Parallel()
	service := fakeCategoryService{create: func(item model.Category) (model.Category, error) {
		wantEqual(t, "category", item, model.Category{
			Name:     "name 1",
			Position: 0,
		})
		return sampleCategory(), nil
	}}
	rec := send(t, handler.NewCategory(service, newCursors(), false).Routes(),
		as(ann, request(http.MethodPost, "/v1/categories", "{\"name\":\"name 1\"}")))
	wantStatus(t, rec, http.StatusCreated)
}

func TestCreateCategoryRefuses(t *testing.T) {
	t.Parallel()
	routes := handler.NewCategory(fakeCategoryService{}, newCursors(), false).Routes() // no request may reach the service
	for _, member := range []string{"id", "owner_id", "version", "created_at", "updated_at", "no_such_member"} {
		rec := send(t, routes, request(http.MethodPost, "/v1/categories", "{\"name\":\"name 1\",\"position\":2,\"parent_id\":\"018f0000-0000-7000-8000-000000000001\","+`"`+member+`":"x"}`))
		wantInvalid(t, rec, "/"+member)
	}
	wantInvalid(t, send(t, routes, request(http.MethodPost, "/v1/categories", `{}`)), "/name")
	for _, member := range []string{"name", "position", "parent_id"} {
		rec := send(t, routes, request(http.MethodPost, "/v1/categories", with(t, "{\"name\":\"name 1\",\"position\":2,\"parent_id\":\"018f0000-0000-7000-8000-000000000001\"}", member, "[]")))
		wantInvalid(t, rec, "/"+member)
	}
	wantStatus(t, send(t, routes, request(http.MethodPost, "/v1/categories", `{"`)), http.StatusBadRequest)
	wantStatus(t, send(t, routes, request(http.MethodPost, "/v1/categories", "{\"name\":\"name 1\",\"position\":2,\"parent_id\":\"018f0000-0000-7000-8000-000000000001\"}", "Content-Type", "text/plain")), http.StatusUnsupportedMediaType)
}

func TestGetCategory(t *testing.T) {
	t.Parallel()
	service := fakeCategoryService{get: func(id string) (model.Category, error) {
		if id != itemID {
			return model.Category{}, model.ErrNotFound
		}
		return sampleCategory(), nil
	}}
	routes := handler.NewCategory(service, newCursors(), false).Routes()
	rec := send(t, routes, as(ann, request(http.MethodGet, "/v1/categories/"+itemID, "")))
	wantStatus(t, rec, http.StatusOK)
	wantHeader(t, rec, "ETag", `"v3"`)
	wantJSON(t, rec, sampleCategoryJSON)

	again := send(t, routes, as(ann, request(http.MethodGet, "/v1/categories/"+itemID, "", "If-None-Match", `"v3"`)))
	wantStatus(t, again, http.StatusNotModified)
	wantStatus(t, send(t, routes, as(ann, request(http.MethodGet, "/v1/categories/"+nobodysID, ""))), http.StatusNotFound)
	wantStatus(t, send(t, routes, as(ann, request(http.MethodGet, "/v1/categories/1", ""))), http.StatusBadRequest)
}

func TestListCategories(t *testing.T) {
	t.Parallel()
	last := []any{time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), itemID}
	var query model.Query
	service := fakeCategoryService{list: func(q model.Query) ([]model.Category, []any, int64, error) {
		query = q
		return []model.Category{sampleCategory()}, last, 21, nil
	}}
	routes := handler.NewCategory(service, newCursors(), false).Routes()
	get := func(parameters url.Values) (int, httpx.CursorPage[json.RawMessage]) {
		rec := send(t, routes, as(ann, request(http.MethodGet, "/v1/categories?"+parameters.Encode(), "")))
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

	numbered := send(t, routes, as(ann, request(http.MethodGet, "/v1/categories?page=2", "")))
	wantJSON(t, numbered, `{"data":[`+sampleCategoryJSON+`],"pagination":{"page":2,"limit":20,"total":21,"pages":2}}`)

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

func TestUpdateCategory(t *testing.T) {
	t.Parallel()
	service := fakeCategoryService{update: func(id string, versions []int64, patch model.CategoryPatch) (model.Category, error) {
		wantEqual(t, "id", id, itemID)
		wantEqual(t, "versions", versions, []int64{2, 3})
		wantEqual(t, "patch", patch, model.CategoryPatch{
			Name:     model.Change[string]{Set: true, Value: "name 2"},
			Position: model.Change[int64]{Set: true, Value: 3},
			ParentID: model.Change[*string]{Set: true, Value: new("018f0000-0000-7000-8000-000000000002")},
		})
		return sampleCategory(), nil
	}}
	routes := handler.NewCategory(service, newCursors(), true).Routes()
	for _, media := range []string{httpx.JSONType, httpx.MergePatchType} {
		rec := send(t, routes, as(ann, request(http.MethodPatch, "/v1/categories/"+itemID, "{\"name\":\"name 2\",\"position\":3,\"parent_id\":\"018f0000-0000-7000-8000-000000000002\"}",
			"If-Match", `"v2", "v3"`, "Content-Type", media)))
		wantStatus(t, rec, http.StatusOK)
		wantHeader(t, rec, "ETag", `"v3"`)
		wantJSON(t, rec, sampleCategoryJSON)
	}
	wantStatus(t, send(t, routes, request(http.MethodPatch, "/v1/categories/"+itemID, `{}`)), http.StatusPreconditionRequired)
}

func TestUpdateCategoryOfNothing(t *testing.T) {
	t.Parallel()
	var want model.CategoryPatch
	service := fakeCategoryService{update: func(_ string, versions []int64, patch model.CategoryPatch) (model.Category, error) {
		wantEqual(t, "versions", versions, []int64(nil))
		wantEqual(t, "patch", patch, want)
		return sampleCategory(), nil
	}}
	routes := handler.NewCategory(service, newCursors(), false).Routes()
	wantStatus(t, send(t, routes, as(ann, request(http.MethodPatch, "/v1/categories/"+itemID, `{}`))), http.StatusOK)

	want = model.CategoryPatch{ParentID: model.Change[*string]{Set: true}}
	wantStatus(t, send(t, routes, as(ann, request(http.MethodPatch, "/v1/categories/"+itemID, `{"parent_id":null}`))), http.StatusOK)
}

func TestUpdateCategoryRefuses(t *testing.T) {
	t.Parallel()
	routes := handler.NewCategory(fakeCategoryService{}, newCursors(), false).Routes() // no request may reach the service
	for _, member := range []string{"id", "owner_id", "version", "created_at", "updated_at", "no_such_member"} {
		rec := send(t, routes, request(http.MethodPatch, "/v1/categories/"+itemID, `{"`+member+`":"x"}`))
		wantInvalid(t, rec, "/"+member)
	}
	wantInvalid(t, send(t, routes, request(http.MethodPatch, "/v1/categories/"+itemID, `{"name":null}`)), "/name")
	wantInvalid(t, send(t, routes, request(http.MethodPatch, "/v1/categories/"+itemID, `{"position":null}`)), "/position")
	wantStatus(t, send(t, routes, request(http.MethodPatch, "/v1/categories/1", `{}`)), http.StatusBadRequest)
	wantStatus(t, send(t, routes, request(http.MethodPatch, "/v1/categories/"+itemID, `{}`, "If-Match", "v3")), http.StatusBadRequest)
}

func TestDeleteCategory(t *testing.T) {
	t.Parallel()
	var result error
	service := fakeCategoryService{remove: func(id string, versions []int64) error {
		wantEqual(t, "id", id, itemID)
		wantEqual(t, "versions", versions, []int64{3})
		return result
	}}
	routes := handler.NewCategory(service, newCursors(), true).Routes()
	for err, status := range map[error]int{
		nil:                   http.StatusNoContent,
		model.ErrNotFound:     http.StatusNotFound,
		model.ErrPrecondition: http.StatusPreconditionFailed,
		model.ErrConflict:     http.StatusConflict,
	} {
		result = err
		rec := send(t, routes, as(ann, request(http.MethodDelete, "/v1/categories/"+itemID, "", "If-Match", `"v3"`)))
		wantStatus(t, rec, status)
		if err == nil && rec.Body.Len() != 0 {
			t.Errorf("a 204 has a body: %s", rec.Body)
		}
	}
	wantStatus(t, send(t, routes, request(http.MethodDelete, "/v1/categories/"+itemID, "")), http.StatusPreconditionRequired)
}

func TestCategoryPolicies(t *testing.T) {
	t.Parallel()
	for _, route := range handler.NewCategory(fakeCategoryService{}, newCursors(), false).Routes() {
		want := auth.Admin
		if route.Method == http.MethodGet {
			want = auth.Public
		}
		wantEqual(t, "access to "+route.Method+" "+route.Path, route.Access, want)
	}
}
