-- Text is compared and sorted by its bytes (COLLATE "C"), which is the order of Unicode, whatever the locale of the server is.

-- +goose Up
CREATE TABLE "users" (
    "id" text COLLATE "C" PRIMARY KEY,
    "email" text COLLATE "C" NOT NULL CONSTRAINT "email" CHECK (length("email") BETWEEN 3 AND 254),
    "password_hash" text COLLATE "C" NOT NULL,
    "role" text COLLATE "C" NOT NULL CONSTRAINT "role" CHECK ("role" IN ('user', 'admin')),
    "active" boolean NOT NULL,
    "version" bigint NOT NULL,
    "created_at" timestamptz NOT NULL,
    "updated_at" timestamptz NOT NULL
);

CREATE UNIQUE INDEX "users_email_key" ON "users" ("email");
CREATE INDEX "users_created_at_idx" ON "users" ("created_at", "id");
CREATE INDEX "users_admins_idx" ON "users" ("id") WHERE "role" = 'admin' AND "active";

-- +goose Down
DROP TABLE "users";
