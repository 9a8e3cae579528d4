-- +goose Up
CREATE TABLE "orders" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "owner_id" TEXT NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE,
    "buyer_id" TEXT NOT NULL CONSTRAINT "buyer_id" CHECK (length("buyer_id") = 36) REFERENCES "users" ("id"),
    "seller_id" TEXT NOT NULL CONSTRAINT "seller_id" CHECK (length("seller_id") = 36) REFERENCES "users" ("id"),
    "note" TEXT CONSTRAINT "note" CHECK (length("note") <= 16383),
    "version" INTEGER NOT NULL,
    "created_at" TEXT NOT NULL,
    "updated_at" TEXT NOT NULL
) STRICT;

CREATE INDEX "orders_list_idx" ON "orders" ("owner_id", "created_at", "id");
CREATE INDEX "orders_buyer_id_idx" ON "orders" ("buyer_id", "created_at", "id");
CREATE INDEX "orders_seller_id_idx" ON "orders" ("seller_id", "created_at", "id");

-- +goose Down
DROP TABLE "orders";
