package repository

import (
	"context"

	"example.com/shop/internal/database"
)

// forUpdate ends a query whose rows must stay as they are until the transaction ends. Outside of one there is nothing to hold.
func forUpdate(ctx context.Context) string {
	if database.InTx(ctx) {
		return " FOR UPDATE"
	}
	return ""
}
