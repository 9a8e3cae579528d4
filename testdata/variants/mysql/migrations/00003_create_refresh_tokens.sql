-- +goose Up
-- Only hashes: nobody who reads this table can refresh a session.
CREATE TABLE IF NOT EXISTS `refresh_tokens` (
    `hash` VARBINARY(32) NOT NULL,
    `session_id` VARBINARY(36) NOT NULL,
    `created_at` DATETIME(6) NOT NULL,
    `used_at` DATETIME(6),
    `nonce` VARBINARY(32),
    PRIMARY KEY (`hash`),
    KEY `session_id_idx` (`session_id`),
    CONSTRAINT `refresh_tokens__session_id__fk` FOREIGN KEY (`session_id`) REFERENCES `sessions` (`id`) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- +goose Down
DROP TABLE IF EXISTS `refresh_tokens`;
