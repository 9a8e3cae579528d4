// Package blackbox talks to a running service as a stranger would: over HTTP,
// with nothing but its OpenAPI document to go by. It knows the routes that
// every generated service has and no language, router or database.
package blackbox

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// Service is what is talked to.
type Service struct {
	// URL is where it listens: http://127.0.0.1:8080.
	URL string
	// CreateAdmin makes an account with the role admin. It is called only when
	// an operation needs one.
	CreateAdmin func(ctx context.Context, email, password string) error
}

// Report says what a conversation covered.
type Report struct {
	Requests int
	// Resources are the paths that were created at, read, changed and deleted.
	Resources []string
	// SignedIn tells whether an account was made.
	SignedIn bool
}

// String says it in a few words.
func (r *Report) String() string {
	s := fmt.Sprintf("%d requests", r.Requests)
	if r.SignedIn {
		s += ", signed in"
	}
	if len(r.Resources) > 0 {
		s += ", " + strings.Join(r.Resources, " ")
	}
	return s
}

// conversation is one run against a service.
type conversation struct {
	service Service
	doc     *document
	// anyone is not signed in; user and admin are nil until needed.
	anyone, user, admin *client
	// targets is what the current resource refers to.
	targets []target
}

// Converse holds one conversation: the system routes, an account from its
// registration to its logout, and the life of an item of every resource. The
// error names the request that was answered wrongly.
func Converse(ctx context.Context, s Service) (*Report, error) {
	c := &conversation{service: s, anyone: newClient(s.URL)}
	if err := c.system(ctx); err != nil {
		return nil, err
	}
	report := &Report{Resources: c.doc.resources()}
	if _, ok := c.doc.operation(http.MethodPost, registerPath); ok {
		report.SignedIn = true
		if err := c.account(ctx); err != nil {
			return nil, err
		}
	}
	for _, path := range report.Resources {
		if err := c.resource(ctx, path); err != nil {
			return nil, err
		}
		if err := c.forget(ctx); err != nil {
			return nil, err
		}
	}
	if report.SignedIn {
		if err := c.logout(ctx); err != nil {
			return nil, err
		}
	}
	report.Requests = *c.anyone.requests
	return report, nil
}

// system asks the routes that every service has.
func (c *conversation) system(ctx context.Context) error {
	for _, path := range []string{"/healthz", "/readyz"} {
		if _, err := c.anyone.want(ctx, http.StatusOK, request{method: http.MethodGet, path: path}); err != nil {
			return err
		}
	}
	if _, err := c.anyone.problem(ctx, http.StatusNotFound, request{method: http.MethodGet, path: "/v1/no-such-path"}); err != nil {
		return err
	}
	r, err := c.anyone.want(ctx, http.StatusOK, request{method: http.MethodGet, path: "/openapi.yaml"})
	if err != nil {
		return err
	}
	c.doc, err = parseDocument(r.body)
	return err
}

// as returns the client that may call an operation.
func (c *conversation) as(ctx context.Context, op operation) (*client, error) {
	switch op.Access {
	case "", "public":
		return c.anyone, nil
	case "signed-in":
		if c.user == nil {
			return nil, errors.New("an operation needs an account, and nobody can register")
		}
		return c.user, nil
	case "admin":
		return c.asAdmin(ctx)
	}
	return nil, fmt.Errorf("the OpenAPI document has an unknown x-access %q", op.Access)
}
