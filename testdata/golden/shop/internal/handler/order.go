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

// orderService is what the handler needs of the service.
type orderService interface {
	Create(ctx context.Context, item model.Order) (model.Order, error)
	Get(ctx context.Context, ownerID, id string) (model.Order, error)
	List(ctx context.Context, ownerID string, query model.Query) (items []model.Order, next []any, total int64, err error)
	Update(ctx context.Context, ownerID, id string, versions []int64, patch model.OrderPatch) (model.Order, error)
	Delete(ctx context.Context, ownerID, id string, versions []int64) error
}

// Order answers requests about orders.
type Order struct {
	service        orderService
	list           *httpx.List
	requireIfMatch bool
}

// NewOrder returns the handler. With requireIfMatch nothing is changed or deleted unless the client says which version it
// has seen.
func NewOrder(service orderService, cursors *httpx.Cursors, requireIfMatch bool) *Order {
	list := httpx.NewList("orders", cursors,
		httpx.ListField{Name: "buyer_id", Parse: httpx.ParseUUID, Ops: []string{"eq", "in"}, Sortable: true},
		httpx.ListField{Name: "seller_id", Parse: httpx.ParseUUID, Ops: []string{"eq", "in"}, Sortable: true},
		httpx.ListField{Name: "note", Parse: httpx.ParseString, Ops: []string{"like"}},
	)
	return &Order{service: service, list: list, requireIfMatch: requireIfMatch}
}

// Routes lists the operations.
func (h *Order) Routes() []Route {
	return []Route{
		{Method: http.MethodGet, Path: "/v1/orders", Access: auth.SignedIn, Handler: h.List},
		{Method: http.MethodPost, Path: "/v1/orders", Access: auth.SignedIn, Handler: h.Create},
		{Method: http.MethodGet, Path: "/v1/orders/{id}", Access: auth.SignedIn, Handler: h.Get},
		{Method: http.MethodPatch, Path: "/v1/orders/{id}", Access: auth.SignedIn, Handler: h.Update},
		{Method: http.MethodDelete, Path: "/v1/orders/{id}", Access: auth.SignedIn, Handler: h.Delete},
	}
}

// List answers with a page of the caller's orders.
func (h *Order) List(w http.ResponseWriter, r *http.Request) {
	owner := caller(r).UserID
	query, err := h.list.Parse(r.URL.RawQuery, owner)
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	items, next, total, err := h.service.List(r.Context(), owner, query)
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	writePage(w, r, query, responses(items, newOrderResponse), h.list.Cursor(query, owner, next), total)
}

// Create stores a new order, which belongs to the caller.
func (h *Order) Create(w http.ResponseWriter, r *http.Request) {
	var in createOrder
	if err := decode(r, &in); err != nil {
		respond.Error(w, r, err)
		return
	}
	item := in.entity()
	item.OwnerID = caller(r).UserID
	created, err := h.service.Create(r.Context(), item)
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	w.Header().Set("Location", "/v1/orders/"+created.ID)
	w.Header().Set("Etag", httpx.ETag(created.Version))
	respond.JSON(w, r, http.StatusCreated, newOrderResponse(created))
}

// Get answers with one order.
func (h *Order) Get(w http.ResponseWriter, r *http.Request) {
	id, err := pathID(r)
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	found, err := h.service.Get(r.Context(), caller(r).UserID, id)
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	if notModified(w, r, found.Version) {
		return
	}
	respond.JSON(w, r, http.StatusOK, newOrderResponse(found))
}

// Update changes the members that the request names (RFC 7396, JSON merge patch).
func (h *Order) Update(w http.ResponseWriter, r *http.Request) {
	id, versions, err := target(r, h.requireIfMatch)
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	var in updateOrder
	if err := decode(r, &in, httpx.MergePatchType); err != nil {
		respond.Error(w, r, err)
		return
	}
	updated, err := h.service.Update(r.Context(), caller(r).UserID, id, versions, model.OrderPatch(in))
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	w.Header().Set("Etag", httpx.ETag(updated.Version))
	respond.JSON(w, r, http.StatusOK, newOrderResponse(updated))
}

// Delete removes one order.
func (h *Order) Delete(w http.ResponseWriter, r *http.Request) {
	id, versions, err := target(r, h.requireIfMatch)
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	if err := h.service.Delete(r.Context(), caller(r).UserID, id, versions); err != nil {
		respond.Error(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// createOrder is what a client sends to create an order.
type createOrder struct {
	BuyerID  string  `json:"buyer_id"`
	SellerID string  `json:"seller_id"`
	Note     *string `json:"note"`
}

// entity returns the order that the client describes.
func (in createOrder) entity() model.Order {
	return model.Order{
		BuyerID:  in.BuyerID,
		SellerID: in.SellerID,
		Note:     in.Note,
	}
}

// Validate applies the rules to the input, so that a client whose request has other faults learns of these as well.
func (in *createOrder) Validate() error {
	item := in.entity()
	return item.Validate()
}

// updateOrder is what a client may change. It has the fields of model.OrderPatch.
type updateOrder struct {
	BuyerID  model.Change[string]  `json:"buyer_id"`
	SellerID model.Change[string]  `json:"seller_id"`
	Note     model.Change[*string] `json:"note"`
}

// Validate applies the rules to the members that are set, as for createOrder; what is not set does not count.
func (in *updateOrder) Validate() error {
	var item model.Order
	model.OrderPatch(*in).Apply(&item)
	return item.Validate()
}

// orderResponse is what a client gets to see of an order: these members and no others.
type orderResponse struct {
	ID        string    `json:"id"`
	BuyerID   string    `json:"buyer_id"`
	SellerID  string    `json:"seller_id"`
	Note      *string   `json:"note"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

func newOrderResponse(item model.Order) orderResponse {
	return orderResponse{
		ID:        item.ID,
		BuyerID:   item.BuyerID,
		SellerID:  item.SellerID,
		Note:      item.Note,
		CreatedAt: item.CreatedAt,
		UpdatedAt: item.UpdatedAt,
	}
}
