package httpx

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"example.com/shop/internal/model"
)

// Cursor returns the mark from which the list goes on behind a row, given the
// values of that row, one for each sort key of the query. It returns "" when there
// is no such row.
func (l *List) Cursor(q model.Query, owner string, next []any) string {
	if next == nil {
		return ""
	}
	values := make([]*string, len(next))
	for i, value := range next {
		if text, ok := keyText(value); ok {
			values[i] = &text
		}
	}
	cursor, err := l.cursors.encode(l.scope(q, owner), values)
	if err != nil { // texts always marshal
		return ""
	}
	return cursor
}

// after returns the values behind a cursor, with the Go types of their fields.
func (l *List) after(q model.Query, owner, cursor string) ([]any, error) {
	texts, err := l.cursors.decode(l.scope(q, owner), cursor)
	if err != nil || len(texts) != len(q.Sort) {
		return nil, BadRequest("The cursor does not belong to this list, with these filters and this order.")
	}
	values := make([]any, len(texts))
	for i, text := range texts {
		if text == nil {
			continue
		}
		// The text was signed here, so it is not the client's fault if this fails.
		if values[i], err = l.field(q.Sort[i].Field).parseKey(*text); err != nil {
			return nil, fmt.Errorf("cursor value of %s: %w", q.Sort[i].Field, err)
		}
	}
	return values, nil
}

// parseKey is Parse, but for strings: what is stored may be longer than a filter.
func (f *ListField) parseKey(text string) (any, error) {
	if s, isText := strings.CutPrefix(text, "="); isText {
		return s, nil
	}
	return f.Parse(text)
}

// keyText writes a value so that the field's Parse reads it back; a string is
// marked by a leading =. It returns false for NULL. Pointers are followed.
func keyText(value any) (string, bool) {
	if v := reflect.ValueOf(value); v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return "", false
		}
		value = v.Elem().Interface()
	}
	switch v := value.(type) {
	case nil:
		return "", false
	case string:
		return "=" + v, true
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano), true
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), true
	default: // whole numbers, booleans, decimals and dates print as they are read
		return fmt.Sprint(v), true
	}
}

// scope names all that a cursor depends on. Values are quoted, so that no text can
// look like a separator.
func (l *List) scope(q model.Query, owner string) string {
	var b strings.Builder
	b.WriteString(l.name + " " + strconv.Quote(owner))
	for _, s := range q.Sort {
		fmt.Fprintf(&b, " %s %t", s.Field, s.Desc)
	}
	for _, f := range q.Filters {
		fmt.Fprintf(&b, " %s %s", f.Field, f.Op)
		for _, value := range f.Values {
			text, _ := keyText(value)
			b.WriteString(strconv.Quote(text))
		}
	}
	return b.String()
}
