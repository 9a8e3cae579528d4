-- +goose Up
CREATE TABLE "sessions" (
    "id" text COLLATE "C" PRIMARY KEY,
    "user_id" text COLLATE "C" NOT NULL CONSTRAINT "user_id" REFERENCES "users" ("id") ON DELETE CASCADE,
    "created_at" timestamptz NOT NULL,
    "expires_at" timestamptz NOT NULL,
    "revoked_at" timestamptz
);

CREATE INDEX "sessions_user_id_idx" ON "sessions" ("user_id");
CREATE INDEX "sessions_expires_at_idx" ON "sessions" ("expires_at");

-- Only hashes: nobody who reads this table can refresh a session.
CREATE TABLE "refresh_tokens" (
    "hash" bytea PRIMARY KEY,
    "session_id" text COLLATE "C" NOT NULL CONSTRAINT "session_id" REFERENCES "sessions" ("id") ON DELETE CASCADE,
    "created_at" timestamptz NOT NULL,
    "used_at" timestamptz,
    "nonce" bytea
);

CREATE INDEX "refresh_tokens_session_id_idx" ON "refresh_tokens" ("session_id");

-- +goose Down
DROP TABLE "refresh_tokens";
DROP TABLE "sessions";
