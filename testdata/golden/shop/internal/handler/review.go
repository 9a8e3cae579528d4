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

// reviewService is what the handler needs of the service.
type reviewService interface {
	Create(ctx context.Context, callerID string, item model.Review) (model.Review, error)
	Get(ctx context.Context, id string) (model.Review, error)
	List(ctx context.Context, query model.Query) (items []model.Review, next []any, total int64, err error)
	Update(ctx context.Context, callerID, id string, versions []int64, patch model.ReviewPatch) (model.Review, error)
	Delete(ctx context.Context, id string, versions []int64) error
}

// Review answers requests about reviews.
type Review struct {
	service        reviewService
	list           *httpx.List
	requireIfMatch bool
}

// NewReview returns the handler. With requireIfMatch nothing is changed or deleted unless the client says which version it
// has seen.
func NewReview(service reviewService, cursors *httpx.Cursors, requireIfMatch bool) *Review {
	list := httpx.NewList("reviews", cursors,
		httpx.ListField{Name: "product_id", Parse: httpx.ParseUUID, Ops: []string{"eq", "in"}, Sortable: true},
		httpx.ListField{Name: "rating", Parse: httpx.ParseInt, Ops: []string{"eq", "gte", "lte", "gt", "lt", "in"}, Sortable: true},
		httpx.ListField{Name: "body", Parse: httpx.ParseString, Ops: []string{"like"}},
	)
	return &Review{service: service, list: list, requireIfMatch: requireIfMatch}
}

// Routes lists the operations.
func (h *Review) Routes() []Route {
	return []Route{
		{Method: http.MethodGet, Path: "/v1/reviews", Access: auth.SignedIn, Handler: h.List},
		{Method: http.MethodPost, Path: "/v1/reviews", Access: auth.SignedIn, Handler: h.Create},
		{Method: http.MethodGet, Path: "/v1/reviews/{id}", Access: auth.SignedIn, Handler: h.Get},
		{Method: http.MethodPatch, Path: "/v1/reviews/{id}", Access: auth.SignedIn, Handler: h.Update},
		{Method: http.MethodDelete, Path: "/v1/reviews/{id}", Access: auth.SignedIn, Handler: h.Delete},
	}
}

// List answers with a page of reviews.
func (h *Review) List(w http.ResponseWriter, r *http.Request) {
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
	writePage(w, r, query, responses(items, newReviewResponse), h.list.Cursor(query, "", next), total)
}

// Create stores a new review.
func (h *Review) Create(w http.ResponseWriter, r *http.Request) {
	var in createReview
	if err := decode(r, &in); err != nil {
		respond.Error(w, r, err)
		return
	}
	created, err := h.service.Create(r.Context(), caller(r).UserID, in.entity())
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	w.Header().Set("Location", "/v1/reviews/"+created.ID)
	w.Header().Set("Etag", httpx.ETag(created.Version))
	respond.JSON(w, r, http.StatusCreated, newReviewResponse(created))
}

// Get answers with one review.
func (h *Review) Get(w http.ResponseWriter, r *http.Request) {
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
	respond.JSON(w, r, http.StatusOK, newReviewResponse(found))
}

// Update changes the members that the request names (RFC 7396, JSON merge patch).
func (h *Review) Update(w http.ResponseWriter, r *http.Request) {
	id, versions, err := target(r, h.requireIfMatch)
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	var in updateReview
	if err := decode(r, &in, httpx.MergePatchType); err != nil {
		respond.Error(w, r, err)
		return
	}
	updated, err := h.service.Update(r.Context(), caller(r).UserID, id, versions, model.ReviewPatch(in))
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	w.Header().Set("Etag", httpx.ETag(updated.Version))
	respond.JSON(w, r, http.StatusOK, newReviewResponse(updated))
}

// Delete removes one review.
func (h *Review) Delete(w http.ResponseWriter, r *http.Request) {
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

// createReview is what a client sends to create a review.
type createReview struct {
	ProductID string  `json:"product_id"`
	Rating    int64   `json:"rating"`
	Body      *string `json:"body"`
}

// entity returns the review that the client describes.
func (in createReview) entity() model.Review {
	return model.Review{
		ProductID: in.ProductID,
		Rating:    in.Rating,
		Body:      in.Body,
	}
}

// Validate applies the rules to the input, so that a client whose request has other faults learns of these as well.
func (in *createReview) Validate() error {
	item := in.entity()
	return item.Validate()
}

// updateReview is what a client may change. It has the fields of model.ReviewPatch.
type updateReview struct {
	ProductID model.Change[string]  `json:"product_id"`
	Rating    model.Change[int64]   `json:"rating"`
	Body      model.Change[*string] `json:"body"`
}

// Validate applies the rules to the members that are set, as for createReview; what is not set does not count.
func (in *updateReview) Validate() error {
	var item model.Review
	model.ReviewPatch(*in).Apply(&item)
	return item.Validate()
}

// reviewResponse is what a client gets to see of a review: these members and no others.
type reviewResponse struct {
	ID        string    `json:"id"`
	ProductID string    `json:"product_id"`
	Rating    int64     `json:"rating"`
	Body      *string   `json:"body"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

func newReviewResponse(item model.Review) reviewResponse {
	return reviewResponse{
		ID:        item.ID,
		ProductID: item.ProductID,
		Rating:    item.Rating,
		Body:      item.Body,
		CreatedAt: item.CreatedAt,
		UpdatedAt: item.UpdatedAt,
	}
}
