-- +goose Up
CREATE TABLE IF NOT EXISTS `orders` (
    `id` VARBINARY(36) NOT NULL,
    `owner_id` VARBINARY(36) NOT NULL,
    `buyer_id` VARBINARY(36) NOT NULL,
    `seller_id` VARBINARY(36) NOT NULL,
    `note` TEXT,
    `version` BIGINT NOT NULL,
    `created_at` DATETIME(6) NOT NULL,
    `updated_at` DATETIME(6) NOT NULL,
    PRIMARY KEY (`id`),
    KEY `created_at_idx` (`owner_id`, `created_at`, `id`),
    KEY `buyer_id_idx` (`buyer_id`, `created_at`, `id`),
    KEY `seller_id_idx` (`seller_id`, `created_at`, `id`),
    CONSTRAINT `orders__owner_id__fk` FOREIGN KEY (`owner_id`) REFERENCES `users` (`id`) ON DELETE CASCADE,
    CONSTRAINT `orders__buyer_id__fk` FOREIGN KEY (`buyer_id`) REFERENCES `users` (`id`),
    CONSTRAINT `orders__seller_id__fk` FOREIGN KEY (`seller_id`) REFERENCES `users` (`id`),
    CONSTRAINT `orders__note__dd7503` CHECK (char_length(`note`) <= 16383)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS `orders`;
