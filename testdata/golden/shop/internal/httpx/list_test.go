package httpx

import (
	"encoding/json"
	"errors"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/shop/internal/model"
)

func testList(key string) *List {
	ordered := []string{"eq", "gt", "gte", "lt", "lte", "in"}
	return NewList("things", NewCursors([]byte(key)),
		ListField{Name: "name", Parse: ParseString, Ops: []string{"eq", "in", "like"}, Sortable: true},
		ListField{Name: "count", Parse: ParseInt, Ops: ordered, Sortable: true},
		ListField{Name: "weight", Parse: ParseFloat, Ops: ordered, Sortable: true},
		ListField{Name: "active", Parse: ParseBool, Ops: []string{"eq"}},
		ListField{Name: "kind", Parse: ParseEnum("a", "b"), Ops: []string{"eq", "in"}},
		ListField{Name: "created_at", Parse: ParseTime, Ops: ordered},
	)
}

const ownID = "018f0000-0000-7000-8000-000000000001"

func newest() []model.Sort {
	return []model.Sort{{Field: "created_at", Desc: true}, {Field: "id", Desc: true}}
}

func TestListParse(t *testing.T) {
	noon := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		query string
		want  model.Query
	}{
		{"", model.Query{Limit: 20, Sort: newest()}},
		{"limit=1", model.Query{Limit: 1, Sort: newest()}},
		{"limit=100", model.Query{Limit: 100, Sort: newest()}},
		{"limit=101", model.Query{Limit: 100, Sort: newest()}},
		{"limit=99999999999999999999", model.Query{Limit: 100, Sort: newest()}},
		{"page=3&limit=7", model.Query{Limit: 7, Page: 3, Sort: newest()}},
		{"sort=name", model.Query{Limit: 20, Sort: []model.Sort{{Field: "name"}, {Field: "id"}}}},
		{"sort=name,-count", model.Query{Limit: 20, Sort: []model.Sort{{Field: "name"}, {Field: "count", Desc: true}, {Field: "id", Desc: true}}}},
		{"sort=-updated_at", model.Query{Limit: 20, Sort: []model.Sort{{Field: "updated_at", Desc: true}, {Field: "id", Desc: true}}}},
		{"sort=-id", model.Query{Limit: 20, Sort: []model.Sort{{Field: "id", Desc: true}}}},
		{"sort=name,id,count", model.Query{Limit: 20, Sort: []model.Sort{{Field: "name"}, {Field: "id"}}}},
		{"name=a+b%20c", filtered("name", "eq", "a b c")},
		{"name=", filtered("name", "eq", "")},
		{"name[in]=a,b", filtered("name", "in", "a", "b")},
		{"name%5Bin%5D=a%2Cb", filtered("name", "in", "a", "b")},
		{"name[like]=50%25_", filtered("name", "like", "50%_")},
		{"count[gte]=-5", filtered("count", "gte", int64(-5))},
		{"weight[lt]=1.5e3", filtered("weight", "lt", 1500.0)},
		{"active=false", filtered("active", "eq", false)},
		{"kind[in]=a,b", filtered("kind", "in", "a", "b")},
		{"created_at[gt]=2026-01-31T14:00:00%2B02:00", filtered("created_at", "gt", noon)},
	}
	for _, tt := range tests {
		t.Run(tt.query, func(t *testing.T) {
			got, err := testList("k").Parse(tt.query, "")
			if err != nil || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %+v, %v\nwant %+v", got, err, tt.want)
			}
		})
	}
}

func filtered(field, op string, values ...any) model.Query {
	return model.Query{Limit: 20, Sort: newest(), Filters: []model.Filter{{Field: field, Op: op, Values: values}}}
}

func TestListParseDoesNotDependOnTheOrderOfParameters(t *testing.T) {
	one, err := testList("k").Parse("name=a&count[gt]=1&active=true", "")
	two, err2 := testList("k").Parse("active=true&count[gt]=1&name=a", "")
	if err != nil || err2 != nil || !reflect.DeepEqual(one, two) {
		t.Errorf("got %+v, %v and %+v, %v", one, err, two, err2)
	}
}

