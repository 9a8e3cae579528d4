package repository

import (
	"context"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"example.com/shop/internal/database"
	"example.com/shop/internal/database/document"
	"example.com/shop/internal/model"
)

// reference is an element of the documents of one collection that holds the id of a document of another one, its target.
type reference struct {
	collection, element, target string
	onDelete                    action
}

// action is what becomes of a document when what it refers to is deleted.
type action int

const (
	restrict action = iota // nothing: the target must stay
	cascade                // it goes as well
	unset                  // it stays without the reference, as another version of itself
)

const (
	// idsAtOnce bounds what one command lists.
	idsAtOnce = 1000
	// maxLevels bounds how far deleting follows references.
	maxLevels = 1000
)

// deletion is everything that goes when a document does.
type deletion struct {
	db     *database.DB
	follow follow
	gone   map[string]map[string]bool // ids by collection, as the bytes of BSON
	// found lists the ids in the order in which they were found: what refers comes after what it refers to.
	found []group
}

// group is some documents of a collection.
type group struct {
	collection string
	ids        []bson.RawValue
}

// deleteOne deletes the document that a filter finds by its id, and reports whether there was one. What refers to it goes along
// or stays without it; when something that stays needs it, the error is a *model.ConflictError.
func deleteOne(ctx context.Context, db *database.DB, collection string, filter bson.D) (bool, error) {
	if !slices.ContainsFunc(references(), func(ref reference) bool { return ref.target == collection }) {
		n, err := remove(ctx, db, collection, filter)
		return n > 0, err
	}
	n, err := deleteFound(ctx, db, collection, filter, 1)
	return n > 0, err
}

// deleteFound does the same to at most limit documents and returns how many there were.
func deleteFound(ctx context.Context, db *database.DB, collection string, filter bson.D, limit int) (int64, error) {
	return follow{references: references(), levels: maxLevels}.delete(ctx, db, collection, filter, limit)
}

// follow says which references deleting follows, and how far.
type follow struct {
	references []reference
	levels     int
}

func (f follow) delete(ctx context.Context, db *database.DB, collection string, filter bson.D, limit int) (int64, error) {
	var n int64
	err := db.WithTx(ctx, func(ctx context.Context) error {
		d := deletion{db: db, follow: f, gone: map[string]map[string]bool{}}
		roots, err := d.ids(ctx, collection, filter, limit, func(bson.RawValue) bool { return true })
		if err != nil {
			return err
		}
		n = int64(len(roots))
		return d.run(ctx, group{collection: collection, ids: roots})
	})
	return n, err
}

func (d *deletion) run(ctx context.Context, roots group) error {
	if err := d.collect(ctx, roots); err != nil {
		return err
	}
	for _, settle := range []func(ctx context.Context, ref reference, ids []bson.RawValue) error{d.refuse, d.unset} {
		if err := d.settle(ctx, settle); err != nil {
			return err
		}
	}
	for _, g := range slices.Backward(d.found) {
		if _, err := remove(ctx, d.db, g.collection, among("_id", g.ids)); err != nil {
			return err
		}
	}
	return nil
}

// collect finds what goes along, level by level.
func (d *deletion) collect(ctx context.Context, roots group) error {
	level := []group{roots}
	d.add(roots)
	for depth := 0; len(level) > 0; depth++ {
		if depth > d.follow.levels {
			return &model.ConflictError{Detail: "Too many levels of items depend on it. Delete the lowest ones first."}
		}
		var next []group
		for _, g := range level {
			groups, err := d.dependents(ctx, g)
			if err != nil {
				return err
			}
			next = append(next, groups...)
		}
		level = next
	}
	return nil
}

// dependents returns what goes because a group goes, and was not found before.
func (d *deletion) dependents(ctx context.Context, g group) ([]group, error) {
	var next []group
	for _, ref := range d.follow.references {
		if ref.target != g.collection || ref.onDelete != cascade {
			continue
		}
		for ids := range slices.Chunk(g.ids, idsAtOnce) {
			dependents, err := d.ids(ctx, ref.collection, among(ref.element, ids), 0, d.unseen(ref.collection))
			if err != nil {
				return nil, err
			}
			for part := range slices.Chunk(dependents, idsAtOnce) {
				next = append(next, group{collection: ref.collection, ids: part})
				d.add(next[len(next)-1])
			}
		}
	}
	return next, nil
}

