-- +goose Up
CREATE TABLE "notes" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "title" TEXT NOT NULL CONSTRAINT "title" CHECK (length("title") BETWEEN 1 AND 120),
    "body" TEXT CONSTRAINT "body" CHECK (length("body") <= 16383),
    "version" INTEGER NOT NULL,
    "created_at" TEXT NOT NULL,
    "updated_at" TEXT NOT NULL
) STRICT;

CREATE INDEX "notes_list_idx" ON "notes" ("created_at", "id");

-- +goose Down
DROP TABLE "notes";
