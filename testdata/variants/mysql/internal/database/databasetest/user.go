package databasetest

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/shop/internal/database"
)

// User stores an account that nobody can sign in to, and returns its id: what a test needs to have an owner.
func User(tb testing.TB, db *database.DB) string {
	tb.Helper()
	id, err := uuid.NewV7()
	if err != nil {
		tb.Fatalf("make an id: %v", err)
	}
	const query = "INSERT INTO `users` (`id`, `email`, `password_hash`, `role`, `active`, `version`, `created_at`, `updated_at`) " +
		"VALUES (?, ?, '', 'user', 1, 1, ?, ?)"
	now := time.Now()
	if _, err := db.Writer(tb.Context()).ExecContext(tb.Context(), query, id.String(), id.String()+"@example.com", now, now); err != nil {
		tb.Fatalf("store an account: %v", err)
	}
	return id.String()
}
