package handler

import (
	"context"
	"net/http"
	"time"

	"example.com/notes/internal/httpx"
	"example.com/notes/internal/model"
	"example.com/notes/internal/respond"
)

// noteService is what the handler needs of the service.
type noteService interface {
	Create(ctx context.Context, item model.Note) (model.Note, error)
	Get(ctx context.Context, id string) (model.Note, error)
	List(ctx context.Context, query model.Query) (items []model.Note, next []any, total int64, err error)
	Update(ctx context.Context, id string, versions []int64, patch model.NotePatch) (model.Note, error)
	Delete(ctx context.Context, id string, versions []int64) error
}

// Note answers requests about notes.
type Note struct {
	service        noteService
	list           *httpx.List
	requireIfMatch bool
}

// NewNote returns the handler. With requireIfMatch nothing is changed or deleted unless the client says which version it
// has seen.
func NewNote(service noteService, cursors *httpx.Cursors, requireIfMatch bool) *Note {
	list := httpx.NewList("notes", cursors,
		httpx.ListField{Name: "title", Parse: httpx.ParseString, Ops: []string{"eq", "in", "like"}, Sortable: true},
		httpx.ListField{Name: "body", Parse: httpx.ParseString, Ops: []string{"like"}},
	)
	return &Note{service: service, list: list, requireIfMatch: requireIfMatch}
}

// Routes lists the operations.
func (h *Note) Routes() []Route {
	return []Route{
		{Method: http.MethodGet, Path: "/v1/notes", Handler: h.List},
		{Method: http.MethodPost, Path: "/v1/notes", Handler: h.Create},
		{Method: http.MethodGet, Path: "/v1/notes/{id}", Handler: h.Get},
		{Method: http.MethodPatch, Path: "/v1/notes/{id}", Handler: h.Update},
		{Method: http.MethodDelete, Path: "/v1/notes/{id}", Handler: h.Delete},
	}
}

// List answers with a page of notes.
func (h *Note) List(w http.ResponseWriter, r *http.Request) {
	query, err := h.list.Parse(r.URL.RawQuery, "")
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	items, next, total, err := h.service.List(r.Context(), query)
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	writePage(w, r, query, responses(items, newNoteResponse), h.list.Cursor(query, "", next), total)
}

// Create stores a new note.
func (h *Note) Create(w http.ResponseWriter, r *http.Request) {
	var in createNote
	if err := decode(r, &in); err != nil {
		respond.Error(w, r, err)
		return
	}
	created, err := h.service.Create(r.Context(), in.entity())
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	w.Header().Set("Location", "/v1/notes/"+created.ID)
	w.Header().Set("Etag", httpx.ETag(created.Version))
	respond.JSON(w, r, http.StatusCreated, newNoteResponse(created))
}

// Get answers with one note.
func (h *Note) Get(w http.ResponseWriter, r *http.Request) {
	id, err := pathID(r)
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	found, err := h.service.Get(r.Context(), id)
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	if notModified(w, r, found.Version) {
		return
	}
	respond.JSON(w, r, http.StatusOK, newNoteResponse(found))
}

// Update changes the members that the request names (RFC 7396, JSON merge patch).
func (h *Note) Update(w http.ResponseWriter, r *http.Request) {
	id, versions, err := target(r, h.requireIfMatch)
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	var in updateNote
	if err := decode(r, &in, httpx.MergePatchType); err != nil {
		respond.Error(w, r, err)
		return
	}
	updated, err := h.service.Update(r.Context(), id, versions, model.NotePatch(in))
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	w.Header().Set("Etag", httpx.ETag(updated.Version))
	respond.JSON(w, r, http.StatusOK, newNoteResponse(updated))
}

// Delete removes one note.
func (h *Note) Delete(w http.ResponseWriter, r *http.Request) {
	id, versions, err := target(r, h.requireIfMatch)
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	if err := h.service.Delete(r.Context(), id, versions); err != nil {
		respond.Error(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// createNote is what a client sends to create a note.
type createNote struct {
	Title string  `json:"title"`
	Body  *string `json:"body"`
}

// entity returns the note that the client describes.
func (in createNote) entity() model.Note {
	return model.Note{
		Title: in.Title,
		Body:  in.Body,
	}
}

// Validate applies the rules to the input, so that a client whose request has other faults learns of these as well.
func (in *createNote) Validate() error {
	item := in.entity()
	return item.Validate()
}

// updateNote is what a client may change. It has the fields of model.NotePatch.
type updateNote struct {
	Title model.Change[string]  `json:"title"`
	Body  model.Change[*string] `json:"body"`
}

// Validate applies the rules to the members that are set, as for createNote; what is not set does not count.
func (in *updateNote) Validate() error {
	var item model.Note
	model.NotePatch(*in).Apply(&item)
	return item.Validate()
}

// noteResponse is what a client gets to see of a note: these members and no others.
type noteResponse struct {
	ID        string    `json:"id"`
	Title     string    `json:"title"`
	Body      *string   `json:"body"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

func newNoteResponse(item model.Note) noteResponse {
	return noteResponse{
		ID:        item.ID,
		Title:     item.Title,
		Body:      item.Body,
		CreatedAt: item.CreatedAt,
		UpdatedAt: item.UpdatedAt,
	}
}
