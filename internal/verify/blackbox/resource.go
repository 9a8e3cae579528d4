package blackbox

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
)

// item is one item of a resource during its life.
type item struct {
	*conversation

	// path is that of the collection; template and at are those of the item.
	path, template, at string
	etag               string
}

// resource creates an item, reads, lists, changes and deletes it.
func (c *conversation) resource(ctx context.Context, path string) error {
	i := &item{conversation: c, path: path, template: path + "/{id}"}
	for _, act := range []func(context.Context) error{i.refusals, i.create, i.get, i.list, i.patch, i.delete} {
		if err := act(ctx); err != nil {
			return err
		}
	}
	return nil
}

// caller returns the operation and who may call it.
func (i *item) caller(ctx context.Context, method, path string) (operation, *client, error) {
	op, ok := i.doc.operation(method, path)
	if !ok {
		return op, nil, fmt.Errorf("the OpenAPI document has no %s %s", method, path)
	}
	who, err := i.as(ctx, op)
	if err != nil {
		return op, nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	return op, who, nil
}

// refusals wants a stranger and an empty object to be refused.
func (i *item) refusals(ctx context.Context) error {
	op, who, err := i.caller(ctx, http.MethodPost, i.path)
	if err != nil {
		return err
	}
	empty := request{method: http.MethodPost, path: i.path, body: map[string]any{}}
	if who != i.anyone {
		if _, err := i.anyone.problem(ctx, http.StatusUnauthorized, empty); err != nil {
			return err
		}
	}
	if s := i.doc.body(op); s == nil || len(s.Required) == 0 {
		return nil
	}
	r, err := who.problem(ctx, http.StatusUnprocessableEntity, empty)
	if err != nil {
		return err
	}
	var p struct{ Errors []struct{ Pointer string } }
	if err := json.Unmarshal(r.body, &p); err != nil || len(p.Errors) == 0 {
		return empty.fault(r, "no list of the fields that are missing")
	}
	return nil
}

func (i *item) create(ctx context.Context) error {
	op, who, err := i.caller(ctx, http.MethodPost, i.path)
	if err != nil {
		return err
	}
	created, err := i.post(ctx, op, who, i.path)
	if err != nil {
		return err
	}
	i.at = i.path + "/" + created.id
	if location := created.answer.header.Get("Location"); location != i.at {
		return created.sent.fault(created.answer, "Location %q, want %q", location, i.at)
	}
	return i.shape(created.sent, created.answer, op, "201", created.got)
}

// changeable lists the members that a patch may set. A reference to another item
// of the same kind is left out: it may be empty, or there could be no first item.
func (i *item) changeable(s *schema) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(s.Properties)), func(name string) bool {
		return i.doc.resolve(s.Properties[name]).refersTo(i.path)
	})
}

// shape wants every member that the document promises.
func (i *item) shape(q request, r *response, op operation, status string, got map[string]any) error {
	promised := i.doc.answer(op, status)
	if promised == nil {
		return nil
	}
	for _, name := range promised.Required {
		if _, ok := got[name]; !ok {
			return q.fault(r, "the member %q is missing", name)
		}
	}
	return nil
}

func (i *item) get(ctx context.Context) error {
	op, who, err := i.caller(ctx, http.MethodGet, i.template)
	if err != nil {
		return err
	}
	q := request{method: http.MethodGet, path: i.at}
	got, r, err := who.object(ctx, http.StatusOK, q)
	if err != nil {
		return err
	}
	if i.etag = r.header.Get("ETag"); i.etag == "" {
		return q.fault(r, "no ETag")
	}
	return i.shape(q, r, op, "200", got)
}

func (i *item) list(ctx context.Context) error {
	_, who, err := i.caller(ctx, http.MethodGet, i.path)
	if err != nil {
		return err
	}
	q := request{method: http.MethodGet, path: i.path + "?limit=100"}
	r, err := who.want(ctx, http.StatusOK, q)
	if err != nil {
		return err
	}
	var page struct{ Data []struct{ ID string } }
	if err := json.Unmarshal(r.body, &page); err != nil {
		return q.fault(r, "no page of items")
	}
	if !slices.ContainsFunc(page.Data, func(one struct{ ID string }) bool { return i.path+"/"+one.ID == i.at }) {
		return q.fault(r, "the new item %s is not in the list", i.at)
	}
	return nil
}

// patch changes everything that can be changed, and wants a second change of
// the version before to be refused.
func (i *item) patch(ctx context.Context) error {
	op, who, err := i.caller(ctx, http.MethodPatch, i.template)
	if err != nil {
		return err
	}
	s := i.doc.body(op)
	if s == nil {
		return fmt.Errorf("PATCH %s: the OpenAPI document describes no body", i.template)
	}
	changes, err := i.values(ctx, who).object(s, i.changeable(s))
	if err != nil {
		return fmt.Errorf("PATCH %s: %w", i.template, err)
	}
	q := request{
		method: http.MethodPatch, path: i.at, body: changes,
		header: map[string]string{"Content-Type": "application/merge-patch+json", "If-Match": i.etag},
	}
	changed, r, err := who.object(ctx, http.StatusOK, q)
	if err != nil {
		return err
	}
	for name, value := range changes {
		if got, ok := changed[name]; ok && plain(s.Properties[name]) && fmt.Sprint(got) != fmt.Sprint(value) {
			return q.fault(r, "%s is %v after the change to %v", name, got, value)
		}
	}
	if r.header.Get("ETag") == i.etag || len(changes) == 0 {
		return nil
	}
	_, err = who.problem(ctx, http.StatusPreconditionFailed, q)
	i.etag = r.header.Get("ETag")
	return err
}

// plain reports whether a value comes back as it was sent: decimals and times
// have more than one spelling.
func plain(s *schema) bool {
	return s.Ref == "" && s.Format == "" && s.Pattern == "" && s.kind() != "" && s.kind() != "object"
}

func (i *item) delete(ctx context.Context) error {
	_, who, err := i.caller(ctx, http.MethodDelete, i.template)
	if err != nil {
		return err
	}
	q := request{method: http.MethodDelete, path: i.at, header: map[string]string{"If-Match": i.etag}}
	if _, err := who.want(ctx, http.StatusNoContent, q); err != nil {
		return err
	}
	_, reader, err := i.caller(ctx, http.MethodGet, i.template)
	if err != nil {
		return err
	}
	_, err = reader.problem(ctx, http.StatusNotFound, request{method: http.MethodGet, path: i.at})
	return err
}
