package blackbox_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/layup-dev/layup/internal/verify/blackbox"
)

func TestConversation(t *testing.T) {
	f, url := newFake(t, "")
	report, err := blackbox.Converse(t.Context(), blackbox.Service{URL: url, CreateAdmin: f.createAdmin})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"/v1/posts", "/v1/products", "/v1/remarks"}; !slices.Equal(report.Resources, want) {
		t.Errorf("resources %v, want %v", report.Resources, want)
	}
	if !report.SignedIn || report.Requests < 25 {
		t.Errorf("a short conversation: %+v", *report)
	}
	if got := report.String(); !strings.HasSuffix(got, " requests, signed in, /v1/posts /v1/products /v1/remarks") {
		t.Errorf("report %q", got)
	}
	if len(f.items) != 0 {
		t.Errorf("the conversation left %v", f.items)
	}
}

// Every fault of a service is found, and the error names the request.
func TestFaultsAreFound(t *testing.T) {
	for fault, says := range map[string]string{
		"plain errors":      "GET /v1/no-such-path: Content-Type",
		"registers twice":   "POST /v1/auth/register: status 201, want 409",
		"any password":      "POST /v1/auth/login: status 200, want 401",
		"no token":          "POST /v1/auth/login: no access token",
		"somebody else":     "GET /v1/me: the address is x@example.com",
		"open to strangers": "POST /v1/posts: status 422, want 401",
		"accepts nothing":   "POST /v1/posts: status 201, want 422",
		"wrong status":      "POST /v1/posts: status 200, want 201",
		"no location":       `POST /v1/posts: Location ""`,
		"member missing":    `POST /v1/products: the member "name" is missing`,
		"no etag":           ": no ETag",
		"empty list":        "is not in the list",
		"keeps the old":     "after the change to",
		"ignores if-match":  "status 200, want 412",
		"never deletes":     "status 200, want 404",
		"logout forgets":    "POST /v1/auth/refresh: status 200, want 401",
	} {
		t.Run(fault, func(t *testing.T) {
			f, url := newFake(t, fault)
			_, err := blackbox.Converse(t.Context(), blackbox.Service{URL: url, CreateAdmin: f.createAdmin})
			if err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("got %v, want an error with %q", err, says)
			}
		})
	}
}

func TestAdminIsNeeded(t *testing.T) {
	_, url := newFake(t, "")
	if _, err := blackbox.Converse(t.Context(), blackbox.Service{URL: url}); err == nil || !strings.Contains(err.Error(), "administrator") {
		t.Errorf("got %v, want an error about the administrator", err)
	}
}

func TestNobodyListens(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := blackbox.Converse(ctx, blackbox.Service{URL: "http://127.0.0.1:9"}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
}
