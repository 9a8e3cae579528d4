//go:build faults

package database

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Sleep keeps a connection and a cursor on the server busy for d, or until ctx or the time limit of commands ends it: then it
// returns an error. The server waits for documents that never come, at the end of a collection that is there for this only.
func (db *DB) Sleep(ctx context.Context, d time.Duration) error {
	limited, cancel := db.Limit(ctx)
	defer cancel()
	busy, stop := context.WithTimeout(limited, d)
	defer stop()
	err := db.await(busy, limited)
	if cause := context.Cause(limited); cause != nil {
		return fmt.Errorf("sleep: %w", cause)
	}
	if busy.Err() != nil {
		return nil
	}
	return db.unavailable(limited, "sleep", err)
}

// await waits until ctx ends, by a cursor that waits on the server for a second at a time.
func (db *DB) await(ctx, setup context.Context) error {
	data, err := db.data()
	if err != nil {
		return err
	}
	waiting, err := endless(setup, data)
	if err != nil {
		return err
	}
	// Without a deadline, which the driver would hold against the second.
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer context.AfterFunc(ctx, stop)()
	defer stop()
	cursor, err := waiting.Find(running, bson.D{},
		options.Find().SetCursorType(options.TailableAwait).SetMaxAwaitTime(time.Second).SetBatchSize(1))
	if err != nil {
		return err
	}
	defer func() { _ = cursor.Close(setup) }()
	for cursor.Next(running) {
		continue
	}
	return cursor.Err()
}

// endless returns a collection at whose end cursors can wait: it is of fixed size, and not empty.
func endless(ctx context.Context, data *mongo.Database) (*mongo.Collection, error) {
	const name = "faults"
	create := bson.D{{Key: "create", Value: name}, {Key: "capped", Value: true}, {Key: "size", Value: int64(4096)}}
	if err := data.RunCommand(ctx, create).Err(); err != nil && !hasCode(err, codeNamespaceExists) {
		return nil, err
	}
	collection := data.Collection(name)
	_, err := collection.InsertOne(ctx, bson.D{{Key: "_id", Value: 1}})
	if mongo.IsDuplicateKeyError(err) {
		err = nil
	}
	return collection, err
}
