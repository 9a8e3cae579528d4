-- +goose Up
CREATE TABLE "orders" (
    "id" text COLLATE "C" PRIMARY KEY,
    "owner_id" text COLLATE "C" NOT NULL CONSTRAINT "owner_id" REFERENCES "users" ("id") ON DELETE CASCADE,
    "buyer_id" text COLLATE "C" NOT NULL CONSTRAINT "buyer_id" REFERENCES "users" ("id"),
    "seller_id" text COLLATE "C" NOT NULL CONSTRAINT "seller_id" REFERENCES "users" ("id"),
    "note" text COLLATE "C" CONSTRAINT "note" CHECK (length("note") <= 16383),
    "version" bigint NOT NULL,
    "created_at" timestamptz NOT NULL,
    "updated_at" timestamptz NOT NULL
);

CREATE INDEX "orders_created_at_idx" ON "orders" ("owner_id", "created_at", "id");
CREATE INDEX "orders_buyer_id_idx" ON "orders" ("buyer_id", "created_at", "id");
CREATE INDEX "orders_seller_id_idx" ON "orders" ("seller_id", "created_at", "id");

-- +goose Down
DROP TABLE "orders";
