// Package migrations carries the schema's history inside the binary: one SQL file per step, with its way up and its way
// down. A file that has been released never changes; a new step is a new file with a higher number.
package migrations

import "embed"

// FS holds the SQL files. That this file comes along lets the package compile before there is a first one: go:embed refuses
// a pattern that matches nothing.
//
//go:embed *
var FS embed.FS
