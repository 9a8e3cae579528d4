// Command layup lays down complete, layered backend services and keeps
// helping after day one.
package main

import (
	"os"

	"github.com/layup-dev/layup/cmd"
)

func main() {
	os.Exit(cmd.Execute())
}
