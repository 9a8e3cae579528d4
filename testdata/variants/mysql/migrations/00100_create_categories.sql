-- +goose Up
CREATE TABLE IF NOT EXISTS `categories` (
    `id` VARBINARY(36) NOT NULL,
    `name` VARBINARY(1020) NOT NULL,
    `position` BIGINT NOT NULL,
    `parent_id` VARBINARY(36),
    `version` BIGINT NOT NULL,
    `created_at` DATETIME(6) NOT NULL,
    `updated_at` DATETIME(6) NOT NULL,
    PRIMARY KEY (`id`),
    KEY `created_at_idx` (`created_at`, `id`),
    UNIQUE KEY `name_key` (`name`),
    KEY `position_idx` (`position`),
    KEY `parent_id_idx` (`parent_id`, `created_at`, `id`),
    CONSTRAINT `categories__name__5fbf56` CHECK (char_length(convert(`name` using utf8mb4)) BETWEEN 1 AND 80),
    CONSTRAINT `categories__parent_id__fk` FOREIGN KEY (`parent_id`) REFERENCES `categories` (`id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS `categories`;
