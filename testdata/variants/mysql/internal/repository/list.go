package repository

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

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
	// exact: the column is a DECIMAL. Without more ado, the server compares one with a text as floating-point numbers.
	exact bool
}

// param is the place of a value to compare the column with. No number has more digits.
func (c listColumn) param() string {
	if c.exact {
		return "CAST(? AS DECIMAL(36, 18))"
	}
	return "?"
}

// condition is a fixed part of a WHERE clause, such as the owner's.
type condition struct {
	sql  string
	args []any
}

// statement is SQL under construction, with its arguments.
type statement struct {
	sql  strings.Builder
	args []any
}

func (s *statement) add(sql string, args ...any) {
	s.sql.WriteString(sql)
	s.args = append(s.args, args...)
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
		s.add(" LIMIT ? OFFSET ?", q.Limit, q.Offset())
	} else {
		s.add(" LIMIT ?", q.Limit+1)
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
		s.add(c.sql, c.args...)
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
		s.add(c.name + " IN (" + c.param() + strings.Repeat(", "+c.param(), len(f.Values)-1) + ")")
	case f.Op == "like" && len(f.Values) == 1:
		text, _ := f.Values[0].(string)
		s.add("CONVERT("+c.name+" USING utf8mb4) COLLATE utf8mb4_bin REGEXP ?", pattern(text))
		return nil
	case operators[f.Op] != "" && len(f.Values) == 1:
		s.add(c.name + operators[f.Op] + c.param())
	default:
		return fmt.Errorf("list: field %s cannot be filtered by %s with %d values", f.Field, f.Op, len(f.Values))
	}
	for _, v := range f.Values {
		s.args = append(s.args, column.Value(v))
	}
	return nil
}

// pattern returns a regular expression that finds text anywhere, in capital or small letters where they are of ASCII: no
// collation is as exact about everything else.
func pattern(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z':
			b.WriteString("[" + strings.ToLower(string(r)) + strings.ToUpper(string(r)) + "]")
		case r < utf8.RuneSelf && unicode.In(r, unicode.P, unicode.S):
			b.WriteString(`\` + string(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func (l listing) orderBy(s *statement, sort []model.Sort) error {
	for i, by := range sort {
		c, err := l.column(by.Field)
		if err != nil {
			return err
		}
		s.add([]string{" ORDER BY ", ", "}[min(i, 1)] + c.name)
		if by.Desc {
			s.add(" DESC")
		}
	}
	return nil
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
		keys[i] = key{listColumn: c, desc: by.Desc, value: column.Value(q.After[i])}
	}
	compareKeys(s, keys)
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

// compareKeys writes (a > ? OR (a = ? AND (b < ? OR …))), for which the server starts in the middle of an index. It does not for
// (a, b) > (?, ?). NULL comes before everything else, as the server sorts it.
func compareKeys(s *statement, keys []key) {
	k, rest := keys[0], keys[1:]
	s.add("(")
	k.behind(s)
	if len(rest) > 0 {
		s.add(" OR ("+k.name+k.equals()+k.param()+" AND ", k.value)
		compareKeys(s, rest)
		s.add(")")
	}
	s.add(")")
}

// equals is true for two NULLs where there may be some.
func (k key) equals() string {
	if k.nullable {
		return " <=> "
	}
	return " = "
}

// behind writes the condition for rows whose value comes after the last row's.
func (k key) behind(s *statement) {
	switch {
	case k.value == nil && k.desc:
		s.add("FALSE") // NULL comes last
	case k.value == nil:
		s.add(k.name + " IS NOT NULL")
	case k.desc && k.nullable:
		s.add("("+k.name+" < "+k.param()+" OR "+k.name+" IS NULL)", k.value)
	default:
		s.add(k.name+k.operator()+k.param(), k.value)
	}
}
