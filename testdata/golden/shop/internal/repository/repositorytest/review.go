package repositorytest

import (
	"testing"
	"time"

	"example.com/shop/internal/database"
	"example.com/shop/internal/database/databasetest"
	"example.com/shop/internal/model"
	"example.com/shop/internal/repository"
)

// Review stores a review with nothing optional, and returns it.
func Review(tb testing.TB, db *database.DB) model.Review {
	tb.Helper()
	item := model.Review{
		ID:        NewID(tb),
		ProductID: Product(tb, db, databasetest.User(tb, db)).ID,
		Rating:    2,
		Version:   1,
		CreatedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		UpdatedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	}
	if err := repository.NewReview(db).Create(tb.Context(), item); err != nil {
		tb.Fatalf("store a review: %v", err)
	}
	return item
}
