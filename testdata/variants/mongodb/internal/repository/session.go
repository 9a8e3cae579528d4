package repository

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"example.com/shop/internal/database"
	"example.com/shop/internal/database/document"
	"example.com/shop/internal/model"
)

// Session stores sessions and the hashes of their refresh tokens.
type Session struct {
	db *database.DB
}

// NewSession returns a store of sessions in db.
func NewSession(db *database.DB) *Session {
	return &Session{db: db}
}

const sessionCollection = "sessions"

// Create stores a session. It returns model.ErrConflict when the account is gone.
func (r *Session) Create(ctx context.Context, session model.Session) error {
	return r.insertBelow(ctx, userCollection, session.UserID, sessionCollection, bson.D{
		{Key: "_id", Value: session.ID},
		{Key: "user_id", Value: session.UserID},
		{Key: "created_at", Value: session.CreatedAt},
		{Key: "expires_at", Value: session.ExpiresAt},
	})
}

// insertBelow stores a document that goes when another one does, and returns model.ErrConflict when that is gone already.
func (r *Session) insertBelow(ctx context.Context, parents, parent, collection string, elements bson.D) error {
	return r.db.WithTx(ctx, func(ctx context.Context) error {
		exists, err := hold(ctx, r.db, parents, equal("_id", parent))
		if err != nil {
			return err
		}
		if !exists {
			return model.ErrConflict
		}
		return insert(ctx, r.db, collection, document.New(elements))
	})
}

func readSessionState(r *document.Reader) model.SessionState {
	return model.SessionState{
		ID:        document.Get(r, "_id", document.Text),
		UserID:    document.Get(r, "user_id", document.Text),
		ExpiresAt: document.Get(r, "expires_at", document.Time),
		RevokedAt: orZero(document.Find(r, "revoked_at", document.Time)),
	}
}

// State returns the state of a session and its account, or model.ErrNotFound.
func (r *Session) State(ctx context.Context, id string) (model.SessionState, error) {
	state, err := getOne(ctx, r.db, sessionCollection, equal("_id", id), readSessionState)
	if err != nil {
		return model.SessionState{}, err
	}
	user, err := getOne(ctx, r.db, userCollection, equal("_id", state.UserID), readUser)
	if err != nil {
		return model.SessionState{}, err
	}
	state.Role, state.Active = user.Role, user.Active
	return state, nil
}

// Revoke ends a session. One that has ended, or is not there, stays as it is.
func (r *Session) Revoke(ctx context.Context, id string, at time.Time) error {
	return r.revoke(ctx, equal("_id", id), at)
}

// RevokeUser ends all sessions of an account but the one to keep ("" keeps none).
func (r *Session) RevokeUser(ctx context.Context, userID, keep string, at time.Time) error {
	return r.revoke(ctx, bson.D{{Key: "user_id", Value: userID}, {Key: "_id", Value: bson.D{{Key: "$ne", Value: keep}}}}, at)
}

func (r *Session) revoke(ctx context.Context, filter bson.D, at time.Time) error {
	filter = append(filter, bson.E{Key: "revoked_at", Value: nil})
	changes := document.Changes(bson.D{{Key: "revoked_at", Value: at}})
	_, err := inCollection(ctx, r.db, sessionCollection, func(ctx context.Context, c *mongo.Collection) (*mongo.UpdateResult, error) {
		return c.UpdateMany(ctx, filter, changes)
	})
	return err
}

// DeleteExpired removes at most limit sessions that had expired by then, with their tokens, and returns how many.
func (r *Session) DeleteExpired(ctx context.Context, before time.Time, limit int) (int64, error) {
	expired := bson.D{{Key: "expires_at", Value: bson.D{{Key: "$lt", Value: document.FormatTime(before)}}}}
	return deleteFound(ctx, r.db, sessionCollection, expired, limit)
}

func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}
