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

// productService is what the handler needs of the service.
type productService interface {
	Create(ctx context.Context, item model.Product) (model.Product, error)
	Get(ctx context.Context, ownerID, id string) (model.Product, error)
	List(ctx context.Context, ownerID string, query model.Query) (items []model.Product, next []any, total int64, err error)
	Update(ctx context.Context, ownerID, id string, versions []int64, patch model.ProductPatch) (model.Product, error)
	Delete(ctx context.Context, ownerID, id string, versions []int64) error
}

// Product answers requests about products.
type Product struct {
	service        productService
	list           *httpx.List
	requireIfMatch bool
}

// NewProduct returns the handler. With requireIfMatch nothing is changed or deleted unless the client says which version it
// has seen.
func NewProduct(service productService, cursors *httpx.Cursors, requireIfMatch bool) *Product {
	list := httpx.NewList("products", cursors,
		httpx.ListField{Name: "name", Parse: httpx.ParseString, Ops: []string{"eq", "in", "like"}, Sortable: true},
		httpx.ListField{Name: "sku", Parse: httpx.ParseString, Ops: []string{"eq", "in", "like"}, Sortable: true},
		httpx.ListField{Name: "price", Parse: httpx.ParseDecimal(2), Ops: []string{"eq", "gte", "lte", "gt", "lt", "in"}, Sortable: true},
		httpx.ListField{Name: "stock", Parse: httpx.ParseInt, Ops: []string{"eq", "gte", "lte", "gt", "lt", "in"}, Sortable: true},
		httpx.ListField{Name: "description", Parse: httpx.ParseString, Ops: []string{"like"}},
		httpx.ListField{Name: "status", Parse: httpx.ParseEnum("draft", "live"), Ops: []string{"eq", "in"}, Sortable: true},
		httpx.ListField{Name: "category_id", Parse: httpx.ParseUUID, Ops: []string{"eq", "in"}, Sortable: true},
	)
	return &Product{service: service, list: list, requireIfMatch: requireIfMatch}
}

// Routes lists the operations.
func (h *Product) Routes() []Route {
	return []Route{
		{Method: http.MethodGet, Path: "/v1/products", Access: auth.SignedIn, Handler: h.List},
		{Method: http.MethodPost, Path: "/v1/products", Access: auth.SignedIn, Handler: h.Create},
		{Method: http.MethodGet, Path: "/v1/products/{id}", Access: auth.SignedIn, Handler: h.Get},
		{Method: http.MethodPatch, Path: "/v1/products/{id}", Access: auth.SignedIn, Handler: h.Update},
		{Method: http.MethodDelete, Path: "/v1/products/{id}", Access: auth.SignedIn, Handler: h.Delete},
	}
}

// List answers with a page of the caller's products.
func (h *Product) List(w http.ResponseWriter, r *http.Request) {
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
	writePage(w, r, query, responses(items, newProductResponse), h.list.Cursor(query, owner, next), total)
}

// Create stores a new product, which belongs to the caller.
func (h *Product) Create(w http.ResponseWriter, r *http.Request) {
	var in createProduct
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
	w.Header().Set("Location", "/v1/products/"+created.ID)
	w.Header().Set("Etag", httpx.ETag(created.Version))
	respond.JSON(w, r, http.StatusCreated, newProductResponse(created))
}

// Get answers with one product.
func (h *Product) Get(w http.ResponseWriter, r *http.Request) {
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
	respond.JSON(w, r, http.StatusOK, newProductResponse(found))
}

// Update changes the members that the request names (RFC 7396, JSON merge patch).
func (h *Product) Update(w http.ResponseWriter, r *http.Request) {
	id, versions, err := target(r, h.requireIfMatch)
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	var in updateProduct
	if err := decode(r, &in, httpx.MergePatchType); err != nil {
		respond.Error(w, r, err)
		return
	}
	updated, err := h.service.Update(r.Context(), caller(r).UserID, id, versions, model.ProductPatch(in))
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	w.Header().Set("Etag", httpx.ETag(updated.Version))
	respond.JSON(w, r, http.StatusOK, newProductResponse(updated))
}

// Delete removes one product.
func (h *Product) Delete(w http.ResponseWriter, r *http.Request) {
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

// createProduct is what a client sends to create a product.
type createProduct struct {
	Name        string               `json:"name"`
	SKU         string               `json:"sku"`
	Price       model.Decimal        `json:"price"`
	Stock       int64                `json:"stock"`
	Description *string              `json:"description"`
	Status      model.Change[string] `json:"status"`
	CategoryID  string               `json:"category_id"`
}

// entity returns the product that the client describes, with defaults for what it left out.
func (in createProduct) entity() model.Product {
	item := model.Product{
		Name:        in.Name,
		SKU:         in.SKU,
		Price:       in.Price,
		Stock:       in.Stock,
		Description: in.Description,
		Status:      "draft",
		CategoryID:  in.CategoryID,
	}
	in.Status.Apply(&item.Status)
	return item
}

// Validate applies the rules to the input, so that a client whose request has other faults learns of these as well.
func (in *createProduct) Validate() error {
	item := in.entity()
	item.Normalize()
	return item.Validate()
}

// updateProduct is what a client may change. It has the fields of model.ProductPatch.
type updateProduct struct {
	Name        model.Change[string]        `json:"name"`
	SKU         model.Change[string]        `json:"sku"`
	Price       model.Change[model.Decimal] `json:"price"`
	Stock       model.Change[int64]         `json:"stock"`
	Description model.Change[*string]       `json:"description"`
	Status      model.Change[string]        `json:"status"`
	CategoryID  model.Change[string]        `json:"category_id"`
}

// Validate applies the rules to the members that are set, as for createProduct; what is not set does not count.
func (in *updateProduct) Validate() error {
	var item model.Product
	model.ProductPatch(*in).Apply(&item)
	item.Normalize()
	return item.Validate()
}

// productResponse is what a client gets to see of a product: these members and no others.
type productResponse struct {
	ID          string        `json:"id"`
	Name        string        `json:"name"`
	SKU         string        `json:"sku"`
	Price       model.Decimal `json:"price"`
	Stock       int64         `json:"stock"`
	Description *string       `json:"description"`
	Status      string        `json:"status"`
	CategoryID  string        `json:"category_id"`
	CreatedAt   time.Time     `json:"created_at"`
	UpdatedAt   time.Time     `json:"updated_at"`
}

func newProductResponse(item model.Product) productResponse {
	return productResponse{
		ID:          item.ID,
		Name:        item.Name,
		SKU:         item.SKU,
		Price:       item.Price,
		Stock:       item.Stock,
		Description: item.Description,
		Status:      item.Status,
		CategoryID:  item.CategoryID,
		CreatedAt:   item.CreatedAt,
		UpdatedAt:   item.UpdatedAt,
	}
}
