package app

import (
	"bufio"
	"bytes"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/shop/api"
	"example.com/shop/internal/auth"
	"example.com/shop/internal/model"
)

// undocumented lists the operations that were added by hand, such as "GET /v1/reports", with their policy: the document is
// generated and cannot hold them. Whatever is offered must be there or here.
func undocumented() map[string]string {
	return map[string]string{}
}

// document is what the OpenAPI document says, as far as it can be read without a YAML parser: it is generated, so its
// shape is known.
type document struct {
	operations map[string]string // "GET /v1/things" → its x-access
	ids        []string
	components map[string]bool // "schemas/Problem"
	refs       []string
}

func readDocument(t *testing.T) document {
	t.Helper()
	d := document{operations: map[string]string{}, components: map[string]bool{}}
	key := regexp.MustCompile(`^( *)"?([^" ]+?)"?:(?: (.+))?$`)
	var section, middle, inner string
	lines := bufio.NewScanner(bytes.NewReader(api.Spec))
	for lines.Scan() {
		if _, ref, found := strings.Cut(lines.Text(), `$ref: "#/components/`); found {
			d.refs = append(d.refs, strings.TrimSuffix(ref, `"`))
		}
		match := key.FindStringSubmatch(lines.Text())
		if match == nil {
			continue
		}
		switch depth, name, value := len(match[1])/2, match[2], match[3]; {
		case depth == 0:
			section = name
		case depth == 1:
			middle = name
		case depth == 2:
			inner = name
			if section == "components" {
				d.components[middle+"/"+inner] = true
			}
		case depth == 3 && section == "paths" && name == "x-access":
			d.operations[strings.ToUpper(inner)+" "+middle] = value
		case depth == 3 && section == "paths" && name == "operationId":
			d.ids = append(d.ids, value)
		}
	}
	return d
}

// TestRoutesAreDocumented holds the routes and their policies against the OpenAPI document, both ways.
func TestRoutesAreDocumented(t *testing.T) {
	t.Parallel()
	documented := readDocument(t).operations
	maps.Copy(documented, undocumented())
	offered := map[string]string{}
	for _, route := range newApp(t, nil).Routes() {
		if strings.HasPrefix(route.Path, "/__fault/") {
			continue // only with -tags faults, and for no client
		}
		operation := route.Method + " " + route.Path
		if _, twice := offered[operation]; twice {
			t.Errorf("%s is offered twice", operation)
		}
		offered[operation] = route.Access.String()
	}
	for _, operation := range slices.Sorted(maps.Keys(offered)) {
		if policy, ok := documented[operation]; !ok {
			t.Errorf("%s is offered but not documented", operation)
		} else if policy != offered[operation] {
			t.Errorf("%s is %s but documented as %s", operation, offered[operation], policy)
		}
	}
	for _, operation := range slices.Sorted(maps.Keys(documented)) {
		if _, ok := offered[operation]; !ok {
			t.Errorf("%s is documented but not offered", operation)
		}
	}
}

// TestDocumentHoldsTogether looks for names that are used twice and references that lead nowhere.
func TestDocumentHoldsTogether(t *testing.T) {
	t.Parallel()
	d := readDocument(t)
	if len(d.ids) != len(d.operations) {
		t.Errorf("%d operations have %d ids", len(d.operations), len(d.ids))
	}
	slices.Sort(d.ids)
	if unique := slices.Compact(slices.Clone(d.ids)); len(unique) != len(d.ids) {
		t.Errorf("an operationId is used twice: %v", d.ids)
	}
	for _, ref := range d.refs {
		if !d.components[ref] {
			t.Errorf("#/components/%s is not there", ref)
		}
	}
}

// TestDocsCanBeSwitchedOff makes sure that a service without documentation does not offer it.
func TestDocsCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	s := start(t, map[string]string{"DOCS_ENABLED": "false"})
	for _, path := range []string{"/docs", "/openapi.yaml"} {
		s.do(t, http.MethodGet, path, "", nil).want(t, http.StatusNotFound)
	}
}

// TestPoliciesHold calls every operation that is not for everybody as somebody who may not: the policy must be what
// stops them, before the request is even looked at.
func TestPoliciesHold(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	user := s.signIn(t, model.RoleUser)
	const nobody = "01890a5d-ac96-774b-bcce-b302099a8057"
	for _, route := range s.app.Routes() {
		path := strings.ReplaceAll(route.Path, "{id}", nobody)
		t.Run(route.Method+" "+route.Path, func(t *testing.T) {
			if route.Access == auth.Public {
				return
			}
			anonymous := s.do(t, route.Method, path, "", nil).want(t, http.StatusUnauthorized)
			if anonymous.Header.Get("WWW-Authenticate") == "" {
				t.Error("a 401 must say how to authenticate")
			}
			if route.Access == auth.Admin {
				s.do(t, route.Method, path, "", user).want(t, http.StatusForbidden)
			}
		})
	}
}
