package repositorytest

import (
	"testing"
	"time"

	"example.com/shop/internal/database"
	"example.com/shop/internal/model"
	"example.com/shop/internal/repository"
)

// Product stores a product of that owner with nothing optional, and returns it.
func Product(tb testing.TB, db *database.DB, ownerID string) model.Product {
	tb.Helper()
	n := NextNumber()
	item := model.Product{
		ID:         NewID(tb),
		OwnerID:    ownerID,
		Name:       "name 1",
		SKU:        TextOfLength(n, 0, 255),
		Price:      model.MustDecimal("1.01", 2),
		Stock:      2,
		Status:     "live",
		CategoryID: Category(tb, db).ID,
		Version:    1,
		CreatedAt:  time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		UpdatedAt:  time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	}
	if err := repository.NewProduct(db).Create(tb.Context(), item); err != nil {
		tb.Fatalf("store a product: %v", err)
	}
	return item
}
