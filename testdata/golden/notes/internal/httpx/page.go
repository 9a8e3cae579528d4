package httpx

import "example.com/notes/internal/model"

// CursorPage is a part of a list, with the mark from which it goes on.
type CursorPage[T any] struct {
	Data       []T              `json:"data"`
	Pagination CursorPagination `json:"pagination"`
}

// CursorPagination has no next_cursor on the last page.
type CursorPagination struct {
	Limit      int    `json:"limit"`
	NextCursor string `json:"next_cursor,omitempty"`
}

// NewCursorPage returns a page whose data is an array even when it is empty.
func NewCursorPage[T any](data []T, limit int, next string) CursorPage[T] {
	return CursorPage[T]{Data: orEmpty(data), Pagination: CursorPagination{Limit: limit, NextCursor: next}}
}

// NumberedPage is a part of a list that knows how long the list is.
type NumberedPage[T any] struct {
	Data       []T                `json:"data"`
	Pagination NumberedPagination `json:"pagination"`
}

// NumberedPagination counts pages from 1.
type NumberedPagination struct {
	Page  int   `json:"page"`
	Limit int   `json:"limit"`
	Total int64 `json:"total"`
	Pages int64 `json:"pages"`
}

// NewNumberedPage returns the page that q asked for, of total rows.
func NewNumberedPage[T any](data []T, q model.Query, total int64) NumberedPage[T] {
	limit := int64(max(q.Limit, 1))
	return NumberedPage[T]{Data: orEmpty(data), Pagination: NumberedPagination{
		Page: q.Page, Limit: q.Limit, Total: total, Pages: (total + limit - 1) / limit,
	}}
}

func orEmpty[T any](data []T) []T {
	if data == nil {
		return []T{}
	}
	return data
}
