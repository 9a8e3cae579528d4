-- +goose Up
CREATE TABLE "sessions" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "user_id" TEXT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE,
    "created_at" TEXT NOT NULL,
    "expires_at" TEXT NOT NULL,
    "revoked_at" TEXT
) STRICT;

CREATE INDEX "sessions_user_id_idx" ON "sessions" ("user_id");
CREATE INDEX "sessions_expires_at_idx" ON "sessions" ("expires_at");

-- Only hashes: nobody who reads this table can refresh a session.
CREATE TABLE "refresh_tokens" (
    "hash" BLOB NOT NULL PRIMARY KEY,
    "session_id" TEXT NOT NULL REFERENCES "sessions" ("id") ON DELETE CASCADE,
    "created_at" TEXT NOT NULL,
    "used_at" TEXT,
    "nonce" BLOB
) STRICT, WITHOUT ROWID;

CREATE INDEX "refresh_tokens_session_id_idx" ON "refresh_tokens" ("session_id");

-- +goose Down
DROP TABLE "refresh_tokens";
DROP TABLE "sessions";
