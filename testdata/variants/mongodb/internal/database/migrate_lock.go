package database

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
)

const (
	lockCollection = "schema_lock"
	lockID         = "migrations"
	// leaseTime is how long a lock is good for without a sign of life from whoever has it. No clocks are compared: those who
	// wait measure by their own how long the sign has not changed.
	leaseTime = 10 * time.Second
	lockPause = 50 * time.Millisecond
)

// holder is the document that stands for the lock.
type holder struct {
	ID    string `bson:"_id"`
	Owner string `bson:"owner"`
	Beat  int64  `bson:"beat"` // counts signs of life
}

var errLockLost = errors.New("another process took the migration lock over")

// lockMigrations waits until no other process migrates this database. The context that it returns ends when the lock is lost,
// which takes a process that does not run for longer than the lease.
func (db *DB) lockMigrations(ctx context.Context, data *mongo.Database) (held context.Context, unlock func(), err error) {
	locks, owner := data.Collection(lockCollection), uuid.NewString()
	var seen holder
	since, told := time.Now(), false
	for {
		taken, err := takeLock(ctx, locks, owner, seen, time.Since(since) > db.lease)
		if err != nil {
			return nil, nil, fmt.Errorf("wait for the migration lock: %w", err)
		}
		if taken.Owner == owner {
			break
		}
		if taken != seen {
			seen, since = taken, time.Now()
		}
		if !told {
			db.log.LogAttrs(ctx, slog.LevelInfo, "waiting for another process to migrate")
			told = true
		}
		if !pause(ctx, lockPause) {
			return nil, nil, fmt.Errorf("wait for the migration lock: %w", context.Cause(ctx))
		}
	}
	held, unlock = db.keepLock(ctx, locks, owner)
	return held, unlock, nil
}

// takeLock tries to become the owner of the lock and returns who is. Whoever was seen last loses it when that is stale and
// still so.
func takeLock(ctx context.Context, locks *mongo.Collection, owner string, seen holder, stale bool) (holder, error) {
	mine := holder{ID: lockID, Owner: owner}
	if stale && seen.Owner != "" {
		filter := bson.D{{Key: "_id", Value: lockID}, {Key: "owner", Value: seen.Owner}, {Key: "beat", Value: seen.Beat}}
		change := bson.D{{Key: "$set", Value: bson.D{{Key: "owner", Value: owner}, {Key: "beat", Value: int64(0)}}}}
		result, err := locks.UpdateOne(ctx, filter, change)
		if err == nil && result.MatchedCount > 0 {
			return mine, nil
		}
		return holder{}, err
	}
	_, err := locks.InsertOne(ctx, mine)
	if err == nil || !mongo.IsDuplicateKeyError(err) {
		return mine, err
	}
	var now holder
	err = locks.FindOne(ctx, bson.D{{Key: "_id", Value: lockID}}).Decode(&now)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return holder{}, nil // it was given back just now
	}
	return now, err
}

// keepLock gives signs of life until unlock is called.
func (db *DB) keepLock(ctx context.Context, locks *mongo.Collection, owner string) (held context.Context, unlock func()) {
	held, lose := context.WithCancelCause(ctx)
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		db.beat(held, locks, owner, stop, lose)
	}()
	return held, func() {
		close(stop)
		<-done
		lose(context.Canceled)
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), db.timeout)
		defer cancel()
		_, _ = locks.DeleteOne(last, bson.D{{Key: "_id", Value: lockID}, {Key: "owner", Value: owner}}) // or the lease ends
	}
}

func (db *DB) beat(ctx context.Context, locks *mongo.Collection, owner string, stop <-chan struct{}, lose context.CancelCauseFunc) {
	ticker := time.NewTicker(db.lease / 5)
	defer ticker.Stop()
	last := time.Now()
	for {
		select {
		case <-stop:
			return
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		alive, err := db.signal(ctx, locks, owner)
		switch {
		case alive:
			last = time.Now()
		case err == nil, time.Since(last) > db.lease*4/5:
			lose(errLockLost)
			return
		}
	}
}

// signal gives one sign of life, and reports whether the lock is still the owner's.
func (db *DB) signal(ctx context.Context, locks *mongo.Collection, owner string) (bool, error) {
	ctx, cancel := db.Limit(ctx)
	defer cancel()
	filter := bson.D{{Key: "_id", Value: lockID}, {Key: "owner", Value: owner}}
	result, err := locks.UpdateOne(ctx, filter, bson.D{{Key: "$inc", Value: bson.D{{Key: "beat", Value: int64(1)}}}})
	return err == nil && result.MatchedCount > 0, err
}
