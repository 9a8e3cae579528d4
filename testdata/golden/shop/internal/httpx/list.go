package httpx

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"example.com/shop/internal/model"
)

const (
	defaultLimit = 20
	maxLimit     = 100
	// maxPage bounds how many rows a database skips; cursors have no such bound.
	maxPage = 10_000
	// maxValues bounds a filter of the form field[in]=a,b,c.
	maxValues = 50
	maxSorts  = 4
)

// ListField is one field that a list may be filtered or sorted by.
type ListField struct {
	Name string
	// Parse turns the text of a parameter into a value of the field's Go type. Its
	// error is shown to the client when it is a *model.FormatError.
	Parse func(string) (any, error)
	// Ops are the allowed filters: eq, gt, gte, lt, lte, in, like.
	Ops      []string
	Sortable bool
}

// List knows the parameters of one list operation.
type List struct {
	name    string
	cursors *Cursors
	fields  []ListField
	allowed string // for the detail of an error
}

// NewList describes a list. Its name tells its cursors from those of other lists.
// Every list can be sorted by created_at, updated_at and id.
func NewList(name string, cursors *Cursors, fields ...ListField) *List {
	l := &List{name: name, cursors: cursors, fields: slices.Clone(fields)}
	for _, f := range []ListField{{Name: "created_at", Parse: ParseTime}, {Name: "updated_at", Parse: ParseTime}, {Name: "id", Parse: ParseUUID}} {
		i := slices.IndexFunc(l.fields, func(have ListField) bool { return have.Name == f.Name })
		if i < 0 {
			i, l.fields = len(l.fields), append(l.fields, f)
		}
		l.fields[i].Sortable = true
	}
	names := []string{"limit", "cursor", "page", "sort"}
	for _, f := range l.fields {
		for _, op := range f.Ops {
			names = append(names, parameter(f.Name, op))
		}
	}
	l.allowed = strings.Join(names, ", ")
	return l
}

// parameter is how a filter is written in a URL.
func parameter(field, op string) string {
	if op == "eq" {
		return field
	}
	return field + "[" + op + "]"
}

// Parse reads the query of a URL. Rows that belong to somebody are listed for an
// owner; it is "" for others. Parse returns a *BadRequestError for parameters that
// the list does not have, that are there twice, or whose value makes no sense. A
// limit above 100 is 100.
func (l *List) Parse(rawQuery, owner string) (model.Query, error) {
	params, err := url.ParseQuery(rawQuery)
	if err != nil {
		return model.Query{}, BadRequest("The query string is not well-formed.")
	}
	q := model.Query{Limit: defaultLimit}
	for _, name := range sortedKeys(params) {
		if len(params[name]) > 1 {
			return model.Query{}, BadRequest("Each parameter may be given once.")
		}
		if err := l.parameter(&q, name, params[name][0]); err != nil {
			return model.Query{}, err
		}
	}
	q.Sort = completeSort(q.Sort)
	if params.Has("cursor") && params.Has("page") {
		return model.Query{}, BadRequest("Parameters cursor and page exclude each other.")
	}
	if cursor := params.Get("cursor"); params.Has("cursor") {
		q.After, err = l.after(q, owner, cursor)
	}
	return q, err
}

func sortedKeys(params url.Values) []string {
	names := make([]string, 0, len(params))
	for name := range params {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (l *List) parameter(q *model.Query, name, value string) (err error) {
	switch name {
	case "limit":
		q.Limit, err = parseLimit(value)
	case "page":
		q.Page, err = parsePage(value)
	case "sort":
		q.Sort, err = l.parseSort(value)
	case "cursor": // needs all others first
	default:
		var filter model.Filter
		filter, err = l.parseFilter(name, value)
		q.Filters = append(q.Filters, filter)
	}
	return err
}

func parseLimit(value string) (int, error) {
	if !isPositive(value) {
		return 0, BadRequest(fmt.Sprintf("Parameter limit must be a whole number from 1 to %d.", maxLimit))
	}
	limit, _ := strconv.ParseUint(value, 10, 31) // too many digits are the greatest number
	return int(min(limit, maxLimit)), nil
}

func parsePage(value string) (int, error) {
	page, err := strconv.Atoi(value)
	if err != nil || !isPositive(value) || page > maxPage {
		return 0, BadRequest(fmt.Sprintf("Parameter page must be a whole number from 1 to %d.", maxPage))
	}
	return page, nil
}

// isPositive accepts the one spelling of a number above 0.
func isPositive(s string) bool {
	return s != "" && s[0] != '0' && strings.Trim(s, "0123456789") == ""
}

func (l *List) parseSort(value string) ([]model.Sort, error) {
	var sorts []model.Sort
	for key := range strings.SplitSeq(value, ",") {
		name, desc := strings.CutPrefix(key, "-")
		f := l.field(name)
		again := slices.ContainsFunc(sorts, func(s model.Sort) bool { return s.Field == name })
		if f == nil || !f.Sortable || again || len(sorts) == maxSorts {
			return nil, BadRequest(fmt.Sprintf("Parameter sort takes up to %d different fields, separated by commas, with - for descending order: %s.", maxSorts, l.sortable()))
		}
		sorts = append(sorts, model.Sort{Field: name, Desc: desc})
	}
	return sorts, nil
}

// completeSort fills in the default order, newest first, and makes every order
// total: by id, in the direction of the key before it.
func completeSort(sorts []model.Sort) []model.Sort {
	if len(sorts) == 0 {
		sorts = []model.Sort{{Field: "created_at", Desc: true}}
	}
	if i := slices.IndexFunc(sorts, func(s model.Sort) bool { return s.Field == "id" }); i >= 0 {
		return sorts[:i+1] // nothing sorts behind a unique key
	}
	return append(sorts, model.Sort{Field: "id", Desc: sorts[len(sorts)-1].Desc})
}

func (l *List) sortable() string {
	var names []string
	for _, f := range l.fields {
		if f.Sortable {
			names = append(names, f.Name)
		}
	}
	return strings.Join(names, ", ")
}

func (l *List) field(name string) *ListField {
	for i := range l.fields {
		if l.fields[i].Name == name {
			return &l.fields[i]
		}
	}
	return nil
}
