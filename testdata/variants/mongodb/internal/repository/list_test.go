package repository

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"example.com/shop/internal/database"
	"example.com/shop/internal/database/databasetest"
	"example.com/shop/internal/database/document"
	"example.com/shop/internal/model"
)

// thing is a document of a collection that exists for these tests only.
type thing struct {
	id   string
	rank *int64
	name string
}

func things() listing {
	return listing{collection: "_things", fields: map[string]listElement{
		"id":   {name: "_id"},
		"rank": {name: "rank", nullable: true},
		"name": {name: "name"},
	}}
}

func readThing(r *document.Reader) thing {
	return thing{
		id:   document.Get(r, "_id", document.Text),
		rank: document.Find(r, "rank", document.Int),
		name: document.Get(r, "name", document.Text),
	}
}

func store(t *testing.T, db *database.DB, things ...thing) {
	t.Helper()
	for _, v := range things {
		doc := document.New(bson.D{{Key: "_id", Value: v.id}, {Key: "rank", Value: v.rank}, {Key: "name", Value: v.name}})
		if err := insert(t.Context(), db, "_things", doc); err != nil {
			t.Fatal(err)
		}
	}
}

// someThings returns a database with things whose names and ranks repeat, and whose ranks are missing now and then.
func someThings(t *testing.T, n int) (*database.DB, []thing) {
	t.Helper()
	db := databasetest.Open(t)
	var all []thing
	for i := range n {
		v := thing{id: fmt.Sprintf("id-%03d", i*7%n), name: string(rune('a' + i%3))}
		if i%4 != 0 {
			v.rank = new(int64(i % 5))
		}
		all = append(all, v)
	}
	store(t, db, all...)
	return db, all
}

// compareThings orders as the database should: what is not there first, and last when descending.
func compareThings(sort []model.Sort) func(a, b thing) int {
	return func(a, b thing) int {
		for _, by := range sort {
			var c int
			switch by.Field {
			case "id":
				c = cmp.Compare(a.id, b.id)
			case "name":
				c = cmp.Compare(a.name, b.name)
			case "rank":
				c = compareRanks(a.rank, b.rank)
			}
			if by.Desc {
				c = -c
			}
			if c != 0 {
				return c
			}
		}
		return 0
	}
}

func compareRanks(a, b *int64) int {
	switch {
	case a == nil || b == nil:
		return map[bool]int{true: 0, false: 1}[a == nil] - map[bool]int{true: 0, false: 1}[b == nil]
	default:
		return cmp.Compare(*a, *b)
	}
}

func position(v thing, sort []model.Sort) []any {
	var after []any
	for _, by := range sort {
		switch {
		case by.Field == "id":
			after = append(after, v.id)
		case by.Field == "name":
			after = append(after, v.name)
		case v.rank == nil:
			after = append(after, nil)
		default:
			after = append(after, *v.rank)
		}
	}
	return after
}

// TestKeysetPaging walks through all things in pages of several sizes, in every order of up to three keys.
func TestKeysetPaging(t *testing.T) {
	db, all := someThings(t, 41)
	orders := []string{"id", "-id", "name,id", "-name,-id", "name,-id", "rank,id", "-rank,-id", "rank,-id", "-rank,id", "rank,name,id", "-rank,name,-id", "name,-rank,id"}
	for _, order := range orders {
		for _, limit := range []int{1, 7, 100} {
			t.Run(fmt.Sprintf("%s by %d", order, limit), func(t *testing.T) {
				sort := parseSort(order)
				want := slices.SortedFunc(slices.Values(all), compareThings(sort))
				got := walk(t, db, model.Query{Sort: sort, Limit: limit})
				if !slices.EqualFunc(got, want, func(a, b thing) bool { return a.id == b.id }) {
					t.Errorf("got %v\nwant %v", got, want)
				}
			})
		}
	}
}

func parseSort(order string) []model.Sort {
	var sort []model.Sort
	for key := range strings.SplitSeq(order, ",") {
		field, desc := strings.CutPrefix(key, "-")
		sort = append(sort, model.Sort{Field: field, Desc: desc})
	}
	return sort
}

func walk(t *testing.T, db *database.DB, q model.Query) []thing {
	t.Helper()
	var got []thing
	for range 200 {
		items := listThings(t, db, q)
		if len(items) <= q.Limit {
			return append(got, items...)
		}
		got = append(got, items[:q.Limit]...)
		q.After = position(items[q.Limit-1], q.Sort)
	}
	t.Fatal("the pages do not end")
	return nil
}

func listThings(t *testing.T, db *database.DB, q model.Query, fixed ...bson.D) []thing {
	t.Helper()
	command, err := things().page(q, fixed...)
	if err != nil {
		t.Fatal(err)
	}
	items, err := getAll(t.Context(), db, command, readThing)
	if err != nil {
		t.Fatalf("%v: %v", command, err)
	}
	return items
}

