package app

import (
	"bufio"
	"bytes"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/shop/api"
	"example.com/shop/internal/model"
)

// documentedList is what the OpenAPI document says about a list.
type documentedList struct {
	parameters []string
	sorts      []string // the fields to sort by
}

// readLists returns the lists of the OpenAPI document by their path. A list is what can be sorted.
func readLists(t *testing.T) map[string]documentedList {
	t.Helper()
	path := regexp.MustCompile(`^  (/\S+):$`)
	parameter := regexp.MustCompile(`^        - (?:name: "?([^"]+)"?|\$ref: "#/components/parameters/(\w+)")$`)
	sorts := regexp.MustCompile(`^            pattern: '\^-\?\(([^)]+)\)`)
	lists := map[string]documentedList{}
	var at string
	var list documentedList
	lines := bufio.NewScanner(bytes.NewReader(api.Spec))
	for lines.Scan() {
		line := lines.Text()
		if match := path.FindStringSubmatch(line); match != nil {
			at = match[1]
		} else if strings.HasPrefix(line, "      parameters:") {
			list = documentedList{}
		} else if match := parameter.FindStringSubmatch(line); match != nil {
			list.parameters = append(list.parameters, match[1]+strings.ToLower(match[2]))
		} else if match := sorts.FindStringSubmatch(line); match != nil {
			list.sorts = strings.Split(match[1], "|")
		} else if strings.HasPrefix(line, "      responses:") && list.sorts != nil {
			lists[at], list = list, documentedList{}
		}
	}
	return lists
}

// TestListsAreDocumented holds the parameters that each list takes, and what it can be sorted by, against the OpenAPI
// document, both ways: the answer to what is not allowed names all that is.
func TestListsAreDocumented(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	caller := s.signIn(t, model.RoleAdmin)
	lists := readLists(t)
	if len(lists) == 0 {
		t.Fatal("the document has no list")
	}
	for path, documented := range lists {
		t.Run(path, func(t *testing.T) {
			for query, names := range map[string][]string{"no_such_parameter=x": documented.parameters, "sort=no_such_field": documented.sorts} {
				refused := s.do(t, http.MethodGet, path+"?"+query, "", caller).want(t, http.StatusBadRequest)
				detail, _ := refused.json(t)["detail"].(string)
				allowed := strings.Split(strings.TrimSuffix(detail[strings.LastIndex(detail, ": ")+1:], "."), ",")
				for i := range allowed {
					allowed[i] = strings.TrimSpace(allowed[i])
				}
				slices.Sort(allowed)
				slices.Sort(names)
				if !slices.Equal(allowed, names) {
					t.Errorf("%s: allowed are %v\ndocumented are %v", query, allowed, names)
				}
			}
			for _, name := range documented.sorts {
				s.do(t, http.MethodGet, path+"?sort=-"+name, "", caller).want(t, http.StatusOK)
			}
		})
	}
}
