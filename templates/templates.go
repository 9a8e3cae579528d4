// Package templates holds the templates of every stack. Go's embed leaves out
// dot files unless told `all:`, and a folder that holds a file named exactly
// go.mod: neither may happen here.
package templates

import "embed"

// FS holds one folder per stack.
//
//go:embed all:go
var FS embed.FS
