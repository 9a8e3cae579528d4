package handler

import (
	"net/http"

	"example.com/shop/internal/httpx"
	"example.com/shop/internal/model"
	"example.com/shop/internal/respond"
)

// writePage answers with one page of a list: with the total when the page was asked for by its number, and otherwise with
// a cursor to the next one ("" when there is none).
func writePage[T any](w http.ResponseWriter, r *http.Request, query model.Query, data []T, cursor string, total int64) {
	if query.Page > 0 {
		respond.JSON(w, r, http.StatusOK, httpx.NewNumberedPage(data, query, total))
		return
	}
	respond.JSON(w, r, http.StatusOK, httpx.NewCursorPage(data, query.Limit, cursor))
}

// responses turns every item of a page into what the client gets to see of it.
func responses[Item, Response any](items []Item, response func(Item) Response) []Response {
	data := make([]Response, len(items))
	for i := range items {
		data[i] = response(items[i])
	}
	return data
}
