package repository

import (
	"context"

	"example.com/notes/internal/database"
	"example.com/notes/internal/database/column"
	"example.com/notes/internal/model"
)

// Note stores notes.
type Note struct {
	db      *database.DB
	listing listing
}

// NewNote returns a store of notes in db.
func NewNote(db *database.DB) *Note {
	return &Note{db: db, listing: listing{
		table:   `"notes"`,
		columns: noteColumns,
		fields: map[string]listColumn{
			"id":         {name: `"id"`},
			"title":      {name: `"title"`},
			"body":       {name: `"body"`, nullable: true},
			"created_at": {name: `"created_at"`},
			"updated_at": {name: `"updated_at"`},
		},
	}}
}

const noteColumns = `"id", "title", "body", "version", "created_at", "updated_at"`

func scanNote(r row) (model.Note, error) {
	var item model.Note
	err := r.Scan(&item.ID, &item.Title, &item.Body, &item.Version,
		column.Time(&item.CreatedAt), column.Time(&item.UpdatedAt))
	return item, err
}

// Create stores an item. It returns a *model.ConflictError when a value that must be unique is taken.
func (r *Note) Create(ctx context.Context, item model.Note) error {
	const query = `INSERT INTO "notes" (` + noteColumns + `) VALUES (?, ?, ?, ?, ?, ?)`
	_, err := exec(ctx, r.db, query, item.ID, item.Title, item.Body, item.Version,
		column.FormatTime(item.CreatedAt), column.FormatTime(item.UpdatedAt))
	return err
}

// Get returns the note of that id, or model.ErrNotFound.
func (r *Note) Get(ctx context.Context, id string) (model.Note, error) {
	const query = `SELECT ` + noteColumns + ` FROM "notes" WHERE "id" = ?`
	return getOne(ctx, r.db, scanNote, query, id)
}

// List returns a page of notes: with a cursor up to one more than q.Limit, which says that there is more.
func (r *Note) List(ctx context.Context, q model.Query) ([]model.Note, error) {
	query, args, err := r.listing.page(q)
	if err != nil {
		return nil, err
	}
	return getAll(ctx, r.db, scanNote, query, args...)
}

// Count returns how many notes the filters of q find.
func (r *Note) Count(ctx context.Context, q model.Query) (int64, error) {
	query, args, err := r.listing.count(q)
	if err != nil {
		return 0, err
	}
	return getOne(ctx, r.db, count, query, args...)
}

// Update replaces the note if it still has the given version. Otherwise it returns model.ErrPrecondition, or
// model.ErrNotFound when it is gone.
func (r *Note) Update(ctx context.Context, item model.Note, version int64) error {
	const query = `UPDATE "notes" SET "title" = ?, "body" = ?, "version" = ?, "updated_at" = ?
		WHERE "id" = ? AND "version" = ?`
	n, err := exec(ctx, r.db, query, item.Title, item.Body, item.Version, column.FormatTime(item.UpdatedAt),
		item.ID, version)
	if err != nil || n > 0 {
		return err
	}
	return r.missed(ctx, item.ID)
}

// Delete removes the note if it still has the given version; 0 stands for any. Its errors are those of Update,
// or a *model.ConflictError when something else refers to it.
func (r *Note) Delete(ctx context.Context, id string, version int64) error {
	const query = `DELETE FROM "notes" WHERE "id" = ? AND (? = 0 OR "version" = ?)`
	n, err := exec(ctx, r.db, query, id, version, version)
	if err != nil || n > 0 {
		return inUse(err)
	}
	return r.missed(ctx, id)
}

// missed says why a guarded statement changed nothing.
func (r *Note) missed(ctx context.Context, id string) error {
	if _, err := r.Get(ctx, id); err != nil {
		return err
	}
	return model.ErrPrecondition
}
