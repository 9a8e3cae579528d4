// Package quiet keeps the start of the program from talking to the terminal.
//
// The library of the forms asks the terminal for its background in an init
// function: every command would send it escape sequences, whatever NO_COLOR
// says, and wait up to five seconds for a terminal that does not answer. The
// library does not ask where TERM is dumb, so TERM is hidden meanwhile.
//
// This comes first because Go initialises, of the packages whose imports are
// ready, the one whose path sorts first. This one needs only os, and the
// library needs os and github.com/muesli/termenv, which sorts after it. It must
// therefore import nothing else. TestOtherCommandsLeaveTheTerminalAlone in
// package prompt fails when the order breaks.
package quiet

import "os"

// setting is a variable of the environment.
type setting struct {
	value string
	given bool
}

var hidden = hide("TERM", "dumb") //nolint:gochecknoglobals // nothing else runs before the init functions of other packages

func hide(name, behind string) setting {
	value, given := os.LookupEnv(name)
	_ = os.Setenv(name, behind) // fails only for names and values that are none
	return setting{value, given}
}

// Restore brings TERM back; a program calls it first. Whatever reads TERM, and
// every process that is started, needs it.
func Restore() {
	if !hidden.given {
		_ = os.Unsetenv("TERM")
		return
	}
	_ = os.Setenv("TERM", hidden.value)
}
