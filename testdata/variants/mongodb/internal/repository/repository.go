// Package repository is the only place that speaks to collections. It stores and finds what package model describes, and
// answers with errors of package model: no error of the driver leaves it as something that a caller would have to know.
package repository

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"example.com/shop/internal/database"
	"example.com/shop/internal/database/document"
	"example.com/shop/internal/model"
)

// equal returns a filter for documents that have these values.
func equal(elements ...any) bson.D {
	filter := make(bson.D, 0, len(elements)/2)
	for i := 0; i+1 < len(elements); i += 2 {
		name, _ := elements[i].(string)
		filter = append(filter, bson.E{Key: name, Value: elements[i+1]})
	}
	return filter
}

// inCollection runs one command on a collection, within the time that one may take, and gives its error a meaning.
func inCollection[T any](ctx context.Context, db *database.DB, name string, run func(ctx context.Context, c *mongo.Collection) (T, error)) (T, error) {
	ctx, cancel := db.Limit(ctx)
	defer cancel()
	var result T
	c, err := db.Collection(ctx, name)
	if err == nil {
		result, err = run(ctx, c)
	}
	return result, translate(ctx, db, err)
}

// getOne returns the document that a filter finds, or model.ErrNotFound.
func getOne[T any](ctx context.Context, db *database.DB, name string, filter bson.D, read func(*document.Reader) T) (T, error) {
	var v T
	raw, err := inCollection(ctx, db, name, func(ctx context.Context, c *mongo.Collection) (bson.Raw, error) {
		raw, err := c.FindOne(ctx, filter).Raw()
		if errors.Is(err, mongo.ErrNoDocuments) {
			return nil, nil
		}
		return raw, err
	})
	if err != nil {
		return v, err
	}
	if raw == nil {
		return v, model.ErrNotFound
	}
	r := document.NewReader(raw)
	v = read(r)
	return v, r.Err()
}

// getAll returns what a find command finds, and never nil: an empty list is a list. The driver's own Find would not tell the
// server how much time there is.
func getAll[T any](ctx context.Context, db *database.DB, command bson.D, read func(*document.Reader) T) ([]T, error) {
	name, _ := command[0].Value.(string)
	return inCollection(ctx, db, name, func(ctx context.Context, c *mongo.Collection) ([]T, error) {
		list, err := readAll(ctx, c, command, read)
		if mongo.IsNetworkError(err) && !database.InTx(ctx) {
			list, err = readAll(ctx, c, command, read) // over another connection
		}
		return list, err
	})
}

func readAll[T any](ctx context.Context, c *mongo.Collection, command bson.D, read func(*document.Reader) T) ([]T, error) {
	cursor, err := c.Database().RunCommandCursor(ctx, command)
	if err != nil {
		return nil, err
	}
	defer func() { _ = cursor.Close(ctx) }() // cursor.Err has what matters
	list := []T{}
	for cursor.Next(ctx) {
		r := document.NewReader(cursor.Current)
		list = append(list, read(r))
		if err := r.Err(); err != nil {
			return nil, err
		}
	}
	return list, cursor.Err()
}

// count returns how many documents a filter finds.
func count(ctx context.Context, db *database.DB, name string, filter bson.D) (int64, error) {
	return inCollection(ctx, db, name, func(ctx context.Context, c *mongo.Collection) (int64, error) {
		return c.CountDocuments(ctx, filter)
	})
}

// insert stores a document.
func insert(ctx context.Context, db *database.DB, name string, doc bson.D) error {
	_, err := inCollection(ctx, db, name, func(ctx context.Context, c *mongo.Collection) (*mongo.InsertOneResult, error) {
		return c.InsertOne(ctx, doc)
	})
	return err
}

// update changes the document that a filter finds, and reports whether there was one.
func update(ctx context.Context, db *database.DB, name string, filter, changes bson.D) (bool, error) {
	result, err := inCollection(ctx, db, name, func(ctx context.Context, c *mongo.Collection) (*mongo.UpdateResult, error) {
		return c.UpdateOne(ctx, filter, changes)
	})
	return err == nil && result.MatchedCount > 0, err
}

// remove deletes all documents that a filter finds and returns how many.
func remove(ctx context.Context, db *database.DB, name string, filter bson.D) (int64, error) {
	result, err := inCollection(ctx, db, name, func(ctx context.Context, c *mongo.Collection) (*mongo.DeleteResult, error) {
		return c.DeleteMany(ctx, filter)
	})
	if err != nil {
		return 0, err
	}
	return result.DeletedCount, nil
}
