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

// fakeReviewService is a service made of functions. A test that reaches one it has not set fails.
type fakeReviewService struct {
	create func(callerID string, item model.Review) (model.Review, error)
	get    func(id string) (model.Review, error)
	list   func(query model.Query) ([]model.Review, []any, int64, error)
	update func(callerID, id string, versions []int64, patch model.ReviewPatch) (model.Review, error)
	remove func(id string, versions []int64) error
}

func (f fakeReviewService) Create(_ context.Context, callerID string, item model.Review) (model.Review, error) {
	return f.create(callerID, item)
}

func (f fakeReviewService) Get(_ context.Context, id string) (model.Review, error) {
	return f.get(id)
}

func (f fakeReviewService) List(_ context.Context, query model.Query) ([]model.Review, []any, int64, error) {
	return f.list(query)
}

func (f fakeReviewService) Update(_ context.Context, callerID, id string, versions []int64, patch model.ReviewPatch) (model.Review, error) {
	return f.update(callerID, id, versions, patch)
}

func (f fakeReviewService) Delete(_ context.Context, id string, versions []int64) error {
	return f.remove(id, versions)
}

// sampleReview is what services return, and sampleReviewJSON what clients see of it.
func sampleReview() model.Review {
	return model.Review{
		ID:        itemID,
		ProductID: "018f0000-0000-7000-8000-000000000001",
		Rating:    2,
		Body:      new("body 1"),
		Version:   3,
		CreatedAt: time.Date(2026, 1, 2, 3, 4, 5, 678000, time.UTC), UpdatedAt: time.Date(2026, 1, 3, 3, 4, 5, 0, time.UTC),
	}
}

const sampleReviewJSON = "{\"id\":\"0190163d-8694-739b-aea5-966c26f8ad90\",\"product_id\":\"018f0000-0000-7000-8000-000000000001\",\"rating\":2,\"body\":\"body 1\",\"created_at\":\"2026-01-02T03:04:05.000678Z\",\"updated_at\":\"2026-01-03T03:04:05Z\"}"

func TestCreateReview(t *testing.T) {
	t.Parallel()
	service := fakeReviewService{create: func(callerID string, item model.Review) (model.Review, error) {
		wantEqual(t, "caller", callerID, ann.UserID)
		wantEqual(t, "review", item, model.Review{
			ProductID: "018f0000-0000-7000-8000-000000000001",
			Rating:    2,
			Body:      new("body 1"),
		})
		return sampleReview(), nil
	}}
	rec := send(t, handler.NewReview(service, newCursors(), false).Routes(),
		as(ann, request(http.MethodPost, "/v1/reviews", "{\"product_id\":\"018f0000-0000-7000-8000-000000000001\",\"rating\":2,\"body\":\"body 1\"}")))
	wantStatus(t, rec, http.StatusCreated)
	wantHeader(t, rec, "Location", "/v1/reviews/"+itemID)
	wantHeader(t, rec, "ETag", `"v3"`)
	wantJSON(t, rec, sampleReviewJSON)
}

func TestCreateReviewWithoutWhatIsOptional(t *testing.T) {
	t.Parallel()
	service := fakeReviewService{create: func(callerID string, item model.Review) (model.Review, error) {
		wantEqual(t, "caller", callerID, ann.UserID)
		wantEqual(t, "review", item, model.Review{
			ProductID: "018f0000-0000-7000-8000-000000000001",
			Rating:    2,
		})
		return sampleReview(), nil
	}}
	rec := send(t, handler.NewReview(service, newCursors(), false).Routes(),
		as(ann, request(http.MethodPost, "/v1/reviews", "{\"product_id\":\"018f0000-0000-7000-8000-000000000001\",\"rating\":2}")))
	wantStatus(t, rec, http.StatusCreated)
}

