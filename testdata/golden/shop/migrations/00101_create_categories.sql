-- +goose Up
CREATE TABLE "categories" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL CONSTRAINT "name" CHECK (length("name") BETWEEN 1 AND 80),
    "position" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "created_at" TEXT NOT NULL,
    "updated_at" TEXT NOT NULL
) STRICT;

CREATE INDEX "categories_list_idx" ON "categories" ("created_at", "id");
CREATE UNIQUE INDEX "categories_name_key" ON "categories" ("name");
CREATE INDEX "categories_position_idx" ON "categories" ("position");

-- +goose Down
DROP TABLE "categories";