func TestListParseRefuses(t *testing.T) {
	queries := []string{
		"limit=", "limit=0", "limit=-1", "limit=abc", "limit=1e9", "limit=1.5", "limit=+5", "limit=05", "limit= 5", "limit=%00", "limit=٣",
		"limit=10&limit=1000", "limit[]=5", "limit[gte]=5",
		"page=0", "page=-1", "page=x", "page=01", "page=10001", "page=1000000000000", "page=99999999999999999999",
		"page=1&cursor=x", "cursor=", "cursor=x", "cursor=%00", "cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"sort=", "sort=-", "sort=secret", "sort=active", "sort=name,", "sort=name,name", "sort=name,-name", "sort=+name", "sort=name desc",
		"sort=name,count,weight,created_at,id", "sort=name;drop", "sort=name&sort=count",
		"unknown=1", "owner_id=x", "Name=a", "name[eq]=a", "name[gt]=a", "name[$regex]=.*", "name[in=a", "name]=a", "name[]=a", "name[in][x]=a", "[in]=a", "active[in]=true",
		"email[$ne]=null", "count=1;active=true", "name=%zz", "name=%", "%zz=1",
		"count=x", "count=1.5", "count=99999999999999999999", "count=", "count[in]=1,,2", "count[in]=",
		"weight=x", "weight=Inf", "weight=NaN", "weight=0x1p1", "weight=1_0", "weight=1e999",
		"active=1", "active=TRUE", "kind=c", "created_at=yesterday", "created_at=2026-01-31",
		"created_at=9999-12-31T23:59:59-12:00", "created_at=0000-12-31T23:59:59Z", "created_at=0001-01-01T00:00:00%2B01:00",
		"name=%00", "name=%ff", "name=" + strings.Repeat("x", 256), "name[like]=%00",
		"name[in]=" + strings.TrimSuffix(strings.Repeat("a,", 51), ","),
	}
	for _, query := range queries {
		_, err := testList("k").Parse(query, "")
		bad, ok := errors.AsType[*BadRequestError](err)
		if !ok {
			t.Errorf("%s: got %v, want a *BadRequestError", query, err)
			continue
		}
		if bad.Detail == "" || strings.Contains(bad.Detail, "drop") || strings.Contains(bad.Detail, "$") {
			t.Errorf("%s: detail is %q", query, bad.Detail)
		}
	}
}

func TestAnUnknownParameterNamesTheKnownOnes(t *testing.T) {
	_, err := testList("k").Parse("nmae=x", "")
	for _, name := range []string{"limit", "cursor", "page", "sort", "name", "name[in]", "count[gte]"} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v does not name %s", err, name)
		}
	}
}

// after parses query behind a cursor that was made for made.
func after(t *testing.T, madeBy *List, made, madeFor string, values []any, query, owner string) (model.Query, error) {
	t.Helper()
	q, err := madeBy.Parse(made, madeFor)
	if err != nil {
		t.Fatal(err)
	}
	cursor := madeBy.Cursor(q, madeFor, values)
	if cursor != url.QueryEscape(cursor) {
		t.Errorf("cursor %q must be escaped", cursor)
	}
	return testList("k").Parse(query+"&cursor="+cursor, owner)
}

func TestCursorBringsBackTheValues(t *testing.T) {
	moment := time.Date(2026, 1, 31, 12, 0, 0, 123456000, time.UTC)
	tests := []struct {
		query  string
		values []any
		want   []any
	}{
		{"", []any{moment, ownID}, nil},
		{"sort=name", []any{`a"b=,` + strings.Repeat("é", 255), ownID}, nil},
		{"sort=name", []any{"", ownID}, nil},
		{"sort=name", []any{nil, ownID}, nil},
		{"sort=name", []any{(*string)(nil), ownID}, []any{nil, ownID}},
		{"sort=name", []any{new("x"), ownID}, []any{"x", ownID}},
		{"sort=-count,weight", []any{int64(-1 << 63), 0.1, ownID}, nil},
		{"sort=-count,weight", []any{int64(0), 5e-324, ownID}, nil},
		{"sort=created_at&name=x&kind[in]=a,b", []any{moment.In(time.FixedZone("", 3600)), ownID}, []any{moment, ownID}},
	}
	for _, tt := range tests {
		want := tt.want
		if want == nil {
			want = tt.values
		}
		got, err := after(t, testList("k"), tt.query, "owner", tt.values, tt.query, "owner")
		if err != nil || !reflect.DeepEqual(got.After, want) {
			t.Errorf("%s %v: got %v, %v", tt.query, tt.values, got.After, err)
		}
	}
}

