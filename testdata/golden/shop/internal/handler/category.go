package handler

import (
	"context"
	"net/http"
	"time"

	"example.com/shop/internal/auth"
	"example.com/shop/internal/httpx"
	"example.com/shop/internal/model"
	"example.com/shop/internal/respond"
)

// categoryService is what the handler needs of the service.
type categoryService interface {
	Create(ctx context.Context, item model.Category) (model.Category, error)
	Get(ctx context.Context, id string) (model.Category, error)
	List(ctx context.Context, query model.Query) (items []model.Category, next []any, total int64, err error)
	Update(ctx context.Context, id string, versions []int64, patch model.CategoryPatch) (model.Category, error)
	Delete(ctx context.Context, id string, versions []int64) error
}

// Category answers requests about categories.
type Category struct {
	service        categoryService
	list           *httpx.List
	requireIfMatch bool
}

// NewCategory returns the handler. With requireIfMatch nothing is changed or deleted unless the client says which version it
// has seen.
func NewCategory(service categoryService, cursors *httpx.Cursors, requireIfMatch bool) *Category {
	list := httpx.NewList("categories", cursors,
		httpx.ListField{Name: "name", Parse: httpx.ParseString, Ops: []string{"eq", "in", "like"}, Sortable: true},
		httpx.ListField{Name: "position", Parse: httpx.ParseInt, Ops: []string{"eq", "gte", "lte", "gt", "lt", "in"}, Sortable: true},
		httpx.ListField{Name: "parent_id", Parse: httpx.ParseUUID, Ops: []string{"eq", "in"}, Sortable: true},
	)
	return &Category{service: service, list: list, requireIfMatch: requireIfMatch}
}

// Routes lists the operations.
func (h *Category) Routes() []Route {
	return []Route{
		{Method: http.MethodGet, Path: "/v1/categories", Access: auth.Public, Handler: h.List},
		{Method: http.MethodPost, Path: "/v1/categories", Access: auth.Admin, Handler: h.Create},
		{Method: http.MethodGet, Path: "/v1/categories/{id}", Access: auth.Public, Handler: h.Get},
		{Method: http.MethodPatch, Path: "/v1/categories/{id}", Access: auth.Admin, Handler: h.Update},
		{Method: http.MethodDelete, Path: "/v1/categories/{id}", Access: auth.Admin, Handler: h.Delete},
	}
}

// List answers with a page of categories.
func (h *Category) List(w http.ResponseWriter, r *http.Request) {
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
	writePage(w, r, query, responses(items, newCategoryResponse), h.list.Cursor(query, "", next), total)
}

// Create stores a new category.
func (h *Category) Create(w http.ResponseWriter, r *http.Request) {
	var in createCategory
	if err := decode(r, &in); err != nil {
		respond.Error(w, r, err)
		return
	}
	created, err := h.service.Create(r.Context(), in.entity())
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	w.Header().Set("Location", "/v1/categories/"+created.ID)
	w.Header().Set("Etag", httpx.ETag(created.Version))
	respond.JSON(w, r, http.StatusCreated, newCategoryResponse(created))
}

// Get answers with one category.
func (h *Category) Get(w http.ResponseWriter, r *http.Request) {
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
	respond.JSON(w, r, http.StatusOK, newCategoryResponse(found))
}

// Update changes the members that the request names (RFC 7396, JSON merge patch).
func (h *Category) Update(w http.ResponseWriter, r *http.Request) {
	id, versions, err := target(r, h.requireIfMatch)
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	var in updateCategory
	if err := decode(r, &in, httpx.MergePatchType); err != nil {
		respond.Error(w, r, err)
		return
	}
	updated, err := h.service.Update(r.Context(), id, versions, model.CategoryPatch(in))
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	w.Header().Set("Etag", httpx.ETag(updated.Version))
	respond.JSON(w, r, http.StatusOK, newCategoryResponse(updated))
}

// Delete removes one category.
func (h *Category) Delete(w http.ResponseWriter, r *http.Request) {
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

// createCategory is what a client sends to create a category.
type createCategory struct {
	Name     string              `json:"name"`
	Position model.Change[int64] `json:"position"`
	ParentID *string             `json:"parent_id"`
}

// entity returns the category that the client describes, with defaults for what it left out.
func (in createCategory) entity() model.Category {
	item := model.Category{
		Name:     in.Name,
		Position: 0,
		ParentID: in.ParentID,
	}
	in.Position.Apply(&item.Position)
	return item
}

// Validate applies the rules to the input, so that a client whose request has other faults learns of these as well.
func (in *createCategory) Validate() error {
	item := in.entity()
	return item.Validate()
}

// updateCategory is what a client may change. It has the fields of model.CategoryPatch.
type updateCategory struct {
	Name     model.Change[string]  `json:"name"`
	Position model.Change[int64]   `json:"position"`
	ParentID model.Change[*string] `json:"parent_id"`
}

// Validate applies the rules to the members that are set, as for createCategory; what is not set does not count.
func (in *updateCategory) Validate() error {
	var item model.Category
	model.CategoryPatch(*in).Apply(&item)
	return item.Validate()
}

// categoryResponse is what a client gets to see of a category: these members and no others.
type categoryResponse struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Position  int64     `json:"position"`
	ParentID  *string   `json:"parent_id"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

func newCategoryResponse(item model.Category) categoryResponse {
	return categoryResponse{
		ID:        item.ID,
		Name:      item.Name,
		Position:  item.Position,
		ParentID:  item.ParentID,
		CreatedAt: item.CreatedAt,
		UpdatedAt: item.UpdatedAt,
	}
}
