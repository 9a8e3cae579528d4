-- +goose Up
CREATE TABLE "users" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "email" TEXT NOT NULL CONSTRAINT "email" CHECK (length("email") BETWEEN 3 AND 254),
    "password_hash" TEXT NOT NULL,
    "role" TEXT NOT NULL CONSTRAINT "role" CHECK ("role" IN ('user', 'admin')),
    "active" INTEGER NOT NULL CONSTRAINT "active" CHECK ("active" IN (0, 1)),
    "version" INTEGER NOT NULL,
    "created_at" TEXT NOT NULL,
    "updated_at" TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX "users_email_key" ON "users" ("email");
CREATE INDEX "users_list_idx" ON "users" ("created_at", "id");
CREATE INDEX "users_admins_idx" ON "users" ("id") WHERE "role" = 'admin' AND "active" = 1;

-- +goose Down
DROP TABLE "users";
