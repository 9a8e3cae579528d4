// Package migrations carries the schema's history inside the binary: one JSON file per step, with the commands of its way up
// and its way down. A file that has been released never changes; a new step is a new file with a higher number.
//
// A command is what MongoDB calls one, such as createIndexes, in extended JSON. A step that was cut short runs again from its
// beginning, so its commands must not mind: what is there already is not made again, and what is gone is not missed. One kind
// of command is our own: {"assert": "collection", "none": filter, "because": text} fails while documents match the filter.
package migrations

import "embed"

// FS holds the JSON files. That this file comes along lets the package compile before there is a first one: go:embed refuses
// a pattern that matches nothing.
//
//go:embed *
var FS embed.FS
