-- +goose Up
CREATE TABLE "categories" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL CONSTRAINT "name" CHECK (length("name") BETWEEN 1 AND 80),
    "position" INTEGER NOT NULL,
    "parent_id" TEXT CONSTRAINT "parent_id" CHECK (length("parent_id") = 36) REFERENCES "categories" ("id"),
    "version" INTEGER NOT NULL,
    "created_at" TEXT NOT NULL,
    "updated_at" TEXT NOT NULL
) STRICT;

CREATE INDEX "categories_list_idx" ON "categories" ("created_at", "id");
CREATE UNIQUE INDEX "categories_name_key" ON "categories" ("name");
CREATE INDEX "categories_position_idx" ON "categories" ("position");
CREATE INDEX "categories_parent_id_idx" ON "categories" ("parent_id", "created_at", "id");

-- +goose Down
DROP TABLE "categories";