func TestCursorOnlyFitsItsList(t *testing.T) {
	values := []any{"x", ownID}
	tests := map[string]struct {
		madeBy              *List
		made, madeFor, used string
	}{
		"other key":      {testList("other"), "sort=name", "o", "sort=name"},
		"other list":     {NewList("others", NewCursors([]byte("k")), ListField{Name: "name", Parse: ParseString, Sortable: true}), "sort=name", "o", "sort=name"},
		"other owner":    {testList("k"), "sort=name", "p", "sort=name"},
		"other order":    {testList("k"), "sort=name", "o", "sort=-name"},
		"other sort":     {testList("k"), "sort=name", "o", "sort=count"},
		"no sort":        {testList("k"), "sort=name", "o", ""},
		"new filter":     {testList("k"), "sort=name", "o", "sort=name&name=x"},
		"other filter":   {testList("k"), "sort=name&name=x", "o", "sort=name&name=y"},
		"other op":       {testList("k"), "sort=name&count[gt]=1", "o", "sort=name&count[lt]=1"},
		"one value, two": {testList("k"), "sort=name&name[in]=a,b", "o", "sort=name&name[in]=a%3Db"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := after(t, tt.madeBy, tt.made, tt.madeFor, values, tt.used, "o")
			if _, ok := errors.AsType[*BadRequestError](err); !ok {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
	if _, err := after(t, testList("k"), "sort=name&limit=5", "o", values, "limit=7&sort=name", "o"); err != nil {
		t.Errorf("the limit may change: %v", err)
	}
}

func TestCursorCannotBeChanged(t *testing.T) {
	l := testList("k")
	q, err := l.Parse("sort=name", "")
	if err != nil {
		t.Fatal(err)
	}
	cursor := l.Cursor(q, "", []any{"x", ownID})
	for i := range len(cursor) {
		changed := []byte(cursor)
		changed[i] = map[bool]byte{true: 'A', false: 'B'}[changed[i] != 'A']
		if _, err := l.Parse("sort=name&cursor="+string(changed), ""); err == nil {
			t.Errorf("a change at %d is not noticed", i)
		}
	}
	for _, wrong := range []string{cursor[:len(cursor)-1], cursor + "A", cursor + "=", cursor + "%0A", "A" + cursor, strings.Repeat("A", maxCursor+4)} {
		if _, err := l.Parse("sort=name&cursor="+wrong, ""); err == nil {
			t.Errorf("%s is accepted", wrong)
		}
	}
	for _, name := range []string{"x", "xy", "xyz"} { // whatever the number of unused bits
		cursor := l.Cursor(q, "", []any{name, ownID})
		for _, last := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" {
			changed := cursor[:len(cursor)-1] + string(last)
			if _, err := l.Parse("sort=name&cursor="+changed, ""); (err == nil) != (changed == cursor) {
				t.Errorf("%s for %s: got %v", changed, cursor, err)
			}
		}
	}
	if _, err := l.Parse("sort=name&page=1&cursor="+cursor, ""); err == nil {
		t.Error("cursor and page are accepted together")
	}
	short := l.Cursor(q, "", []any{"x"})
	if _, err := l.Parse("sort=name&cursor="+short, ""); err == nil {
		t.Error("a cursor without a value for every key is accepted")
	}
	if got := l.Cursor(q, "", nil); got != "" {
		t.Errorf("without a further page: got %q", got)
	}
}

func TestCursorHoldsTheLongestValues(t *testing.T) {
	text := func(name string) ListField { return ListField{Name: name, Parse: ParseString, Sortable: true} }
	l := NewList("links", NewCursors([]byte("k")), text("a"), text("b"), text("c"), text("d"))
	for _, longest := range []string{strings.Repeat("&", 2048), strings.Repeat(" ", 2048/3)} { // these are written longer than they are
		q, err := l.Parse("sort=a,b,c,d", "")
		if err != nil {
			t.Fatal(err)
		}
		values := []any{longest, longest, longest, longest, ownID}
		cursor := l.Cursor(q, "", values)
		if got, err := l.Parse("sort=a,b,c,d&cursor="+cursor, ""); err != nil || !reflect.DeepEqual(got.After, values) {
			t.Errorf("a cursor of %d bytes: %v", len(cursor), err)
		}
	}
}

func TestNewListDoesNotChangeItsFields(t *testing.T) {
	fields := []ListField{{Name: "id", Parse: ParseUUID, Ops: []string{"in"}}}
	NewList("things", NewCursors(nil), fields...)
	if fields[0].Sortable {
		t.Error("the caller's fields have changed")
	}
}

func TestPages(t *testing.T) {
	tests := []struct {
		page any
		want string
	}{
		{NewCursorPage([]int{1}, 20, "c"), `{"data":[1],"pagination":{"limit":20,"next_cursor":"c"}}`},
		{NewCursorPage[int](nil, 20, ""), `{"data":[],"pagination":{"limit":20}}`},
		{NewNumberedPage([]int{1}, model.Query{Page: 2, Limit: 20}, 41), `{"data":[1],"pagination":{"page":2,"limit":20,"total":41,"pages":3}}`},
		{NewNumberedPage([]int{1}, model.Query{Page: 2, Limit: 20}, 40), `{"data":[1],"pagination":{"page":2,"limit":20,"total":40,"pages":2}}`},
		{NewNumberedPage[int](nil, model.Query{Page: 1, Limit: 20}, 0), `{"data":[],"pagination":{"page":1,"limit":20,"total":0,"pages":0}}`},
	}
	for _, tt := range tests {
		if got, err := json.Marshal(tt.page); err != nil || string(got) != tt.want {
			t.Errorf("got %s, %v\nwant %s", got, err, tt.want)
		}
	}
}

func TestParseID(t *testing.T) {
	if got, err := ParseID(ownID); got != ownID || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	wrong := []string{
		"", "abc", "0", "-1", "1e3", "1 or 1=1", "\x00", strings.Repeat("a", 300), "{" + ownID + "}", "urn:uuid:" + ownID, strings.ToUpper(ownID),
		strings.ReplaceAll(ownID, "-", ""), ownID + "\n", ownID[:35], ownID[:35] + "g", ownID[:8] + "0" + ownID[9:],
	}
	for _, id := range wrong {
		_, err := ParseID(id)
		if _, ok := errors.AsType[*BadRequestError](err); !ok {
			t.Errorf("%q: got %v", id, err)
		}
	}
	if !slices.ContainsFunc(wrong, func(s string) bool { return len(s) == 36 }) {
		t.Error("no wrong id has the right length")
	}
}
