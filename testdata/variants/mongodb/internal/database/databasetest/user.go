package databasetest

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"

	"example.com/shop/internal/database"
	"example.com/shop/internal/database/document"
)

// User stores an account that nobody can sign in to, and returns its id: what a test needs to have an owner.
func User(tb testing.TB, db *database.DB) string {
	tb.Helper()
	id, err := uuid.NewV7()
	if err != nil {
		tb.Fatalf("make an id: %v", err)
	}
	users, err := db.Collection(tb.Context(), "users")
	if err != nil {
		tb.Fatalf("store an account: %v", err)
	}
	now := document.FormatTime(time.Now())
	_, err = users.InsertOne(tb.Context(), bson.D{
		{Key: "_id", Value: id.String()},
		{Key: "email", Value: id.String() + "@example.com"},
		{Key: "password_hash", Value: ""},
		{Key: "role", Value: "user"},
		{Key: "active", Value: true},
		{Key: "version", Value: int64(1)},
		{Key: "created_at", Value: now},
		{Key: "updated_at", Value: now},
	})
	if err != nil {
		tb.Fatalf("store an account: %v", err)
	}
	return id.String()
}
