-- +goose Up
CREATE TABLE "products" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "owner_id" TEXT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE,
    "name" TEXT NOT NULL CONSTRAINT "name" CHECK (length("name") BETWEEN 1 AND 200),
    "sku" TEXT NOT NULL CONSTRAINT "sku" CHECK (length("sku") <= 255),
    "price" INTEGER NOT NULL CONSTRAINT "price" CHECK ("price" BETWEEN -999999999999 AND 999999999999 AND "price" >= 0),
    "stock" INTEGER NOT NULL CONSTRAINT "stock" CHECK ("stock" >= 0),
    "description" TEXT CONSTRAINT "description" CHECK (length("description") <= 16383),
    "status" TEXT NOT NULL CONSTRAINT "status" CHECK ("status" IN ('draft', 'live')),
    "category_id" TEXT NOT NULL CONSTRAINT "category_id" CHECK (length("category_id") = 36) REFERENCES "categories" ("id"),
    "version" INTEGER NOT NULL,
    "created_at" TEXT NOT NULL,
    "updated_at" TEXT NOT NULL
) STRICT;

CREATE INDEX "products_list_idx" ON "products" ("owner_id", "created_at", "id");
CREATE UNIQUE INDEX "products_sku_key" ON "products" ("owner_id", "sku");
CREATE INDEX "products_status_idx" ON "products" ("owner_id", "status");
CREATE INDEX "products_category_id_idx" ON "products" ("category_id", "created_at", "id");

-- +goose Down
DROP TABLE "products";
