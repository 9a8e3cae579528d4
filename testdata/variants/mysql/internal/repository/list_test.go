package repository

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/shop/internal/database"
	"example.com/shop/internal/database/databasetest"
	"example.com/shop/internal/model"
)

// thing is a row of a table that exists for these tests only.
type thing struct {
	id   string
	rank *int64
	name string
}

const makeThings = "CREATE TABLE `_things` (`id` VARBINARY(36) PRIMARY KEY, `rank` BIGINT, `name` VARBINARY(1020) NOT NULL, KEY `name_idx` (`name`, `id`))"

func things() listing {
	return listing{
		table:   "`_things`",
		columns: "`id`, `rank`, `name`",
		fields: map[string]listColumn{
			"id":   {name: "`id`"},
			"rank": {name: "`rank`", nullable: true},
			"name": {name: "`name`"},
		},
	}
}

func scanListedRow(r row) (thing, error) {
	var v thing
	err := r.Scan(&v.id, &v.rank, &v.name)
	return v, err
}

// rowsOfOwner returns a database with things whose names and ranks repeat, and whose ranks are missing now and then.
func rowsOfOwner(t *testing.T, n int) (*database.DB, []thing) {
	t.Helper()
	db := databasetest.Open(t)
	ctx := t.Context()
	mustExec(t, db, makeThings)
	var all []thing
	for i := range n {
		v := thing{id: fmt.Sprintf("id-%03d", i*7%n), name: string(rune('a' + i%3))}
		if i%4 != 0 {
			v.rank = new(int64(i % 5))
		}
		all = append(all, v)
		if _, err := exec(ctx, db, "INSERT INTO `_things` VALUES (?, ?, ?)", v.id, v.rank, v.name); err != nil {
			t.Fatal(err)
		}
	}
	return db, all
}

func mustExec(t *testing.T, db *database.DB, query string) {
	t.Helper()
	if _, err := exec(t.Context(), db, query); err != nil {
		t.Fatal(err)
	}
}

// compareThings orders as the database should: NULL first, and last when descending.
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

