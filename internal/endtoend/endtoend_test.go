package endtoend

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/layup-dev/layup/internal/servers"
)

const password = "four plain words here"

// TestService walks through a service with users on every database: the whole life of
// an account and of a resource.
func TestService(t *testing.T) {
	each(t, walk)
}

func walk(t *testing.T, d database) {
	d.need(t)
	dir := generate(t, "--database", d.name, "--resource", "product name:string:min(1):max(200) sku:string:unique price:decimal(12,2):min(0) stock:int:min(0) description:text?")
	s := start(t, build(t, dir), d.empty(t), "REFRESH_GRACE=0s", "JWT_SECRET=an-end-to-end-secret-of-32-bytes-and-more")
	alice, refresh := login(t, s.client, "alice@example.com")
	id := products(t, alice)
	foreign(t, s.client, id)
	sessions(t, s.client, refresh)
	log := s.stop(t)
	for _, secret := range []string{password, refresh, alice.token, "an-end-to-end-secret", servers.Password} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds a secret: %s", secret)
		}
	}
}

// login registers an account, logs in and returns its client.
func login(t *testing.T, c client, email string) (client, string) {
	t.Helper()
	account := map[string]any{"email": email, "password": password}
	c.do(http.MethodPost, "/v1/auth/register", account, http.StatusCreated)
	c.do(http.MethodPost, "/v1/auth/register", account, http.StatusConflict)
	c.do(http.MethodPost, "/v1/auth/login", map[string]any{"email": email, "password": "wrong password"}, http.StatusUnauthorized)
	tokens := c.do(http.MethodPost, "/v1/auth/login", account, http.StatusOK)
	if tokens.text(t, "token_type") != "Bearer" || tokens.body["expires_in"] == nil {
		t.Errorf("login: %s", tokens.raw)
	}
	me := c.as(tokens.text(t, "access_token"))
	if got := me.do(http.MethodGet, "/v1/me", nil, http.StatusOK).text(t, "email"); got != email {
		t.Errorf("/v1/me is %s", got)
	}
	return me, tokens.text(t, "refresh_token")
}

// products walks through a resource and returns the id of one that stays.
func products(t *testing.T, c client) string {
	t.Helper()
	c.as("").do(http.MethodGet, "/v1/products", nil, http.StatusUnauthorized)
	first := c.do(http.MethodPost, "/v1/products", product(1), http.StatusCreated)
	location := first.header.Get("Location")
	if location != "/v1/products/"+first.text(t, "id") {
		t.Errorf("Location %q", location)
	}
	c.do(http.MethodPost, "/v1/products", product(1), http.StatusConflict)
	invalid := c.do(http.MethodPost, "/v1/products", map[string]any{"name": "", "price": "-1.00", "colour": 1}, http.StatusUnprocessableEntity)
	for _, pointer := range []string{"/name", "/price", "/colour", "/sku", "/stock"} {
		if !strings.Contains(invalid.raw, `"`+pointer+`"`) {
			t.Errorf("no error at %s in %s", pointer, invalid.raw)
		}
	}
	for n := 2; n <= 5; n++ {
		c.do(http.MethodPost, "/v1/products", product(n), http.StatusCreated)
	}
	lists(t, c)
	conditions(t, c, location)
	return first.text(t, "id")
}

func product(n int) map[string]any {
	return map[string]any{"name": fmt.Sprintf("Product %d", n), "sku": fmt.Sprintf("sku-%d", n), "price": fmt.Sprintf("%d.50", n), "stock": n}
}

// lists reads every product twice, by cursor and by page.
func lists(t *testing.T, c client) {
	t.Helper()
	byCursor := map[string]bool{}
	path := "/v1/products?limit=2"
	for range 3 {
		data, pagination := c.do(http.MethodGet, path, nil, http.StatusOK).items(t)
		for _, item := range data {
			byCursor[fmt.Sprint(item.(map[string]any)["sku"])] = true
		}
		cursor, _ := pagination["next_cursor"].(string)
		if cursor == "" {
			break
		}
		path = "/v1/products?limit=2&cursor=" + cursor
	}
	byPage := map[string]bool{}
	for page := 1; page <= 3; page++ {
		data, pagination := c.do(http.MethodGet, fmt.Sprintf("/v1/products?limit=2&page=%d", page), nil, http.StatusOK).items(t)
		if pagination["total"] != 5.0 || pagination["pages"] != 3.0 {
			t.Errorf("page %d: %v", page, pagination)
		}
		for _, item := range data {
			byPage[fmt.Sprint(item.(map[string]any)["sku"])] = true
		}
	}
	if len(byCursor) != 5 || len(byPage) != 5 {
		t.Errorf("five products listed as %v and %v", byCursor, byPage)
	}
	data, _ := c.do(http.MethodGet, "/v1/products?price[gte]=4.50&sort=-price", nil, http.StatusOK).items(t)
	if len(data) != 2 || data[0].(map[string]any)["price"] != "5.50" {
		t.Errorf("filtered and sorted: %v", data)
	}
	for _, bad := range []string{"limit=0", "limit=abc", "limit=-1", "cursor=garbage", "page=1&cursor=x", "colour=red", "sort=colour", "price[like]=1"} {
		c.do(http.MethodGet, "/v1/products?"+bad, nil, http.StatusBadRequest)
	}
}

