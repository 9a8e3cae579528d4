package handler_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"example.com/shop/internal/auth"
	"example.com/shop/internal/handler"
	"example.com/shop/internal/model"
	"example.com/shop/internal/service"
)

// ann is who sends the requests of tests.
var ann = auth.Principal{UserID: "0190163d-0000-739b-aea5-966c26f8ad90", Role: model.RoleUser, SessionID: "s-1"}

// as lets somebody send the request.
func as(principal auth.Principal, r *http.Request) *http.Request {
	return r.WithContext(auth.WithPrincipal(r.Context(), principal))
}

// annsAccount is what services return about ann, and annsJSON what clients see of it.
func annsAccount() model.User {
	at := time.Date(2026, 1, 2, 3, 4, 5, 678000, time.UTC)
	return model.User{
		ID: ann.UserID, Email: "ann@example.com", PasswordHash: "$argon2id$secret", Role: model.RoleUser, Active: true,
		Version: 3, CreatedAt: at, UpdatedAt: at,
	}
}

const annsJSON = `{"id":"0190163d-0000-739b-aea5-966c26f8ad90","email":"ann@example.com","role":"user","active":true,
	"created_at":"2026-01-02T03:04:05.000678Z","updated_at":"2026-01-02T03:04:05.000678Z"}`

// fakeAccounts is an account service made of functions. A test that reaches one it has not set fails.
type fakeAccounts struct {
	register       func(service.Registration) (model.User, error)
	get            func(id string) (model.User, error)
	updateProfile  func(auth.Principal, []int64, service.ProfilePatch) (model.User, error)
	changePassword func(auth.Principal, service.PasswordChange) error
	deleteAccount  func(auth.Principal, []int64) error
}

func (f fakeAccounts) Register(_ context.Context, in service.Registration) (model.User, error) {
	return f.register(in)
}

func (f fakeAccounts) Get(_ context.Context, id string) (model.User, error) {
	return f.get(id)
}

func (f fakeAccounts) UpdateProfile(_ context.Context, p auth.Principal, versions []int64, in service.ProfilePatch) (model.User, error) {
	return f.updateProfile(p, versions, in)
}

func (f fakeAccounts) ChangePassword(_ context.Context, p auth.Principal, in service.PasswordChange) error {
	return f.changePassword(p, in)
}

func (f fakeAccounts) DeleteAccount(_ context.Context, p auth.Principal, versions []int64) error {
	return f.deleteAccount(p, versions)
}

func TestRegister(t *testing.T) {
	t.Parallel()
	accounts := fakeAccounts{register: func(in service.Registration) (model.User, error) {
		wantEqual(t, "registration", in, service.Registration{Email: "ann@example.com", Password: "correct horse"})
		return annsAccount(), nil
	}}
	rec := send(t, handler.NewAccount(accounts, false).Routes(),
		request(http.MethodPost, "/v1/auth/register", `{"email":"ann@example.com","password":"correct horse"}`))
	wantStatus(t, rec, http.StatusCreated)
	wantHeader(t, rec, "Location", "/v1/me")
	wantHeader(t, rec, "ETag", `"v3"`)
	wantJSON(t, rec, annsJSON)
}

func TestRegisterRefuses(t *testing.T) {
	t.Parallel()
	routes := handler.NewAccount(fakeAccounts{}, false).Routes() // no request may reach the service
	for _, member := range []string{"role", "roles", "is_admin", "active", "id", "created_at", "password_hash", "email_verified"} {
		rec := send(t, routes, request(http.MethodPost, "/v1/auth/register", `{"email":"a@example.com","password":"p","`+member+`":"admin"}`))
		wantInvalid(t, rec, "/"+member)
	}
	wantInvalid(t, send(t, routes, request(http.MethodPost, "/v1/auth/register", `{}`)), "/email", "/password")
}

func TestRegisterTaken(t *testing.T) {
	t.Parallel()
	accounts := fakeAccounts{register: func(service.Registration) (model.User, error) {
		return model.User{}, &model.ConflictError{Field: "email"}
	}}
	rec := send(t, handler.NewAccount(accounts, false).Routes(),
		request(http.MethodPost, "/v1/auth/register", `{"email":"ann@example.com","password":"correct horse"}`))
	wantStatus(t, rec, http.StatusConflict)
	wantHeader(t, rec, "Location", "")
}

