package blackbox

import (
	"context"
	"fmt"
	"net/http"
	"slices"
)

// usersPath is that of the accounts, which only register; they are not created.
const usersPath = "/v1/users"

// values returns a maker of values for a request of that client.
func (c *conversation) values(ctx context.Context, who *client) values {
	return values{document: c.doc, refer: func(path string) (string, error) { return c.target(ctx, who, path) }}
}

// creation is an item that was just created.
type creation struct {
	id  string
	got map[string]any
	// sent and answer are the request and what came back.
	sent   request
	answer *response
}

// post creates an item with what it must have.
func (c *conversation) post(ctx context.Context, op operation, who *client, path string) (*creation, error) {
	q := request{method: http.MethodPost, path: path}
	if s := c.doc.body(op); s != nil {
		body, err := c.values(ctx, who).object(s, s.Required)
		if err != nil {
			return nil, fmt.Errorf("POST %s: %w", path, err)
		}
		q.body = body
	}
	got, r, err := who.object(ctx, http.StatusCreated, q)
	if err != nil {
		return nil, err
	}
	id, ok := got["id"].(string)
	if !ok || id == "" {
		return nil, q.fault(r, "the item has no id")
	}
	return &creation{id: id, got: got, sent: q, answer: r}, nil
}

// target is something that was made to be referred to.
type target struct {
	path, id string
	who      *client
}

// target returns the id of something at a path that the client can see, so that
// it may refer to it. Whoever refers to something makes it, if it may: it could
// belong to nobody else. Where no other one can be made, the last one must do.
func (c *conversation) target(ctx context.Context, who *client, path string) (string, error) {
	if path == usersPath {
		return c.userID(ctx)
	}
	op, ok := c.doc.operation(http.MethodPost, path)
	if !ok {
		return "", fmt.Errorf("x-refers-to: the OpenAPI document has no POST %s", path)
	}
	if op.Access != "signed-in" || who == c.anyone {
		var err error
		if who, err = c.as(ctx, op); err != nil {
			return "", fmt.Errorf("POST %s: %w", path, err)
		}
	}
	created, err := c.post(ctx, op, who, path)
	if err == nil {
		c.targets = append(c.targets, target{path: path, id: created.id, who: who})
		return created.id, nil
	}
	for _, made := range slices.Backward(c.targets) {
		if made.path == path && made.who == who && isStatus(err, http.StatusConflict) {
			return made.id, nil
		}
	}
	return "", err
}

// forget deletes what was made to be referred to, the last one first: nothing
// refers to it any more. It may have gone with what it referred to itself.
func (c *conversation) forget(ctx context.Context) error {
	for _, made := range slices.Backward(c.targets) {
		q := request{method: http.MethodDelete, path: made.path + "/" + made.id, header: map[string]string{"If-Match": "*"}}
		if _, err := made.who.want(ctx, http.StatusNoContent, q); err != nil && !isStatus(err, http.StatusNotFound) {
			return err
		}
	}
	c.targets = nil
	return nil
}

// userID returns the id of an account.
func (c *conversation) userID(ctx context.Context) (string, error) {
	op, ok := c.doc.operation(http.MethodGet, mePath)
	if !ok {
		return "", fmt.Errorf("x-refers-to: the OpenAPI document has no GET %s", mePath)
	}
	who, err := c.as(ctx, op)
	if err != nil {
		return "", fmt.Errorf("GET %s: %w", mePath, err)
	}
	q := request{method: http.MethodGet, path: mePath}
	me, r, err := who.object(ctx, http.StatusOK, q)
	if err != nil {
		return "", err
	}
	id, ok := me["id"].(string)
	if !ok {
		return "", q.fault(r, "the account has no id")
	}
	return id, nil
}