// conditions reads and changes one product under its ETag.
func conditions(t *testing.T, c client, location string) {
	t.Helper()
	etag := c.do(http.MethodGet, location, nil, http.StatusOK).header.Get("ETag")
	c.do(http.MethodGet, location, nil, http.StatusNotModified, "If-None-Match", etag)
	c.do(http.MethodHead, location, nil, http.StatusOK)
	patched := c.do(http.MethodPatch, location, map[string]any{"price": "9.99", "description": "new"}, http.StatusOK, "If-Match", etag)
	if patched.text(t, "price") != "9.99" || patched.text(t, "description") != "new" || patched.header.Get("ETag") == etag {
		t.Errorf("patched: %s %v", patched.raw, patched.header)
	}
	c.do(http.MethodPatch, location, map[string]any{"price": "1.00"}, http.StatusPreconditionFailed, "If-Match", etag)
	c.do(http.MethodPatch, location, map[string]any{"sku": "sku-2"}, http.StatusConflict)
	c.do(http.MethodPatch, location, map[string]any{"id": "x"}, http.StatusUnprocessableEntity)
	cleared := c.do(http.MethodPatch, location, map[string]any{"description": nil}, http.StatusOK)
	if cleared.body["description"] != nil {
		t.Errorf("null does not clear: %s", cleared.raw)
	}
	gone := c.do(http.MethodPost, "/v1/products", product(99), http.StatusCreated).header.Get("Location")
	c.do(http.MethodDelete, gone, nil, http.StatusNoContent)
	c.do(http.MethodGet, gone, nil, http.StatusNotFound)
	c.do(http.MethodDelete, gone, nil, http.StatusNotFound)
}

// foreign proves that another account sees nothing of the first one's.
func foreign(t *testing.T, c client, id string) {
	t.Helper()
	bob, _ := login(t, c, "bob@example.com")
	for _, method := range []string{http.MethodGet, http.MethodDelete} {
		bob.do(method, "/v1/products/"+id, nil, http.StatusNotFound)
	}
	bob.do(http.MethodPatch, "/v1/products/"+id, map[string]any{"stock": 0}, http.StatusNotFound)
	if data, _ := bob.do(http.MethodGet, "/v1/products", nil, http.StatusOK).items(t); len(data) != 0 {
		t.Errorf("another account lists %v", data)
	}
	bob.do(http.MethodGet, "/v1/users", nil, http.StatusForbidden)
}

// sessions rotates a refresh token, replays the old one and logs out.
func sessions(t *testing.T, c client, refresh string) {
	t.Helper()
	rotate := func(token string, want int) reply {
		t.Helper()
		return c.do(http.MethodPost, "/v1/auth/refresh", map[string]any{"refresh_token": token}, want)
	}
	second := rotate(refresh, http.StatusOK)
	rotate(refresh, http.StatusUnauthorized) // reuse: the family dies
	rotate(second.text(t, "refresh_token"), http.StatusUnauthorized)
	c.as(second.text(t, "access_token")).do(http.MethodGet, "/v1/me", nil, http.StatusUnauthorized)

	tokens := c.do(http.MethodPost, "/v1/auth/login", map[string]any{"email": "alice@example.com", "password": password}, http.StatusOK)
	me := c.as(tokens.text(t, "access_token"))
	me.do(http.MethodPost, "/v1/auth/logout", nil, http.StatusNoContent)
	rotate(tokens.text(t, "refresh_token"), http.StatusUnauthorized)
	me.do(http.MethodGet, "/v1/me", nil, http.StatusUnauthorized)
}

// TestBareService walks through the empty choices: no users, no cache.
func TestBareService(t *testing.T) {
	dir := generate(t, "--auth", "none", "--cache", "none", "--resource", "note title:string body:text?")
	s := start(t, build(t, dir))
	note := s.do(http.MethodPost, "/v1/notes", map[string]any{"title": "one"}, http.StatusCreated)
	s.do(http.MethodGet, note.header.Get("Location"), nil, http.StatusOK)
	s.do(http.MethodPost, "/v1/auth/login", map[string]any{}, http.StatusNotFound)
	s.do(http.MethodGet, "/v1/users", nil, http.StatusNotFound)
	s.stop(t)
}
