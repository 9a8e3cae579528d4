package repositorytest

import (
	"testing"
	"time"

	"example.com/shop/internal/database"
	"example.com/shop/internal/model"
	"example.com/shop/internal/repository"
)

// Category stores a category with nothing optional, and returns it.
func Category(tb testing.TB, db *database.DB) model.Category {
	tb.Helper()
	n := NextNumber()
	item := model.Category{
		ID:        NewID(tb),
		Name:      TextOfLength(n, 1, 80),
		Position:  2,
		Version:   1,
		CreatedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		UpdatedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	}
	if err := repository.NewCategory(db).Create(tb.Context(), item); err != nil {
		tb.Fatalf("store a category: %v", err)
	}
	return item
}
