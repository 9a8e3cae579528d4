-- +goose Up
CREATE TABLE IF NOT EXISTS `products` (
    `id` VARBINARY(36) NOT NULL,
    `owner_id` VARBINARY(36) NOT NULL,
    `name` VARBINARY(1020) NOT NULL,
    `sku` VARBINARY(1020) NOT NULL,
    `price` DECIMAL(12, 2) NOT NULL,
    `stock` BIGINT NOT NULL,
    `description` TEXT,
    `status` VARBINARY(63) NOT NULL,
    `category_id` VARBINARY(36) NOT NULL,
    `version` BIGINT NOT NULL,
    `created_at` DATETIME(6) NOT NULL,
    `updated_at` DATETIME(6) NOT NULL,
    PRIMARY KEY (`id`),
    KEY `created_at_idx` (`owner_id`, `created_at`, `id`),
    UNIQUE KEY `sku_key` (`owner_id`, `sku`),
    KEY `status_idx` (`owner_id`, `status`),
    KEY `category_id_idx` (`category_id`, `created_at`, `id`),
    CONSTRAINT `products__owner_id__fk` FOREIGN KEY (`owner_id`) REFERENCES `users` (`id`) ON DELETE CASCADE,
    CONSTRAINT `products__name__eb4e05` CHECK (char_length(convert(`name` using utf8mb4)) BETWEEN 1 AND 200),
    CONSTRAINT `products__sku__2c72c0` CHECK (char_length(convert(`sku` using utf8mb4)) <= 255),
    CONSTRAINT `products__price__bb2354` CHECK (`price` >= 0),
    CONSTRAINT `products__stock__07de1e` CHECK (`stock` >= 0),
    CONSTRAINT `products__description__720b0d` CHECK (char_length(`description`) <= 16383),
    CONSTRAINT `products__status__41b84c` CHECK (`status` IN ('draft', 'live')),
    CONSTRAINT `products__category_id__fk` FOREIGN KEY (`category_id`) REFERENCES `categories` (`id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS `products`;
