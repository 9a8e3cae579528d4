package database

import "io/fs"

// Attempts is how often a transaction runs at most.
const Attempts = attempts

// UseMigrations makes db have other migrations.
func (db *DB) UseMigrations(files fs.FS) { db.migrations = files }
