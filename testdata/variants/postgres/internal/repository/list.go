package repository

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"example.com/shop/internal/database/column"
	"example.com/shop/internal/model"
)

// listing describes how the rows of a table may be listed. Only what stands here reaches a statement: names come from
// this table, and values are arguments.
type listing struct {
	table   string // quoted
	columns string // the select list
	// fields are the columns to filter and sort by, by the name of their field.
	fields map[string]listColumn
}

type listColumn struct {
	name     string // quoted
	nullable bool
}

// condition is a fixed part of a WHERE clause, such as the owner's: a column, quoted, and what it must hold.
type condition struct {
	name  string
	value any
}

// statement is SQL under construction, with its arguments.
type statement struct {
	sql  strings.Builder
	args []any
}

func (s *statement) add(sql string) { s.sql.WriteString(sql) }

// arg notes an argument and returns its place holder.
func (s *statement) arg(v any) string {
	s.args = append(s.args, column.Value(v))
	return "$" + strconv.Itoa(len(s.args))
}

// page returns the statement for one page: in cursor mode one row more than asked for, so that the caller sees whether
// there is more.
func (l listing) page(q model.Query, fixed ...condition) (string, []any, error) {
	var s statement
	s.add("SELECT ")
	s.add(l.columns)
	s.add(" FROM ")
	s.add(l.table)
	if err := l.where(&s, q, fixed); err != nil {
		return "", nil, err
	}
	if err := l.orderBy(&s, q.Sort); err != nil {
		return "", nil, err
	}
	if q.Page > 0 {
		s.add(" LIMIT " + s.arg(q.Limit) + " OFFSET " + s.arg(q.Offset()))
	} else {
		s.add(" LIMIT " + s.arg(q.Limit+1))
	}
	return s.sql.String(), s.args, nil
}

// count returns the statement that counts the rows of all pages.
func (l listing) count(q model.Query, fixed ...condition) (string, []any, error) {
	var s statement
	s.add("SELECT count(*) FROM ")
	s.add(l.table)
	q.After = nil
	if err := l.where(&s, q, fixed); err != nil {
		return "", nil, err
	}
	return s.sql.String(), s.args, nil
}

func (l listing) where(s *statement, q model.Query, fixed []condition) error {
	joint := " WHERE "
	and := func() {
		s.add(joint)
		joint = " AND "
	}
	for _, c := range fixed {
		and()
		s.add(c.name + " = " + s.arg(c.value))
	}
	for _, f := range q.Filters {
		and()
		if err := l.filter(s, f); err != nil {
			return err
		}
	}
	if q.After == nil {
		return nil
	}
	and()
	return l.after(s, q)
}

func (l listing) filter(s *statement, f model.Filter) error {
	c, err := l.column(f.Field)
	if err != nil {
		return err
	}
	operators := map[string]string{"eq": " = ", "gte": " >= ", "lte": " <= ", "gt": " > ", "lt": " < "}
	switch {
	case f.Op == "in" && len(f.Values) > 0:
		places := make([]string, len(f.Values))
		for i, v := range f.Values {
			places[i] = s.arg(v)
		}
		s.add(c.name + " IN (" + strings.Join(places, ", ") + ")")
	case f.Op == "like" && len(f.Values) == 1:
		// In the collation "C" only ASCII letters have two cases, on every server.
		s.add("lower(" + c.name + ") LIKE lower(" + s.arg("%"+escapeLike(fmt.Sprint(f.Values[0]))+"%") + ` COLLATE "C") ESCAPE '\'`)
	case operators[f.Op] != "" && len(f.Values) == 1:
		s.add(c.name + operators[f.Op] + s.arg(f.Values[0]))
	default:
		return fmt.Errorf("list: field %s cannot be filtered by %s with %d values", f.Field, f.Op, len(f.Values))
	}
	return nil
}

// escapeLike makes text stand for itself in a LIKE pattern.
func escapeLike(text string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text)
}

func (l listing) orderBy(s *statement, sort []model.Sort) error {
	for i, by := range sort {
		c, err := l.column(by.Field)
		if err != nil {
			return err
		}
		s.add([]string{" ORDER BY ", ", "}[min(i, 1)] + c.name + c.direction(by.Desc))
	}
	return nil
}

// direction spells out where NULL goes: before everything else. The server's own idea is the opposite, also of how an index
// without NULL is read, so it is said only where there may be one.
func (c listColumn) direction(desc bool) string {
	switch {
	case desc && c.nullable:
		return " DESC NULLS LAST"
	case desc:
		return " DESC"
	case c.nullable:
		return " NULLS FIRST"
	default:
		return ""
	}
}

func (l listing) column(field string) (listColumn, error) {
	c, ok := l.fields[field]
	if !ok {
		return listColumn{}, fmt.Errorf("list: %s has no column %s to filter or sort by", l.table, field)
	}
	return c, nil
}

// after restricts a page to the rows behind the last one of the page before.
func (l listing) after(s *statement, q model.Query) error {
	keys := make([]key, len(q.Sort))
	if len(q.After) != len(keys) || len(keys) == 0 {
		return fmt.Errorf("list: %d values for a position among %d sort keys", len(q.After), len(keys))
	}
	for i, by := range q.Sort {
		c, err := l.column(by.Field)
		if err != nil {
			return err
		}
		keys[i] = key{listColumn: c, desc: by.Desc, value: q.After[i]}
	}
	if inOneDirection(keys) {
		compareRows(s, keys)
	} else {
		compareKeys(s, keys)
	}
	return nil
}

// key is one sort key with the value that the last row has there.
type key struct {
	listColumn
	desc  bool
	value any
}

func (k key) operator() string {
	if k.desc {
		return " < "
	}
	return " > "
}

// inOneDirection reports whether the keys can be compared as one, which lets the server start in the middle of an index.
func inOneDirection(keys []key) bool {
	return !slices.ContainsFunc(keys, func(k key) bool { return k.nullable || k.desc != keys[0].desc })
}

// compareRows writes ("created_at", "id") < ($1, $2).
func compareRows(s *statement, keys []key) {
	names, places := make([]string, len(keys)), make([]string, len(keys))
	for i, k := range keys {
		names[i], places[i] = k.name, s.arg(k.value)
	}
	s.add("(" + strings.Join(names, ", ") + ")" + keys[0].operator() + "(" + strings.Join(places, ", ") + ")")
}

// compareKeys writes (a > $1 OR (a = $1 AND (b < $2 OR …))). NULL comes before everything else.
func compareKeys(s *statement, keys []key) {
	k, rest := keys[0], keys[1:]
	place := ""
	if k.value != nil {
		place = s.arg(k.value)
	}
	s.add("(" + k.behind(place))
	if len(rest) > 0 {
		s.add(" OR (" + k.same(place) + " AND ")
		compareKeys(s, rest)
		s.add(")")
	}
	s.add(")")
}

// same is the condition for rows that have the last row's value.
func (k key) same(place string) string {
	if k.value == nil {
		return k.name + " IS NULL"
	}
	return k.name + " = " + place
}

// behind is the condition for rows whose value comes after the last row's.
func (k key) behind(place string) string {
	switch {
	case k.value == nil && k.desc:
		return "FALSE" // NULL comes last
	case k.value == nil:
		return k.name + " IS NOT NULL"
	case k.desc && k.nullable:
		return "(" + k.name + " < " + place + " OR " + k.name + " IS NULL)"
	default:
		return k.name + k.operator() + place
	}
}
