package repositorytest

import (
	"testing"
	"time"

	"example.com/shop/internal/database"
	"example.com/shop/internal/database/databasetest"
	"example.com/shop/internal/model"
	"example.com/shop/internal/repository"
)

// Order stores an order of that owner with nothing optional, and returns it.
func Order(tb testing.TB, db *database.DB, ownerID string) model.Order {
	tb.Helper()
	item := model.Order{
		ID:        NewID(tb),
		OwnerID:   ownerID,
		BuyerID:   databasetest.User(tb, db),
		SellerID:  databasetest.User(tb, db),
		Version:   1,
		CreatedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		UpdatedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	}
	if err := repository.NewOrder(db).Create(tb.Context(), item); err != nil {
		tb.Fatalf("store an order: %v", err)
	}
	return item
}
