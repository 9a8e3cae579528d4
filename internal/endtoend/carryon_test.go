package endtoend

import (
	"net/http"
	"strings"
	"testing"

	"github.com/layup-dev/layup/internal/verify"
)

// TestCarryingOn adds four resources that refer to each other, to users and to
// themselves to a project, one by one. After each, the project builds, passes its
// tests, those of its migrations in both directions among them, and holds the
// conversation that its OpenAPI document describes. Then one is removed.
func TestCarryingOn(t *testing.T) {
	dir := generate(t)
	layup := command(t)
	steps := [][]string{
		{"category", "name:string:unique", "parent_id:ref(category)?", "--access", "public-read"},
		{"product", "sku:string:unique", "price:decimal(12,2):min(0)", "status:enum(draft,live):default(draft)", "category_id:ref(category)"},
		{"order", "buyer_id:ref(user)", "seller_id:ref(user)", "note:text?"},
		{"review", "product_id:ref(product):on_delete(cascade)", "follows_id:ref(review)?:on_delete(null)", "stars:int:min(1):max(5)", "--access", "shared"},
	}
	for _, step := range steps {
		run(t, dir, layup, append([]string{"add", "resource"}, step...)...)
		var said strings.Builder
		if err := verify.Run(t.Context(), verify.Project{Dir: dir, Name: "shop"}, &said); err != nil {
			t.Fatalf("after adding %s: %v\n%s", step[0], err, said.String())
		}
	}
	relations(t, databases(t)[0], build(t, dir))
	run(t, dir, layup, "remove", "resource", "review")
	var said strings.Builder
	if err := verify.Run(t.Context(), verify.Project{Dir: dir, Name: "shop"}, &said); err != nil {
		t.Fatalf("after removing review: %v\n%s", err, said.String())
	}
}

// TestFourResources asks for the same of such a project on every database.
func TestFourResources(t *testing.T) {
	each(t, func(t *testing.T, d database) { relations(t, d, d.store(t).binary) })
}

// relations asks a running service for what references promise.
func relations(t *testing.T, d database, binary string) {
	t.Helper()
	s := start(t, binary, d.empty(t))
	defer s.stop(t)
	alice, _ := login(t, s.client, "alice@example.com")
	bob, _ := login(t, s.client, "bob@example.com")
	admin := s.admin(t)

	const unknown = "01900000-0000-7000-8000-000000000000"
	create := func(c client, path string, body map[string]any) string {
		t.Helper()
		return c.do(http.MethodPost, path, body, http.StatusCreated).text(t, "id")
	}
	refuse := func(c client, path string, body map[string]any, pointers ...string) {
		t.Helper()
		r := c.do(http.MethodPost, path, body, http.StatusUnprocessableEntity)
		for _, p := range pointers {
			if !strings.Contains(r.raw, `"`+p+`"`) {
				t.Errorf("%s: no error at %s in %s", path, p, r.raw)
			}
		}
	}
	root := create(admin, "/v1/categories", map[string]any{"name": "root"})
	leaf := create(admin, "/v1/categories", map[string]any{"name": "leaf", "parent_id": root})
	refuse(admin, "/v1/categories", map[string]any{"name": "lost", "parent_id": unknown}, "/parent_id")
	admin.do(http.MethodDelete, "/v1/categories/"+root, nil, http.StatusConflict)

	product := create(alice, "/v1/products", map[string]any{"sku": "a", "price": "1.00", "category_id": leaf})
	refuse(alice, "/v1/products", map[string]any{"sku": "b", "price": "1.00", "category_id": unknown}, "/category_id")
	admin.do(http.MethodDelete, "/v1/categories/"+leaf, nil, http.StatusConflict)
	alice.do(http.MethodPatch, "/v1/products/"+product, map[string]any{"category_id": unknown}, http.StatusUnprocessableEntity)
	alice.do(http.MethodPatch, "/v1/products/"+product, map[string]any{"category_id": nil}, http.StatusUnprocessableEntity)

	me := alice.do(http.MethodGet, "/v1/me", nil, http.StatusOK).text(t, "id")
	other := bob.do(http.MethodGet, "/v1/me", nil, http.StatusOK).text(t, "id")
	order := create(alice, "/v1/orders", map[string]any{"buyer_id": me, "seller_id": other})
	refuse(alice, "/v1/orders", map[string]any{"buyer_id": unknown, "seller_id": unknown}, "/buyer_id", "/seller_id")
	bob.do(http.MethodGet, "/v1/orders/"+order, nil, http.StatusNotFound)
	if data, _ := alice.do(http.MethodGet, "/v1/orders?seller_id="+other, nil, http.StatusOK).items(t); len(data) != 1 {
		t.Errorf("orders by seller: %v", data)
	}

	// A review is everybody's, but the product that it is about only its owner's.
	refuse(bob, "/v1/reviews", map[string]any{"product_id": product, "stars": 1}, "/product_id")
	first := create(alice, "/v1/reviews", map[string]any{"product_id": product, "stars": 5})
	second := create(alice, "/v1/reviews", map[string]any{"product_id": product, "stars": 4, "follows_id": first})
	bob.do(http.MethodPatch, "/v1/reviews/"+second, map[string]any{"stars": 3}, http.StatusOK)
	seen := alice.do(http.MethodGet, "/v1/reviews/"+second, nil, http.StatusOK)
	alice.do(http.MethodDelete, "/v1/reviews/"+first, nil, http.StatusNoContent)
	alone := alice.do(http.MethodGet, "/v1/reviews/"+second, nil, http.StatusOK, "If-None-Match", seen.header.Get("ETag"))
	if alone.body["follows_id"] != nil || alone.header.Get("ETag") == seen.header.Get("ETag") {
		t.Errorf("what the deleted review left: %s, %s", alone.raw, alone.header.Get("ETag"))
	}
	alice.do(http.MethodPatch, "/v1/reviews/"+second, map[string]any{"stars": 1}, http.StatusPreconditionFailed, "If-Match", seen.header.Get("ETag"))
	alice.do(http.MethodDelete, "/v1/products/"+product, nil, http.StatusNoContent)
	alice.do(http.MethodGet, "/v1/reviews/"+second, nil, http.StatusNotFound)
}
