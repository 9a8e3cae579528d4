package repositorytest

import (
	"testing"
	"time"

	"example.com/notes/internal/database"
	"example.com/notes/internal/model"
	"example.com/notes/internal/repository"
)

// Note stores a note with nothing optional, and returns it.
func Note(tb testing.TB, db *database.DB) model.Note {
	tb.Helper()
	item := model.Note{
		ID:        NewID(tb),
		Title:     "title 1",
		Version:   1,
		CreatedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		UpdatedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	}
	if err := repository.NewNote(db).Create(tb.Context(), item); err != nil {
		tb.Fatalf("store a note: %v", err)
	}
	return item
}
