package handler_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"testing"
	"time"

	"example.com/notes/internal/handler"
	"example.com/notes/internal/httpx"
	"example.com/notes/internal/model"
)

// fakeNoteService is a service made of functions. A test that reaches one it has not set fails.
type fakeNoteService struct {
	create func(item model.Note) (model.Note, error)
	get    func(id string) (model.Note, error)
	list   func(query model.Query) ([]model.Note, []any, int64, error)
	update func(id string, versions []int64, patch model.NotePatch) (model.Note, error)
	remove func(id string, versions []int64) error
}

func (f fakeNoteService) Create(_ context.Context, item model.Note) (model.Note, error) {
	return f.create(item)
}

func (f fakeNoteService) Get(_ context.Context, id string) (model.Note, error) {
	return f.get(id)
}

func (f fakeNoteService) List(_ context.Context, query model.Query) ([]model.Note, []any, int64, error) {
	return f.list(query)
}

func (f fakeNoteService) Update(_ context.Context, id string, versions []int64, patch model.NotePatch) (model.Note, error) {
	return f.update(id, versions, patch)
}

func (f fakeNoteService) Delete(_ context.Context, id string, versions []int64) error {
	return f.remove(id, versions)
}

// sampleNote is what services return, and sampleNoteJSON what clients see of it.
func sampleNote() model.Note {
	return model.Note{
		ID:        itemID,
		Title:     "title 1",
		Body:      new("body 1"),
		Version:   3,
		CreatedAt: time.Date(2026, 1, 2, 3, 4, 5, 678000, time.UTC), UpdatedAt: time.Date(2026, 1, 3, 3, 4, 5, 0, time.UTC),
	}
}

const sampleNoteJSON = "{\"id\":\"0190163d-8694-739b-aea5-966c26f8ad90\",\"title\":\"title 1\",\"body\":\"body 1\",\"created_at\":\"2026-01-02T03:04:05.000678Z\",\"updated_at\":\"2026-01-03T03:04:05Z\"}"

func TestCreateNote(t *testing.T) {
	t.Parallel()
	service := fakeNoteService{create: func(item model.Note) (model.Note, error) {
		wantEqual(t, "note", item, model.Note{
			Title: "title 1",
			Body:  new("body 1"),
		})
		return sampleNote(), nil
	}}
	rec := send(t, handler.NewNote(service, newCursors(), false).Routes(),
		request(http.MethodPost, "/v1/notes", "{\"title\":\"title 1\",\"body\":\"body 1\"}"))
	wantStatus(t, rec, http.StatusCreated)
	wantHeader(t, rec, "Location", "/v1/notes/"+itemID)
	wantHeader(t, rec, "ETag", `"v3"`)
	wantJSON(t, rec, sampleNoteJSON)
}

func TestCreateNoteWithoutWhatIsOptional(t *testing.T) {
	t.Parallel()
	service := fakeNoteService{create: func(item model.Note) (model.Note, error) {
		wantEqual(t, "note", item, model.Note{
			Title: "title 1",
		})
		return sampleNote(), nil
	}}
	rec := send(t, handler.NewNote(service, newCursors(), false).Routes(),
		request(http.MethodPost, "/v1/notes", "{\"title\":\"title 1\"}"))
	wantStatus(t, rec, http.StatusCreated)
}

func TestCreateNoteRefuses(t *testing.T) {
	t.Parallel()
	routes := handler.NewNote(fakeNoteService{}, newCursors(), false).Routes() // no request may reach the service
	for _, member := range []string{"id", "owner_id", "version", "created_at", "updated_at", "no_such_member"} {
		rec := send(t, routes, request(http.MethodPost, "/v1/notes", "{\"title\":\"title 1\",\"body\":\"body 1\","+`"`+member+`":"x"}`))
		wantInvalid(t, rec, "/"+member)
	}
	wantInvalid(t, send(t, routes, request(http.MethodPost, "/v1/notes", `{}`)), "/title")
	for _, member := range []string{"title", "body"} {
		rec := send(t, routes, request(http.MethodPost, "/v1/notes", with(t, "{\"title\":\"title 1\",\"body\":\"body 1\"}", member, "[]")))
		wantInvalid(t, rec, "/"+member)
	}
	wantStatus(t, send(t, routes, request(http.MethodPost, "/v1/notes", `{"`)), http.StatusBadRequest)
	wantStatus(t, send(t, routes, request(http.MethodPost, "/v1/notes", "{\"title\":\"title 1\",\"body\":\"body 1\"}", "Content-Type", "text/plain")), http.StatusUnsupportedMediaType)
}

func TestGetNote(t *testing.T) {
	t.Parallel()
	service := fakeNoteService{get: func(id string) (model.Note, error) {
		if id != itemID {
			return model.Note{}, model.ErrNotFound
		}
		return sampleNote(), nil
	}}
	routes := handler.NewNote(service, newCursors(), false).Routes()
	rec := send(t, routes, request(http.MethodGet, "/v1/notes/"+itemID, ""))
	wantStatus(t, rec, http.StatusOK)
	wantHeader(t, rec, "ETag", `"v3"`)
	wantJSON(t, rec, sampleNoteJSON)

	again := send(t, routes, request(http.MethodGet, "/v1/notes/"+itemID, "", "If-None-Match", `"v3"`))
	wantStatus(t, again, http.StatusNotModified)
	wantStatus(t, send(t, routes, request(http.MethodGet, "/v1/notes/"+nobodysID, "")), http.StatusNotFound)
	wantStatus(t, send(t, routes, request(http.MethodGet, "/v1/notes/1", "")), http.StatusBadRequest)
}

