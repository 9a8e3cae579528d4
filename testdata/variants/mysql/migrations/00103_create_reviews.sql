-- +goose Up
CREATE TABLE IF NOT EXISTS `reviews` (
    `id` VARBINARY(36) NOT NULL,
    `product_id` VARBINARY(36) NOT NULL,
    `rating` BIGINT NOT NULL,
    `body` TEXT,
    `version` BIGINT NOT NULL,
    `created_at` DATETIME(6) NOT NULL,
    `updated_at` DATETIME(6) NOT NULL,
    PRIMARY KEY (`id`),
    KEY `created_at_idx` (`created_at`, `id`),
    KEY `product_id_idx` (`product_id`, `created_at`, `id`),
    CONSTRAINT `reviews__product_id__fk` FOREIGN KEY (`product_id`) REFERENCES `products` (`id`),
    CONSTRAINT `reviews__rating__527d8d` CHECK (`rating` >= 1 AND `rating` <= 5),
    CONSTRAINT `reviews__body__32a5c8` CHECK (char_length(`body`) <= 16383)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS `reviews`;
