package cmd

import (
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// Commands returns the whole command line, not connected to a terminal, for
// programs that describe it: package main in internal/release writes manual pages
// and completions from it. That program is not a hidden command of layup, because
// what renders manual pages would add its initialisation to every start.
func Commands() *cobra.Command {
	root := newRoot(streams{in: strings.NewReader(""), out: io.Discard, err: io.Discard})
	root.InitDefaultCompletionCmd()
	root.InitDefaultHelpCmd()
	return root
}