func TestListNotes(t *testing.T) {
	t.Parallel()
	last := []any{time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), itemID}
	var query model.Query
	service := fakeNoteService{list: func(q model.Query) ([]model.Note, []any, int64, error) {
		query = q
		return []model.Note{sampleNote()}, last, 21, nil
	}}
	routes := handler.NewNote(service, newCursors(), false).Routes()
	get := func(parameters url.Values) (int, httpx.CursorPage[json.RawMessage]) {
		rec := send(t, routes, request(http.MethodGet, "/v1/notes?"+parameters.Encode(), ""))
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

	numbered := send(t, routes, request(http.MethodGet, "/v1/notes?page=2", ""))
	wantJSON(t, numbered, `{"data":[`+sampleNoteJSON+`],"pagination":{"page":2,"limit":20,"total":21,"pages":2}}`)

	if status, _ = get(url.Values{"title": {"title 1"}}); status != http.StatusOK {
		t.Errorf("filter: status %d", status)
	}
	wantEqual(t, "filters", query.Filters, []model.Filter{{Field: "title", Op: "eq", Values: []any{"title 1"}}})
	for _, parameters := range []url.Values{{"limit": {"0"}}, {"sort": {"no_such_field"}}, {"no_such_field": {"x"}}, {"cursor": {"x"}}} {
		if status, _ = get(parameters); status != http.StatusBadRequest {
			t.Errorf("%s: status %d, want 400", parameters.Encode(), status)
		}
	}
}

func TestUpdateNote(t *testing.T) {
	t.Parallel()
	service := fakeNoteService{update: func(id string, versions []int64, patch model.NotePatch) (model.Note, error) {
		wantEqual(t, "id", id, itemID)
		wantEqual(t, "versions", versions, []int64{2, 3})
		wantEqual(t, "patch", patch, model.NotePatch{
			Title: model.Change[string]{Set: true, Value: "title 2"},
			Body:  model.Change[*string]{Set: true, Value: new("body 2")},
		})
		return sampleNote(), nil
	}}
	routes := handler.NewNote(service, newCursors(), true).Routes()
	for _, media := range []string{httpx.JSONType, httpx.MergePatchType} {
		rec := send(t, routes, request(http.MethodPatch, "/v1/notes/"+itemID, "{\"title\":\"title 2\",\"body\":\"body 2\"}",
			"If-Match", `"v2", "v3"`, "Content-Type", media))
		wantStatus(t, rec, http.StatusOK)
		wantHeader(t, rec, "ETag", `"v3"`)
		wantJSON(t, rec, sampleNoteJSON)
	}
	wantStatus(t, send(t, routes, request(http.MethodPatch, "/v1/notes/"+itemID, `{}`)), http.StatusPreconditionRequired)
}

func TestUpdateNoteOfNothing(t *testing.T) {
	t.Parallel()
	var want model.NotePatch
	service := fakeNoteService{update: func(_ string, versions []int64, patch model.NotePatch) (model.Note, error) {
		wantEqual(t, "versions", versions, []int64(nil))
		wantEqual(t, "patch", patch, want)
		return sampleNote(), nil
	}}
	routes := handler.NewNote(service, newCursors(), false).Routes()
	wantStatus(t, send(t, routes, request(http.MethodPatch, "/v1/notes/"+itemID, `{}`)), http.StatusOK)

	want = model.NotePatch{Body: model.Change[*string]{Set: true}}
	wantStatus(t, send(t, routes, request(http.MethodPatch, "/v1/notes/"+itemID, `{"body":null}`)), http.StatusOK)
}

func TestUpdateNoteRefuses(t *testing.T) {
	t.Parallel()
	routes := handler.NewNote(fakeNoteService{}, newCursors(), false).Routes() // no request may reach the service
	for _, member := range []string{"id", "owner_id", "version", "created_at", "updated_at", "no_such_member"} {
		rec := send(t, routes, request(http.MethodPatch, "/v1/notes/"+itemID, `{"`+member+`":"x"}`))
		wantInvalid(t, rec, "/"+member)
	}
	wantInvalid(t, send(t, routes, request(http.MethodPatch, "/v1/notes/"+itemID, `{"title":null}`)), "/title")
	wantStatus(t, send(t, routes, request(http.MethodPatch, "/v1/notes/1", `{}`)), http.StatusBadRequest)
	wantStatus(t, send(t, routes, request(http.MethodPatch, "/v1/notes/"+itemID, `{}`, "If-Match", "v3")), http.StatusBadRequest)
}

func TestDeleteNote(t *testing.T) {
	t.Parallel()
	var result error
	service := fakeNoteService{remove: func(id string, versions []int64) error {
		wantEqual(t, "id", id, itemID)
		wantEqual(t, "versions", versions, []int64{3})
		return result
	}}
	routes := handler.NewNote(service, newCursors(), true).Routes()
	for err, status := range map[error]int{
		nil:                   http.StatusNoContent,
		model.ErrNotFound:     http.StatusNotFound,
		model.ErrPrecondition: http.StatusPreconditionFailed,
		model.ErrConflict:     http.StatusConflict,
	} {
		result = err
		rec := send(t, routes, request(http.MethodDelete, "/v1/notes/"+itemID, "", "If-Match", `"v3"`))
		wantStatus(t, rec, status)
		if err == nil && rec.Body.Len() != 0 {
			t.Errorf("a 204 has a body: %s", rec.Body)
		}
	}
	wantStatus(t, send(t, routes, request(http.MethodDelete, "/v1/notes/"+itemID, "")), http.StatusPreconditionRequired)
}