// TestKeysetPaging walks through all rows in pages of several sizes, in every order of up to three keys.
func TestKeysetPaging(t *testing.T) {
	db, all := rowsOfOwner(t, 41)
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

func listThings(t *testing.T, db *database.DB, q model.Query, fixed ...condition) []thing {
	t.Helper()
	query, args, err := things().page(q, fixed...)
	if err != nil {
		t.Fatal(err)
	}
	items, err := getAll(t.Context(), db, scanListedRow, query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return items
}

func TestNumberedPages(t *testing.T) {
	db, all := rowsOfOwner(t, 10)
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
	mustExec(t, db, makeThings)
	names := []string{"100%", "100 x", "a_b", "aXb", `back\slash`, `'; DROP TABLE "_things"; --`, "Straße", "strasse", "日本😀", "a", "a ", "ÄÖ", "äö", "x.y", "two\nlines"}
	for i, name := range names {
		rank := new(int64(i + 1))
		if i == 4 {
			rank = nil
		}
		_, err := exec(t.Context(), db, "INSERT INTO `_things` VALUES (?, ?, ?)", fmt.Sprintf("%02d", i+1), rank, name)
		if err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		filter model.Filter
		want   string
	}{
		{model.Filter{Field: "rank", Op: "eq", Values: []any{int64(2)}}, "02"},
		{model.Filter{Field: "rank", Op: "gt", Values: []any{int64(13)}}, "14 15"},
		{model.Filter{Field: "rank", Op: "gte", Values: []any{int64(13)}}, "13 14 15"},
		{model.Filter{Field: "rank", Op: "lt", Values: []any{int64(2)}}, "01"},
		{model.Filter{Field: "rank", Op: "lte", Values: []any{int64(2)}}, "01 02"},
		{model.Filter{Field: "rank", Op: "in", Values: []any{int64(1), int64(6), int64(99)}}, "01 06"},
		{model.Filter{Field: "name", Op: "eq", Values: []any{"A_B"}}, ""},
		{model.Filter{Field: "name", Op: "eq", Values: []any{`'; DROP TABLE "_things"; --`}}, "06"},
		{model.Filter{Field: "name", Op: "eq", Values: []any{"a"}}, "10"},
		{model.Filter{Field: "name", Op: "in", Values: []any{"a ", "日本😀"}}, "09 11"},
		{model.Filter{Field: "name", Op: "like", Values: []any{"100%"}}, "01"},
		{model.Filter{Field: "name", Op: "like", Values: []any{"_b"}}, "03"},
		{model.Filter{Field: "name", Op: "like", Values: []any{"XB"}}, "04"},
		{model.Filter{Field: "name", Op: "like", Values: []any{`k\s`}}, "05"},
		{model.Filter{Field: "name", Op: "like", Values: []any{"STRA"}}, "07 08"},
		{model.Filter{Field: "name", Op: "like", Values: []any{"ss"}}, "08"},
		{model.Filter{Field: "name", Op: "like", Values: []any{"ä"}}, "13"},
		{model.Filter{Field: "name", Op: "like", Values: []any{"本😀"}}, "09"},
		{model.Filter{Field: "name", Op: "like", Values: []any{"."}}, "14"},
		{model.Filter{Field: "name", Op: "like", Values: []any{"o\nl"}}, "15"},
		{model.Filter{Field: "name", Op: "like", Values: []any{`[a^(b|c){2}+*?$-#&~]`}}, ""},
	}
	for _, test := range tests {
		q := model.Query{Filters: []model.Filter{test.filter}, Sort: parseSort("id"), Limit: 20}
		var got []string
		for _, v := range listThings(t, db, q) {
			got = append(got, v.id)
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%v finds %v, want %s", test.filter, got, test.want)
		}
		query, args, err := things().count(q)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := getOne(t.Context(), db, count, query, args...); err != nil || int(n) != len(got) {
			t.Errorf("%v counts %d, %v; want %d", test.filter, n, err, len(got))
		}
	}
}

func TestFixedConditionComesWithEverything(t *testing.T) {
	db, _ := rowsOfOwner(t, 12)
	only := condition{sql: "`name` = ?", args: []any{"b"}}
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
	query, args, err := things().count(q, only)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := getOne(t.Context(), db, count, query, args...); err != nil || n == 0 || n > 4 {
		t.Errorf("%d of the 4 things named b are counted, %v", n, err)
	}
}

func TestListRefusesWhatItDoesNotKnow(t *testing.T) {
	sorted := parseSort("id")
	tests := map[string]model.Query{
		"filter": {Sort: sorted, Filters: []model.Filter{{Field: "id` OR 1=1 --", Op: "eq", Values: []any{"x"}}}},
		"op":     {Sort: sorted, Filters: []model.Filter{{Field: "id", Op: "= '' OR 1=1 --", Values: []any{"x"}}}},
		"values": {Sort: sorted, Filters: []model.Filter{{Field: "id", Op: "in"}}},
		"sort":   {Sort: []model.Sort{{Field: "id; DROP TABLE things"}}},
		"after":  {Sort: sorted, After: []any{"a", "b"}},
	}
	for name, q := range tests {
		q.Limit = 1
		if query, _, err := things().page(q); err == nil {
			t.Errorf("%s: %s", name, query)
		}
	}
}

// TestFirstAndNextPageUseTheIndex asks the server for its plan: no page may sort the table.
func TestFirstAndNextPageUseTheIndex(t *testing.T) {
	db := databasetest.Open(t)
	mustExec(t, db, makeThings)
	rows := make([]string, 2000) // of a small table everything is read, whatever indexes there are
	for i := range rows {
		rows[i] = fmt.Sprintf("('id-%04d', %d, '%c%200d')", i*7%len(rows), i%5, 'a'+i%3, 0)
	}
	mustExec(t, db, "INSERT INTO `_things` VALUES "+strings.Join(rows, ", "))
	explain(t, db, "ANALYZE TABLE `_things`", nil) // the plan depends on what the server knows of the rows
	for _, q := range []model.Query{
		{Sort: parseSort("-name,-id"), Limit: 20},
		{Sort: parseSort("-name,-id"), Limit: 20, After: []any{"b", "id-1000"}},
		{Sort: parseSort("name,id"), Limit: 20, After: []any{"b", "id-1000"}},
	} {
		query, args, err := things().page(q)
		if err != nil {
			t.Fatal(err)
		}
		plan := explain(t, db, "EXPLAIN "+query, args)
		if !strings.Contains(plan, "name_idx") || strings.Contains(plan, "filesort") || q.After != nil && !strings.Contains(plan, "range") {
			t.Errorf("%s\nis planned as %s", query, plan)
		}
	}
}

// explain returns those columns of a plan that say how it gets at the rows.
func explain(t *testing.T, db *database.DB, query string, args []any) string {
	t.Helper()
	rows, err := db.Reader(t.Context()).QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil || !rows.Next() {
		t.Fatal(err, rows.Err())
	}
	values, dest := make([]sql.NullString, len(columns)), make([]any, len(columns))
	for i := range values {
		dest[i] = &values[i]
	}
	if err := rows.Scan(dest...); err != nil {
		t.Fatal(err)
	}
	var plan []string
	for i, name := range columns {
		if slices.Contains([]string{"type", "key", "Extra"}, name) {
			plan = append(plan, values[i].String)
		}
	}
	return strings.Join(plan, "; ")
}

// TestNumbersAreComparedExactly has two numbers that are the same as floating-point numbers.
func TestNumbersAreComparedExactly(t *testing.T) {
	db := databasetest.Open(t)
	mustExec(t, db, "CREATE TABLE `_things` (`id` VARBINARY(36) PRIMARY KEY, `sum` DECIMAL(18, 2) NOT NULL)")
	mustExec(t, db, "INSERT INTO `_things` VALUES ('1', 9999999999999999.98), ('2', 9999999999999999.99)")
	sums := listing{table: "`_things`", columns: "`id`", fields: map[string]listColumn{"id": {name: "`id`"}, "sum": {name: "`sum`", exact: true}}}
	for op, want := range map[string]int64{"eq": 1, "lt": 0, "gt": 1, "in": 1} {
		q := model.Query{Filters: []model.Filter{{Field: "sum", Op: op, Values: []any{"9999999999999999.98"}}}}
		query, args, err := sums.count(q)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := getOne(t.Context(), db, count, query, args...); err != nil || n != want {
			t.Errorf("%s finds %d, %v; want %d", op, n, err, want)
		}
	}
}

func TestGetAllIsNeverNil(t *testing.T) {
	db, _ := rowsOfOwner(t, 0)
	if items := listThings(t, db, model.Query{Sort: parseSort("id"), Limit: 1}); items == nil {
		t.Error("an empty list is nil")
	}
}

func TestCancelledCallerIsNotTheDatabasesFault(t *testing.T) {
	db, _ := rowsOfOwner(t, 1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := getAll(ctx, db, scanListedRow, "SELECT `id`, `rank`, `name` FROM `_things`")
	wantError(t, err, context.Canceled)
}