func TestCreateReviewRefuses(t *testing.T) {
	t.Parallel()
	routes := handler.NewReview(fakeReviewService{}, newCursors(), false).Routes() // no request may reach the service
	for _, member := range []string{"id", "owner_id", "version", "created_at", "updated_at", "no_such_member"} {
		rec := send(t, routes, request(http.MethodPost, "/v1/reviews", "{\"product_id\":\"018f0000-0000-7000-8000-000000000001\",\"rating\":2,\"body\":\"body 1\","+`"`+member+`":"x"}`))
		wantInvalid(t, rec, "/"+member)
	}
	wantInvalid(t, send(t, routes, request(http.MethodPost, "/v1/reviews", `{}`)), "/product_id", "/rating")
	for _, member := range []string{"product_id", "rating", "body"} {
		rec := send(t, routes, request(http.MethodPost, "/v1/reviews", with(t, "{\"product_id\":\"018f0000-0000-7000-8000-000000000001\",\"rating\":2,\"body\":\"body 1\"}", member, "[]")))
		wantInvalid(t, rec, "/"+member)
	}
	wantStatus(t, send(t, routes, request(http.MethodPost, "/v1/reviews", `{"`)), http.StatusBadRequest)
	wantStatus(t, send(t, routes, request(http.MethodPost, "/v1/reviews", "{\"product_id\":\"018f0000-0000-7000-8000-000000000001\",\"rating\":2,\"body\":\"body 1\"}", "Content-Type", "text/plain")), http.StatusUnsupportedMediaType)
}

func TestGetReview(t *testing.T) {
	t.Parallel()
	service := fakeReviewService{get: func(id string) (model.Review, error) {
		if id != itemID {
			return model.Review{}, model.ErrNotFound
		}
		return sampleReview(), nil
	}}
	routes := handler.NewReview(service, newCursors(), false).Routes()
	rec := send(t, routes, as(ann, request(http.MethodGet, "/v1/reviews/"+itemID, "")))
	wantStatus(t, rec, http.StatusOK)
	wantHeader(t, rec, "ETag", `"v3"`)
	wantJSON(t, rec, sampleReviewJSON)

	again := send(t, routes, as(ann, request(http.MethodGet, "/v1/reviews/"+itemID, "", "If-None-Match", `"v3"`)))
	wantStatus(t, again, http.StatusNotModified)
	wantStatus(t, send(t, routes, as(ann, request(http.MethodGet, "/v1/reviews/"+nobodysID, ""))), http.StatusNotFound)
	wantStatus(t, send(t, routes, as(ann, request(http.MethodGet, "/v1/reviews/1", ""))), http.StatusBadRequest)
}

func TestListReviews(t *testing.T) {
	t.Parallel()
	last := []any{time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), itemID}
	var query model.Query
	service := fakeReviewService{list: func(q model.Query) ([]model.Review, []any, int64, error) {
		query = q
		return []model.Review{sampleReview()}, last, 21, nil
	}}
	routes := handler.NewReview(service, newCursors(), false).Routes()
	get := func(parameters url.Values) (int, httpx.CursorPage[json.RawMessage]) {
		rec := send(t, routes, as(ann, request(http.MethodGet, "/v1/reviews?"+parameters.Encode(), "")))
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

	numbered := send(t, routes, as(ann, request(http.MethodGet, "/v1/reviews?page=2", "")))
	wantJSON(t, numbered, `{"data":[`+sampleReviewJSON+`],"pagination":{"page":2,"limit":20,"total":21,"pages":2}}`)

	if status, _ = get(url.Values{"product_id": {"018f0000-0000-7000-8000-000000000001"}}); status != http.StatusOK {
		t.Errorf("filter: status %d", status)
	}
	wantEqual(t, "filters", query.Filters, []model.Filter{{Field: "product_id", Op: "eq", Values: []any{"018f0000-0000-7000-8000-000000000001"}}})
	for _, parameters := range []url.Values{{"limit": {"0"}}, {"sort": {"no_such_field"}}, {"no_such_field": {"x"}}, {"cursor": {"x"}}} {
		if status, _ = get(parameters); status != http.StatusBadRequest {
			t.Errorf("%s: status %d, want 400", parameters.Encode(), status)
		}
	}
}

