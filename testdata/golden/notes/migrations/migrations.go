// Package migrations carries the schema's history inside the binary: one SQL file per step, with its way up and its way
// down. A file that has been released never changes; a new step is a new file with a higher number.
package migrations

import "embed"

// FS holds the SQL files.
//
//go:embed *.sql
var FS embed.FS