func TestMe(t *testing.T) {
	t.Parallel()
	accounts := fakeAccounts{get: func(id string) (model.User, error) {
		wantEqual(t, "id", id, ann.UserID)
		return annsAccount(), nil
	}}
	routes := handler.NewAccount(accounts, false).Routes()
	rec := send(t, routes, as(ann, request(http.MethodGet, "/v1/me", "")))
	wantStatus(t, rec, http.StatusOK)
	wantHeader(t, rec, "ETag", `"v3"`)
	wantJSON(t, rec, annsJSON)

	again := send(t, routes, as(ann, request(http.MethodGet, "/v1/me", "", "If-None-Match", `"v3"`)))
	wantStatus(t, again, http.StatusNotModified)
	if again.Body.Len() != 0 {
		t.Errorf("a 304 has a body: %s", again.Body)
	}
}

func TestUpdateMe(t *testing.T) {
	t.Parallel()
	accounts := fakeAccounts{updateProfile: func(p auth.Principal, versions []int64, in service.ProfilePatch) (model.User, error) {
		wantEqual(t, "principal", p, ann)
		wantEqual(t, "versions", versions, []int64{3})
		wantEqual(t, "patch", in, service.ProfilePatch{Email: model.Changed("ann@example.com"), CurrentPassword: model.Changed("correct horse")})
		return annsAccount(), nil
	}}
	rec := send(t, handler.NewAccount(accounts, true).Routes(), as(ann,
		request(http.MethodPatch, "/v1/me", `{"email":"ann@example.com","current_password":"correct horse"}`, "If-Match", `"v3"`)))
	wantStatus(t, rec, http.StatusOK)
	wantHeader(t, rec, "ETag", `"v3"`)
	wantJSON(t, rec, annsJSON)
}

func TestUpdateMeRefuses(t *testing.T) {
	t.Parallel()
	routes := handler.NewAccount(fakeAccounts{}, false).Routes()
	for _, member := range []string{"role", "active", "id", "version", "password", "password_hash", "profile"} {
		rec := send(t, routes, as(ann, request(http.MethodPatch, "/v1/me", `{"`+member+`":{"role":"admin"}}`)))
		wantInvalid(t, rec, "/"+member)
	}
	careful := handler.NewAccount(fakeAccounts{}, true).Routes()
	wantStatus(t, send(t, careful, as(ann, request(http.MethodPatch, "/v1/me", `{}`))), http.StatusPreconditionRequired)
	wantStatus(t, send(t, careful, as(ann, request(http.MethodDelete, "/v1/me", ""))), http.StatusPreconditionRequired)
}

func TestDeleteMe(t *testing.T) {
	t.Parallel()
	accounts := fakeAccounts{deleteAccount: func(p auth.Principal, versions []int64) error {
		wantEqual(t, "principal", p, ann)
		wantEqual(t, "versions", versions, []int64(nil))
		return nil
	}}
	rec := send(t, handler.NewAccount(accounts, false).Routes(), as(ann, request(http.MethodDelete, "/v1/me", "")))
	wantStatus(t, rec, http.StatusNoContent)
	if rec.Body.Len() != 0 || rec.Header().Get("Content-Type") != "" {
		t.Errorf("a 204 has a body: %v %s", rec.Header(), rec.Body)
	}
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	var result error
	accounts := fakeAccounts{changePassword: func(p auth.Principal, in service.PasswordChange) error {
		wantEqual(t, "principal", p, ann)
		wantEqual(t, "change", in, service.PasswordChange{Current: "correct horse", New: "battery staple"})
		return result
	}}
	routes := handler.NewAccount(accounts, false).Routes()
	const body = `{"current_password":"correct horse","new_password":"battery staple"}`
	wantStatus(t, send(t, routes, as(ann, request(http.MethodPost, "/v1/me/password", body))), http.StatusNoContent)

	result = &model.ValidationError{Fields: []model.FieldError{{Pointer: "/current_password"}}}
	wantInvalid(t, send(t, routes, as(ann, request(http.MethodPost, "/v1/me/password", body))), "/current_password")
	wantInvalid(t, send(t, routes, as(ann, request(http.MethodPost, "/v1/me/password", `{"new_password":"battery staple"}`))), "/current_password")
}

func TestAccountPolicies(t *testing.T) {
	t.Parallel()
	for _, route := range handler.NewAccount(fakeAccounts{}, false).Routes() {
		switch route.Path {
		case "/v1/auth/register":
			wantEqual(t, "access to "+route.Path, route.Access, auth.Public)
			wantEqual(t, "budget of "+route.Path, route.Attempts, handler.Attempts{Policy: "register"})
		case "/v1/me/password":
			wantEqual(t, "access to "+route.Path, route.Access, auth.SignedIn)
			wantEqual(t, "budget of "+route.Path, route.Attempts, handler.Attempts{Policy: "password", FailuresOnly: true})
		default:
			wantEqual(t, "access to "+route.Method+" "+route.Path, route.Access, auth.SignedIn)
		}
	}
}
