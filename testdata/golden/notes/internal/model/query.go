package model

// Query says which part of a list is wanted.
type Query struct {
	Filters []Filter
	// Sort is never empty: its last entry is the id, so that the order is total.
	Sort []Sort
	// Limit is the size of a page, at least 1.
	Limit int
	// After holds one value per entry of Sort, those of the last row that the
	// client has seen; nil starts at the beginning. The values have the Go types of
	// the fields, and nil stands for NULL.
	After []any
	// Page is 0 when the client pages by cursor, and counts from 1 otherwise.
	Page int
}

// Offset is how many rows come before the wanted page; 0 when paging by cursor.
func (q Query) Offset() int {
	return max(q.Page-1, 0) * q.Limit
}

// Filter is one condition. Fields and operators come from an allow-list.
type Filter struct {
	Field string
	// Op is one of eq, gt, gte, lt, lte, in, like. like means "contains", and its
	// value is plain text: the repository escapes what is special to its database.
	Op string
	// Values has one element, for "in" one or more, of the Go type of the field.
	Values []any
}

// Sort is one key of an order.
type Sort struct {
	Field string
	Desc  bool
}
