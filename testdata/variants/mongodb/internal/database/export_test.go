package database

import (
	"io/fs"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
)

// What tests see beyond the exported.
const (
	LockID         = lockID
	LockCollection = lockCollection
)

var (
	ParseURL      = parseURL
	ErrStandalone = errStandalone
)

func (at location) Redact(text string) string { return at.redact(text) }
func (at location) Encrypted() bool           { return at.encrypted }
func (at location) Name() string              { return at.name }

func (db *DB) SetMigrations(fsys fs.FS)       { db.migrations = fsys }
func (db *DB) SetLease(lease time.Duration)   { db.lease = lease }
func (db *DB) SetTimeout(limit time.Duration) { db.timeout = limit }

func (db *DB) Data() *mongo.Database {
	data, err := db.data()
	if err != nil {
		panic(err)
	}
	return data
}
