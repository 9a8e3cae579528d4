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

// userService is what the handler needs of the service.
type userService interface {
	Get(ctx context.Context, id string) (model.User, error)
	List(ctx context.Context, query model.Query) (users []model.User, next []any, total int64, err error)
	Update(ctx context.Context, actor auth.Principal, id string, versions []int64, patch model.UserPatch) (model.User, error)
	Delete(ctx context.Context, actor auth.Principal, id string, versions []int64) error
}

// User answers requests of administrators about accounts.
type User struct {
	service        userService
	list           *httpx.List
	requireIfMatch bool
}

// NewUser returns the handler. With requireIfMatch nothing is changed or deleted unless the client says which version it
// has seen.
func NewUser(users userService, cursors *httpx.Cursors, requireIfMatch bool) *User {
	list := httpx.NewList("users", cursors,
		httpx.ListField{Name: "email", Parse: httpx.ParseEmail, Ops: []string{"eq"}, Sortable: true},
		httpx.ListField{Name: "role", Parse: httpx.ParseEnum(model.RoleUser, model.RoleAdmin), Ops: []string{"eq", "in"}},
		httpx.ListField{Name: "active", Parse: httpx.ParseBool, Ops: []string{"eq"}},
	)
	return &User{service: users, list: list, requireIfMatch: requireIfMatch}
}

// Routes lists the operations.
func (h *User) Routes() []Route {
	return []Route{
		{Method: http.MethodGet, Path: "/v1/users", Access: auth.Admin, Handler: h.List},
		{Method: http.MethodGet, Path: "/v1/users/{id}", Access: auth.Admin, Handler: h.Get},
		{Method: http.MethodPatch, Path: "/v1/users/{id}", Access: auth.Admin, Handler: h.Update},
		{Method: http.MethodDelete, Path: "/v1/users/{id}", Access: auth.Admin, Handler: h.Delete},
	}
}

// List answers with a page of accounts.
func (h *User) List(w http.ResponseWriter, r *http.Request) {
	query, err := h.list.Parse(r.URL.RawQuery, "")
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	users, next, total, err := h.service.List(r.Context(), query)
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	writePage(w, r, query, responses(users, newUserResponse), h.list.Cursor(query, "", next), total)
}

// Get answers with one account.
func (h *User) Get(w http.ResponseWriter, r *http.Request) {
	id, err := pathID(r)
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	user, err := h.service.Get(r.Context(), id)
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	if notModified(w, r, user.Version) {
		return
	}
	respond.JSON(w, r, http.StatusOK, newUserResponse(user))
}

// Update gives an account another role, or switches it off and on.
func (h *User) Update(w http.ResponseWriter, r *http.Request) {
	id, versions, err := target(r, h.requireIfMatch)
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	var in updateUser
	if err := decode(r, &in, httpx.MergePatchType); err != nil {
		respond.Error(w, r, err)
		return
	}
	user, err := h.service.Update(r.Context(), caller(r), id, versions, model.UserPatch(in))
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	w.Header().Set("Etag", httpx.ETag(user.Version))
	respond.JSON(w, r, http.StatusOK, newUserResponse(user))
}

// Delete removes an account and everything that belongs to it.
func (h *User) Delete(w http.ResponseWriter, r *http.Request) {
	id, versions, err := target(r, h.requireIfMatch)
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	if err := h.service.Delete(r.Context(), caller(r), id, versions); err != nil {
		respond.Error(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// updateUser is what an administrator may change. It has the fields of model.UserPatch.
type updateUser struct {
	Role   model.Change[string] `json:"role"`
	Active model.Change[bool]   `json:"active"`
}

// userResponse is what a client gets to see of an account: these members and no others.
type userResponse struct {
	ID        string    `json:"id"`
	Email     string    `json:"email"`
	Role      string    `json:"role"`
	Active    bool      `json:"active"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

func newUserResponse(user model.User) userResponse {
	return userResponse{
		ID: user.ID, Email: user.Email, Role: user.Role, Active: user.Active,
		CreatedAt: user.CreatedAt, UpdatedAt: user.UpdatedAt,
	}
}
