package service

import (
	"context"

	"example.com/notes/internal/model"
)

// noteRepository is where notes are kept.
type noteRepository interface {
	Create(ctx context.Context, item model.Note) error
	Get(ctx context.Context, id string) (model.Note, error)
	List(ctx context.Context, q model.Query) ([]model.Note, error)
	Count(ctx context.Context, q model.Query) (int64, error)
	Update(ctx context.Context, item model.Note, version int64) error
	Delete(ctx context.Context, id string, version int64) error
}

// Note holds the rules for notes.
type Note struct {
	store noteRepository
	tx    transactor
}

// NewNote returns the rules for the notes in store.
func NewNote(store noteRepository, tx transactor) *Note {
	return &Note{store: store, tx: tx}
}

// Create stores a new note and returns it as stored. Its id, version and times are given here. It
// returns a *model.ValidationError or a *model.ConflictError when it cannot.
func (s *Note) Create(ctx context.Context, item model.Note) (model.Note, error) {
	if err := item.Validate(); err != nil {
		return model.Note{}, err
	}
	id, err := newID()
	if err != nil {
		return model.Note{}, err
	}
	item.ID, item.Version = id, 1
	item.CreatedAt = now()
	item.UpdatedAt = item.CreatedAt
	if err := s.store.Create(ctx, item); err != nil {
		return model.Note{}, err
	}
	return item, nil
}

// Get returns a note, or model.ErrNotFound.
func (s *Note) Get(ctx context.Context, id string) (model.Note, error) {
	return s.store.Get(ctx, id)
}

// List returns a page of notes: with a cursor next is where the following page starts, nil on the last one;
// with a page number total counts all of them.
func (s *Note) List(ctx context.Context, q model.Query) (items []model.Note, next []any, total int64, err error) {
	l := lister[model.Note]{list: s.store.List, count: s.store.Count, value: noteValue}
	return l.page(ctx, q)
}

// Update applies a patch and returns the result. versions are those that the caller has seen, nil for any: when none is
// the current one, the answer is model.ErrPrecondition. A patch that holds nothing changes nothing.
func (s *Note) Update(ctx context.Context, id string, versions []int64, patch model.NotePatch) (model.Note, error) {
	var updated model.Note
	err := retryLost(ctx, versions, func() error {
		return s.tx.WithTx(ctx, func(ctx context.Context) error {
			item, err := s.store.Get(ctx, id)
			if err != nil {
				return err
			}
			if err := checkVersion(versions, item.Version); err != nil {
				return err
			}
			if !patch.Empty() {
				item, err = s.change(ctx, item, patch)
			}
			updated = item
			return err
		})
	})
	if err != nil {
		return model.Note{}, err
	}
	return updated, nil
}

func (s *Note) change(ctx context.Context, item model.Note, patch model.NotePatch) (model.Note, error) {
	version := item.Version
	patch.Apply(&item)
	if err := item.Validate(); err != nil {
		return item, err
	}
	item.Version, item.UpdatedAt = version+1, now()
	return item, s.store.Update(ctx, item, version)
}

// Delete removes a note. versions are as in Update.
func (s *Note) Delete(ctx context.Context, id string, versions []int64) error {
	if versions == nil {
		return s.store.Delete(ctx, id, 0)
	}
	return s.tx.WithTx(ctx, func(ctx context.Context) error {
		item, err := s.store.Get(ctx, id)
		if err != nil {
			return err
		}
		if err := checkVersion(versions, item.Version); err != nil {
			return err
		}
		return s.store.Delete(ctx, id, item.Version)
	})
}

// noteValue returns what item has in a field that lists may be sorted by.
func noteValue(item model.Note, field string) any {
	return map[string]any{
		"id":         item.ID,
		"title":      item.Title,
		"created_at": item.CreatedAt,
		"updated_at": item.UpdatedAt,
	}[field]
}
