-- +goose Up
CREATE TABLE "products" (
    "id" text COLLATE "C" PRIMARY KEY,
    "owner_id" text COLLATE "C" NOT NULL CONSTRAINT "owner_id" REFERENCES "users" ("id") ON DELETE CASCADE,
    "name" text COLLATE "C" NOT NULL CONSTRAINT "name" CHECK (length("name") BETWEEN 1 AND 200),
    "sku" text COLLATE "C" NOT NULL CONSTRAINT "sku" CHECK (length("sku") <= 255),
    "price" numeric(12, 2) NOT NULL CONSTRAINT "price" CHECK ("price" >= 0),
    "stock" bigint NOT NULL CONSTRAINT "stock" CHECK ("stock" >= 0),
    "description" text COLLATE "C" CONSTRAINT "description" CHECK (length("description") <= 16383),
    "status" text COLLATE "C" NOT NULL CONSTRAINT "status" CHECK ("status" IN ('draft', 'live')),
    "category_id" text COLLATE "C" NOT NULL CONSTRAINT "category_id" REFERENCES "categories" ("id"),
    "version" bigint NOT NULL,
    "created_at" timestamptz NOT NULL,
    "updated_at" timestamptz NOT NULL
);

CREATE INDEX "products_created_at_idx" ON "products" ("owner_id", "created_at", "id");
CREATE UNIQUE INDEX "products_sku_key" ON "products" ("owner_id", "sku");
CREATE INDEX "products_status_idx" ON "products" ("owner_id", "status");
CREATE INDEX "products_category_id_idx" ON "products" ("category_id", "created_at", "id");

-- +goose Down
DROP TABLE "products";
