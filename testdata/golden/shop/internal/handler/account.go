package handler

import (
	"context"
	"net/http"

	"example.com/shop/internal/auth"
	"example.com/shop/internal/httpx"
	"example.com/shop/internal/model"
	"example.com/shop/internal/respond"
	"example.com/shop/internal/service"
)

// accountService is what the handler needs of the service.
type accountService interface {
	Register(ctx context.Context, in service.Registration) (model.User, error)
	Get(ctx context.Context, id string) (model.User, error)
	UpdateProfile(ctx context.Context, p auth.Principal, versions []int64, in service.ProfilePatch) (model.User, error)
	ChangePassword(ctx context.Context, p auth.Principal, in service.PasswordChange) error
	DeleteAccount(ctx context.Context, p auth.Principal, versions []int64) error
}

// Account answers requests of people about themselves.
type Account struct {
	service        accountService
	requireIfMatch bool
}

// NewAccount returns the handler. With requireIfMatch an account is only changed or deleted in the version that its owner
// has seen.
func NewAccount(accounts accountService, requireIfMatch bool) *Account {
	return &Account{service: accounts, requireIfMatch: requireIfMatch}
}

// Routes lists the operations.
func (h *Account) Routes() []Route {
	return []Route{
		{Method: http.MethodPost, Path: "/v1/auth/register", Access: auth.Public, Attempts: Attempts{Policy: "register"}, Handler: h.Register},
		{Method: http.MethodGet, Path: "/v1/me", Access: auth.SignedIn, Handler: h.Get},
		{Method: http.MethodPatch, Path: "/v1/me", Access: auth.SignedIn, Handler: h.Update},
		{Method: http.MethodDelete, Path: "/v1/me", Access: auth.SignedIn, Handler: h.Delete},
		{Method: http.MethodPost, Path: "/v1/me/password", Access: auth.SignedIn, Attempts: Attempts{Policy: "password", FailuresOnly: true}, Handler: h.ChangePassword},
	}
}

// Register makes an account for whoever asks. Nobody can give themselves a role.
func (h *Account) Register(w http.ResponseWriter, r *http.Request) {
	var in register
	if err := decode(r, &in); err != nil {
		respond.Error(w, r, err)
		return
	}
	user, err := h.service.Register(r.Context(), service.Registration(in))
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	w.Header().Set("Location", "/v1/me")
	w.Header().Set("Etag", httpx.ETag(user.Version))
	respond.JSON(w, r, http.StatusCreated, newUserResponse(user))
}

// Get answers with the caller's account.
func (h *Account) Get(w http.ResponseWriter, r *http.Request) {
	user, err := h.service.Get(r.Context(), caller(r).UserID)
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	if notModified(w, r, user.Version) {
		return
	}
	respond.JSON(w, r, http.StatusOK, newUserResponse(user))
}

// Update changes the caller's account. The service asks for the current password where that is called for.
func (h *Account) Update(w http.ResponseWriter, r *http.Request) {
	versions, err := ifMatch(r, h.requireIfMatch)
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	var in updateAccount
	if err := decode(r, &in, httpx.MergePatchType); err != nil {
		respond.Error(w, r, err)
		return
	}
	user, err := h.service.UpdateProfile(r.Context(), caller(r), versions, service.ProfilePatch(in))
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	w.Header().Set("Etag", httpx.ETag(user.Version))
	respond.JSON(w, r, http.StatusOK, newUserResponse(user))
}

// Delete removes the caller's account and everything that belongs to it.
func (h *Account) Delete(w http.ResponseWriter, r *http.Request) {
	versions, err := ifMatch(r, h.requireIfMatch)
	if err != nil {
		respond.Error(w, r, err)
		return
	}
	if err := h.service.DeleteAccount(r.Context(), caller(r), versions); err != nil {
		respond.Error(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// ChangePassword sets a new password for whoever knows the current one.
func (h *Account) ChangePassword(w http.ResponseWriter, r *http.Request) {
	var in changePassword
	if err := decode(r, &in); err != nil {
		respond.Error(w, r, err)
		return
	}
	if err := h.service.ChangePassword(r.Context(), caller(r), service.PasswordChange(in)); err != nil {
		respond.Error(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// register is what somebody sends who wants an account.
type register struct {
	Email    string `json:"email"`
	Password string `json:"password"`
}

// updateAccount is what people may change about themselves.
type updateAccount struct {
	Email           model.Change[string] `json:"email"`
	CurrentPassword model.Change[string] `json:"current_password"`
}

type changePassword struct {
	Current string `json:"current_password"`
	New     string `json:"new_password"`
}