func TestUpdateReview(t *testing.T) {
	t.Parallel()
	service := fakeReviewService{update: func(callerID, id string, versions []int64, patch model.ReviewPatch) (model.Review, error) {
		wantEqual(t, "caller", callerID, ann.UserID)
		wantEqual(t, "id", id, itemID)
		wantEqual(t, "versions", versions, []int64{2, 3})
		wantEqual(t, "patch", patch, model.ReviewPatch{
			ProductID: model.Change[string]{Set: true, Value: "018f0000-0000-7000-8000-000000000002"},
			Rating:    model.Change[int64]{Set: true, Value: 3},
			Body:      model.Change[*string]{Set: true, Value: new("body 2")},
		})
		return sampleReview(), nil
	}}
	routes := handler.NewReview(service, newCursors(), true).Routes()
	for _, media := range []string{httpx.JSONType, httpx.MergePatchType} {
		rec := send(t, routes, as(ann, request(http.MethodPatch, "/v1/reviews/"+itemID, "{\"product_id\":\"018f0000-0000-7000-8000-000000000002\",\"rating\":3,\"body\":\"body 2\"}",
			"If-Match", `"v2", "v3"`, "Content-Type", media)))
		wantStatus(t, rec, http.StatusOK)
		wantHeader(t, rec, "ETag", `"v3"`)
		wantJSON(t, rec, sampleReviewJSON)
	}
	wantStatus(t, send(t, routes, request(http.MethodPatch, "/v1/reviews/"+itemID, `{}`)), http.StatusPreconditionRequired)
}

func TestUpdateReviewOfNothing(t *testing.T) {
	t.Parallel()
	var want model.ReviewPatch
	service := fakeReviewService{update: func(_, _ string, versions []int64, patch model.ReviewPatch) (model.Review, error) {
		wantEqual(t, "versions", versions, []int64(nil))
		wantEqual(t, "patch", patch, want)
		return sampleReview(), nil
	}}
	routes := handler.NewReview(service, newCursors(), false).Routes()
	wantStatus(t, send(t, routes, as(ann, request(http.MethodPatch, "/v1/reviews/"+itemID, `{}`))), http.StatusOK)

	want = model.ReviewPatch{Body: model.Change[*string]{Set: true}}
	wantStatus(t, send(t, routes, as(ann, request(http.MethodPatch, "/v1/reviews/"+itemID, `{"body":null}`))), http.StatusOK)
}

func TestUpdateReviewRefuses(t *testing.T) {
	t.Parallel()
	routes := handler.NewReview(fakeReviewService{}, newCursors(), false).Routes() // no request may reach the service
	for _, member := range []string{"id", "owner_id", "version", "created_at", "updated_at", "no_such_member"} {
		rec := send(t, routes, request(http.MethodPatch, "/v1/reviews/"+itemID, `{"`+member+`":"x"}`))
		wantInvalid(t, rec, "/"+member)
	}
	wantInvalid(t, send(t, routes, request(http.MethodPatch, "/v1/reviews/"+itemID, `{"product_id":null}`)), "/product_id")
	wantInvalid(t, send(t, routes, request(http.MethodPatch, "/v1/reviews/"+itemID, `{"rating":null}`)), "/rating")
	wantStatus(t, send(t, routes, request(http.MethodPatch, "/v1/reviews/1", `{}`)), http.StatusBadRequest)
	wantStatus(t, send(t, routes, request(http.MethodPatch, "/v1/reviews/"+itemID, `{}`, "If-Match", "v3")), http.StatusBadRequest)
}

func TestDeleteReview(t *testing.T) {
	t.Parallel()
	var result error
	service := fakeReviewService{remove: func(id string, versions []int64) error {
		wantEqual(t, "id", id, itemID)
		wantEqual(t, "versions", versions, []int64{3})
		return result
	}}
	routes := handler.NewReview(service, newCursors(), true).Routes()
	for err, status := range map[error]int{
		nil:                   http.StatusNoContent,
		model.ErrNotFound:     http.StatusNotFound,
		model.ErrPrecondition: http.StatusPreconditionFailed,
		model.ErrConflict:     http.StatusConflict,
	} {
		result = err
		rec := send(t, routes, as(ann, request(http.MethodDelete, "/v1/reviews/"+itemID, "", "If-Match", `"v3"`)))
		wantStatus(t, rec, status)
		if err == nil && rec.Body.Len() != 0 {
			t.Errorf("a 204 has a body: %s", rec.Body)
		}
	}
	wantStatus(t, send(t, routes, request(http.MethodDelete, "/v1/reviews/"+itemID, "")), http.StatusPreconditionRequired)
}

func TestReviewPolicies(t *testing.T) {
	t.Parallel()
	for _, route := range handler.NewReview(fakeReviewService{}, newCursors(), false).Routes() {
		wantEqual(t, "access to "+route.Method+" "+route.Path, route.Access, auth.SignedIn)
	}
}