// settle looks at every reference to what goes: first whether it may go at all, and then what is to change.
func (d *deletion) settle(ctx context.Context, look func(ctx context.Context, ref reference, ids []bson.RawValue) error) error {
	for _, g := range d.found {
		for _, ref := range d.follow.references {
			if ref.target != g.collection {
				continue
			}
			if err := look(ctx, ref, g.ids); err != nil {
				return err
			}
		}
	}
	return nil
}

// refuse returns an error when something needs these documents that stays.
func (d *deletion) refuse(ctx context.Context, ref reference, ids []bson.RawValue) error {
	if ref.onDelete != restrict {
		return nil
	}
	needing, err := d.ids(ctx, ref.collection, among(ref.element, ids), 1, d.unseen(ref.collection))
	if err == nil && len(needing) > 0 {
		return &model.ConflictError{Detail: "Something else still refers to it."}
	}
	return err
}

// unset takes references out of what can do without. That is a change like any other: without a new version, whoever holds the
// old ETag would be told that nothing has changed, and could overwrite what they have not seen.
func (d *deletion) unset(ctx context.Context, ref reference, ids []bson.RawValue) error {
	if ref.onDelete != unset {
		return nil
	}
	changes := bson.D{
		{Key: "$unset", Value: bson.D{{Key: ref.element, Value: ""}}},
		{Key: "$inc", Value: bson.D{{Key: "version", Value: int64(1)}}},
		{Key: "$set", Value: bson.D{{Key: "updated_at", Value: document.FormatTime(time.Now())}}},
	}
	_, err := inCollection(ctx, d.db, ref.collection, func(ctx context.Context, c *mongo.Collection) (*mongo.UpdateResult, error) {
		return c.UpdateMany(ctx, among(ref.element, ids), changes)
	})
	return err
}

// among returns a filter for documents that have one of these values.
func among(name string, values []bson.RawValue) bson.D {
	return bson.D{{Key: name, Value: bson.D{{Key: "$in", Value: values}}}}
}

// unseen returns what reports whether a document of a collection is none of those that go.
func (d *deletion) unseen(collection string) func(id bson.RawValue) bool {
	return func(id bson.RawValue) bool { return !d.gone[collection][string(id.Value)] }
}

func (d *deletion) add(g group) {
	if len(g.ids) == 0 {
		return
	}
	if d.gone[g.collection] == nil {
		d.gone[g.collection] = map[string]bool{}
	}
	for _, id := range g.ids {
		d.gone[g.collection][string(id.Value)] = true
	}
	d.found = append(d.found, g)
}

// ids returns the ids of documents that a filter finds, up to limit of those that are wanted; 0 is no limit.
func (d *deletion) ids(
	ctx context.Context, collection string, filter bson.D, limit int, wanted func(id bson.RawValue) bool,
) ([]bson.RawValue, error) {
	command := bson.D{
		{Key: "find", Value: collection},
		{Key: "filter", Value: filter},
		{Key: "projection", Value: bson.D{{Key: "_id", Value: 1}}},
	}
	return inCollection(ctx, d.db, collection, func(ctx context.Context, c *mongo.Collection) ([]bson.RawValue, error) {
		cursor, err := c.Database().RunCommandCursor(ctx, command)
		if err != nil {
			return nil, err
		}
		defer func() { _ = cursor.Close(ctx) }() // cursor.Err has what matters
		var ids []bson.RawValue
		for (limit == 0 || len(ids) < limit) && cursor.Next(ctx) {
			id := cursor.Current.Lookup("_id")
			id.Value = slices.Clone(id.Value) // the cursor uses its bytes again
			if wanted(id) {
				ids = append(ids, id)
			}
		}
		return ids, cursor.Err()
	})
}