func countThings(t *testing.T, db *database.DB, q model.Query, fixed ...bson.D) int64 {
	t.Helper()
	filter, err := things().all(q, fixed...)
	if err != nil {
		t.Fatal(err)
	}
	n, err := count(t.Context(), db, "_things", filter)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestNumberedPages(t *testing.T) {
	db, all := someThings(t, 10)
	var got []string
	for page := 1; page <= 4; page++ {
		for _, v := range listThings(t, db, model.Query{Sort: parseSort("id"), Limit: 4, Page: page}) {
			got = append(got, v.id)
		}
	}
	if len(got) != len(all) || !slices.IsSorted(got) {
		t.Errorf("got %v", got)
	}
}

func TestFilters(t *testing.T) {
	db := databasetest.Open(t)
	store(t, db, thing{"1", new(int64(1)), "100%"}, thing{"2", new(int64(2)), "100 x"}, thing{"3", new(int64(3)), "a_b"},
		thing{"4", new(int64(4)), "aXb"}, thing{"5", nil, `back\slash`}, thing{"6", new(int64(6)), `{"$gt": ""}`},
		thing{"7", new(int64(7)), "\u212aelvin and \u017fpread"}, thing{"8", new(int64(8)), "(.*)[a-z]+?^$|"})
	tests := []struct {
		filter model.Filter
		want   string
	}{
		{model.Filter{Field: "rank", Op: "eq", Values: []any{int64(2)}}, "2"},
		{model.Filter{Field: "rank", Op: "gt", Values: []any{int64(3)}}, "4 6 7 8"},
		{model.Filter{Field: "rank", Op: "gte", Values: []any{int64(3)}}, "3 4 6 7 8"},
		{model.Filter{Field: "rank", Op: "lt", Values: []any{int64(2)}}, "1"},
		{model.Filter{Field: "rank", Op: "lte", Values: []any{int64(2)}}, "1 2"},
		{model.Filter{Field: "rank", Op: "in", Values: []any{int64(1), int64(6), int64(99)}}, "1 6"},
		{model.Filter{Field: "name", Op: "eq", Values: []any{"A_B"}}, ""},
		{model.Filter{Field: "name", Op: "eq", Values: []any{`{"$gt": ""}`}}, "6"},
		{model.Filter{Field: "name", Op: "like", Values: []any{"kelvin"}}, ""}, // letters of ASCII have two cases, others none
		{model.Filter{Field: "name", Op: "like", Values: []any{"SPREAD"}}, ""},
		{model.Filter{Field: "name", Op: "like", Values: []any{"ELVIN AND"}}, "7"},
		{model.Filter{Field: "name", Op: "like", Values: []any{"(.*)[A-Z]+?^$|"}}, "8"},
		{model.Filter{Field: "name", Op: "like", Values: []any{".*"}}, "8"},
		{model.Filter{Field: "name", Op: "like", Values: []any{"100%"}}, "1"},
		{model.Filter{Field: "name", Op: "like", Values: []any{"_b"}}, "3"},
		{model.Filter{Field: "name", Op: "like", Values: []any{"XB"}}, "4"},
		{model.Filter{Field: "name", Op: "like", Values: []any{`k\s`}}, "5"},
	}
	for _, test := range tests {
		q := model.Query{Filters: []model.Filter{test.filter}, Sort: parseSort("id"), Limit: 10}
		var got []string
		for _, v := range listThings(t, db, q) {
			got = append(got, v.id)
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%v finds %v, want %s", test.filter, got, test.want)
		}
		if n := countThings(t, db, q); int(n) != len(got) {
			t.Errorf("%v counts %d, want %d", test.filter, n, len(got))
		}
	}
}

func TestFixedConditionComesWithEverything(t *testing.T) {
	db, _ := someThings(t, 12)
	only := equal("name", "b")
	q := model.Query{Sort: parseSort("id"), Limit: 100, Filters: []model.Filter{{Field: "rank", Op: "gte", Values: []any{int64(0)}}}, After: []any{"id-000"}}
	items := listThings(t, db, q, only)
	if len(items) == 0 {
		t.Fatal("nothing is found")
	}
	for _, v := range items {
		if v.name != "b" {
			t.Errorf("%v is found", v)
		}
	}
	if n := countThings(t, db, q, only); n == 0 || n > 4 {
		t.Errorf("%d of the 4 things named b are counted", n)
	}
}

func TestListRefusesWhatItDoesNotKnow(t *testing.T) {
	sorted := parseSort("id")
	tests := map[string]model.Query{
		"filter": {Sort: sorted, Filters: []model.Filter{{Field: "$where", Op: "eq", Values: []any{"true"}}}},
		"op":     {Sort: sorted, Filters: []model.Filter{{Field: "id", Op: "$ne", Values: []any{"x"}}}},
		"values": {Sort: sorted, Filters: []model.Filter{{Field: "id", Op: "in"}}},
		"sort":   {Sort: []model.Sort{{Field: "name.$**"}}},
		"after":  {Sort: sorted, After: []any{"a", "b"}},
	}
	for name, q := range tests {
		q.Limit = 1
		if command, err := things().page(q); err == nil {
			t.Errorf("%s: %v", name, command)
		}
	}
}

// TestNextPageStartsInTheIndex looks at the filter: a bound on the first key, which is no part of an $or, is what the server
// needs to start where the last page ended.
func TestNextPageStartsInTheIndex(t *testing.T) {
	filter, err := things().filter(model.Query{Sort: parseSort("-name,-id"), After: []any{"b", "id-001"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := bson.MarshalExtJSON(filter, false, false)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"$and":[{"name":{"$lte":"b"},"$or":[{"name":{"$lt":"b"}},{"$and":[{"name":"b"},{"$or":[{"_id":{"$lt":"id-001"}}]}]}]}]}`
	if string(text) != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
}

func TestSortByOneElementOnce(t *testing.T) {
	sort, err := things().sort(parseSort("id,-id"))
	if err != nil || len(sort) != 1 {
		t.Errorf("%v, %v", sort, err)
	}
}

func TestGetAllIsNeverNil(t *testing.T) {
	db, _ := someThings(t, 0)
	if items := listThings(t, db, model.Query{Sort: parseSort("id"), Limit: 1}); items == nil {
		t.Error("an empty list is nil")
	}
}

func TestCancelledCallerIsNotTheDatabasesFault(t *testing.T) {
	db, _ := someThings(t, 1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := getAll(ctx, db, bson.D{{Key: "find", Value: "_things"}}, readThing)
	wantError(t, err, context.Canceled)
}
