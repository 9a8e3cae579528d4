package repository

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"example.com/shop/internal/database/document"
	"example.com/shop/internal/model"
)

const tokenCollection = "refresh_tokens"

// AddToken stores the hash of a new refresh token.
func (r *Session) AddToken(ctx context.Context, token model.RefreshToken) error {
	return r.insertBelow(ctx, sessionCollection, token.SessionID, tokenCollection, bson.D{
		{Key: "_id", Value: bson.Binary{Data: token.Hash}},
		{Key: "session_id", Value: token.SessionID},
		{Key: "created_at", Value: token.CreatedAt},
	})
}

func readRefreshToken(r *document.Reader) model.RefreshToken {
	token := model.RefreshToken{
		Hash:      document.Get(r, "_id", document.Bytes),
		SessionID: document.Get(r, "session_id", document.Text),
		CreatedAt: document.Get(r, "created_at", document.Time),
		UsedAt:    orZero(document.Find(r, "used_at", document.Time)),
	}
	if nonce := document.Find(r, "nonce", document.Bytes); nonce != nil {
		token.Nonce = *nonce
	}
	return token
}

// Token returns a refresh token by its hash with the state of its session, or model.ErrNotFound.
func (r *Session) Token(ctx context.Context, hash []byte) (model.RefreshToken, model.SessionState, error) {
	token, err := getOne(ctx, r.db, tokenCollection, equal("_id", bson.Binary{Data: hash}), readRefreshToken)
	if err != nil {
		return model.RefreshToken{}, model.SessionState{}, err
	}
	state, err := r.State(ctx, token.SessionID)
	if err != nil {
		return model.RefreshToken{}, model.SessionState{}, err
	}
	return token, state, nil
}

// UseToken marks a token as used, and reports false when it was before.
func (r *Session) UseToken(ctx context.Context, hash, nonce []byte, at time.Time) (bool, error) {
	return update(ctx, r.db, tokenCollection, equal("_id", bson.Binary{Data: hash}, "used_at", nil), document.Changes(bson.D{
		{Key: "used_at", Value: at},
		{Key: "nonce", Value: bson.Binary{Data: nonce}},
	}))
}
