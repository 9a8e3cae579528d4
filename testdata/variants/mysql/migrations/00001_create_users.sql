-- +goose Up
CREATE TABLE IF NOT EXISTS `users` (
    `id` VARBINARY(36) NOT NULL,
    `email` VARBINARY(254) NOT NULL,
    `password_hash` VARBINARY(512) NOT NULL,
    `role` VARBINARY(63) NOT NULL,
    `active` BOOLEAN NOT NULL,
    `version` BIGINT NOT NULL,
    `created_at` DATETIME(6) NOT NULL,
    `updated_at` DATETIME(6) NOT NULL,
    PRIMARY KEY (`id`),
    UNIQUE KEY `email_key` (`email`),
    KEY `created_at_idx` (`created_at`, `id`),
    KEY `role_idx` (`role`, `active`, `id`),
    CONSTRAINT `users__email__length` CHECK (length(`email`) >= 3),
    CONSTRAINT `users__role__known` CHECK (`role` IN ('user', 'admin')),
    CONSTRAINT `users__active__known` CHECK (`active` IN (0, 1))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS `users`;
