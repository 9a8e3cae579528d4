package handler_test

import (
	"context"
	"net/http"
	"testing"

	"example.com/shop/internal/auth"
	"example.com/shop/internal/handler"
	"example.com/shop/internal/model"
)

// fakeUsers is a user service made of functions. A test that reaches one it has not set fails.
type fakeUsers struct {
	get    func(id string) (model.User, error)
	list   func(model.Query) ([]model.User, []any, int64, error)
	update func(actor auth.Principal, id string, versions []int64, patch model.UserPatch) (model.User, error)
	remove func(actor auth.Principal, id string, versions []int64) error
}

func (f fakeUsers) Get(_ context.Context, id string) (model.User, error) {
	return f.get(id)
}

func (f fakeUsers) List(_ context.Context, query model.Query) ([]model.User, []any, int64, error) {
	return f.list(query)
}

func (f fakeUsers) Update(_ context.Context, actor auth.Principal, id string, versions []int64, patch model.UserPatch) (model.User, error) {
	return f.update(actor, id, versions, patch)
}

func (f fakeUsers) Delete(_ context.Context, actor auth.Principal, id string, versions []int64) error {
	return f.remove(actor, id, versions)
}

func TestListUsers(t *testing.T) {
	t.Parallel()
	users := fakeUsers{list: func(query model.Query) ([]model.User, []any, int64, error) {
		wantEqual(t, "filters", query.Filters, []model.Filter{
			{Field: "active", Op: "eq", Values: []any{true}}, {Field: "role", Op: "in", Values: []any{"user", "admin"}},
		})
		return []model.User{annsAccount()}, nil, 21, nil
	}}
	routes := handler.NewUser(users, newCursors(), false).Routes()
	rec := send(t, routes, request(http.MethodGet, "/v1/users?page=2&active=true&role[in]=user,admin", ""))
	wantStatus(t, rec, http.StatusOK)
	wantJSON(t, rec, `{"data":[`+annsJSON+`],"pagination":{"page":2,"limit":20,"total":21,"pages":2}}`)

	for _, query := range []string{"password_hash=x", "role=root", "active=1", "sort=password_hash", "limit=0"} {
		wantStatus(t, send(t, routes, request(http.MethodGet, "/v1/users?"+query, "")), http.StatusBadRequest)
	}
}

func TestGetUser(t *testing.T) {
	t.Parallel()
	users := fakeUsers{get: func(id string) (model.User, error) {
		if id != ann.UserID {
			return model.User{}, model.ErrNotFound
		}
		return annsAccount(), nil
	}}
	routes := handler.NewUser(users, newCursors(), false).Routes()
	rec := send(t, routes, request(http.MethodGet, "/v1/users/"+ann.UserID, ""))
	wantStatus(t, rec, http.StatusOK)
	wantHeader(t, rec, "ETag", `"v3"`)
	wantJSON(t, rec, annsJSON)
	wantStatus(t, send(t, routes, request(http.MethodGet, "/v1/users/"+nobodysID, "")), http.StatusNotFound)
	wantStatus(t, send(t, routes, request(http.MethodGet, "/v1/users/me", "")), http.StatusBadRequest)
}

func TestUpdateUser(t *testing.T) {
	t.Parallel()
	users := fakeUsers{update: func(actor auth.Principal, id string, versions []int64, patch model.UserPatch) (model.User, error) {
		wantEqual(t, "actor", actor, ann)
		wantEqual(t, "id", id, itemID)
		wantEqual(t, "versions", versions, []int64{2, 3})
		wantEqual(t, "patch", patch, model.UserPatch{Role: model.Changed("admin"), Active: model.Changed(false)})
		return annsAccount(), nil
	}}
	routes := handler.NewUser(users, newCursors(), true).Routes()
	rec := send(t, routes, as(ann, request(http.MethodPatch, "/v1/users/"+itemID, `{"role":"admin","active":false}`, "If-Match", `"v2", "v3"`)))
	wantStatus(t, rec, http.StatusOK)
	wantHeader(t, rec, "ETag", `"v3"`)
	wantJSON(t, rec, annsJSON)

	for _, member := range []string{"email", "id", "password_hash", "version"} {
		refused := send(t, routes, as(ann, request(http.MethodPatch, "/v1/users/"+itemID, `{"`+member+`":"x"}`, "If-Match", "*")))
		wantInvalid(t, refused, "/"+member)
	}
	wantStatus(t, send(t, routes, as(ann, request(http.MethodPatch, "/v1/users/"+itemID, `{}`))), http.StatusPreconditionRequired)
}

func TestDeleteUser(t *testing.T) {
	t.Parallel()
	var result error
	users := fakeUsers{remove: func(actor auth.Principal, id string, versions []int64) error {
		wantEqual(t, "actor", actor, ann)
		wantEqual(t, "id", id, itemID)
		wantEqual(t, "versions", versions, []int64(nil))
		return result
	}}
	routes := handler.NewUser(users, newCursors(), false).Routes()
	wantStatus(t, send(t, routes, as(ann, request(http.MethodDelete, "/v1/users/"+itemID, ""))), http.StatusNoContent)
	result = model.ErrNotFound
	wantStatus(t, send(t, routes, as(ann, request(http.MethodDelete, "/v1/users/"+itemID, ""))), http.StatusNotFound)
}

func TestUserPolicies(t *testing.T) {
	t.Parallel()
	for _, route := range handler.NewUser(fakeUsers{}, newCursors(), false).Routes() {
		wantEqual(t, "access to "+route.Method+" "+route.Path, route.Access, auth.Admin)
	}
}
