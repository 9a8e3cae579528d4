-- +goose Up
CREATE TABLE IF NOT EXISTS `sessions` (
    `id` VARBINARY(36) NOT NULL,
    `user_id` VARBINARY(36) NOT NULL,
    `created_at` DATETIME(6) NOT NULL,
    `expires_at` DATETIME(6) NOT NULL,
    `revoked_at` DATETIME(6),
    PRIMARY KEY (`id`),
    KEY `user_id_idx` (`user_id`),
    KEY `expires_at_idx` (`expires_at`),
    CONSTRAINT `sessions__user_id__fk` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS `sessions`;
