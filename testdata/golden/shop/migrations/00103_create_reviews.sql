-- +goose Up
CREATE TABLE "reviews" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "product_id" TEXT NOT NULL CONSTRAINT "product_id" CHECK (length("product_id") = 36) REFERENCES "products" ("id") ON DELETE CASCADE,
    "rating" INTEGER NOT NULL CONSTRAINT "rating" CHECK ("rating" >= 1 AND "rating" <= 5),
    "body" TEXT CONSTRAINT "body" CHECK (length("body") <= 16383),
    "version" INTEGER NOT NULL,
    "created_at" TEXT NOT NULL,
    "updated_at" TEXT NOT NULL
) STRICT;

CREATE INDEX "reviews_list_idx" ON "reviews" ("created_at", "id");
CREATE INDEX "reviews_product_id_idx" ON "reviews" ("product_id", "created_at", "id");

-- +goose Down
DROP TABLE "reviews";
