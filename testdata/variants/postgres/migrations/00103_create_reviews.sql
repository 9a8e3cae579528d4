-- +goose Up
CREATE TABLE "reviews" (
    "id" text COLLATE "C" PRIMARY KEY,
    "product_id" text COLLATE "C" NOT NULL CONSTRAINT "product_id" REFERENCES "products" ("id") ON DELETE CASCADE,
    "rating" bigint NOT NULL CONSTRAINT "rating" CHECK ("rating" >= 1 AND "rating" <= 5),
    "body" text COLLATE "C" CONSTRAINT "body" CHECK (length("body") <= 16383),
    "version" bigint NOT NULL,
    "created_at" timestamptz NOT NULL,
    "updated_at" timestamptz NOT NULL
);

CREATE INDEX "reviews_created_at_idx" ON "reviews" ("created_at", "id");
CREATE INDEX "reviews_product_id_idx" ON "reviews" ("product_id", "created_at", "id");

-- +goose Down
DROP TABLE "reviews";
