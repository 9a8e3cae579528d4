-- +goose Up
CREATE TABLE "categories" (
    "id" text COLLATE "C" PRIMARY KEY,
    "name" text COLLATE "C" NOT NULL CONSTRAINT "name" CHECK (length("name") BETWEEN 1 AND 80),
    "position" bigint NOT NULL,
    "parent_id" text COLLATE "C" CONSTRAINT "parent_id" REFERENCES "categories" ("id"),
    "version" bigint NOT NULL,
    "created_at" timestamptz NOT NULL,
    "updated_at" timestamptz NOT NULL
);

CREATE INDEX "categories_created_at_idx" ON "categories" ("created_at", "id");
CREATE UNIQUE INDEX "categories_name_key" ON "categories" ("name");
CREATE INDEX "categories_position_idx" ON "categories" ("position");
CREATE INDEX "categories_parent_id_idx" ON "categories" ("parent_id" NULLS FIRST, "created_at", "id");

-- +goose Down
DROP TABLE "categories";
