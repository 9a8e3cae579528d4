// Command notes serves the Notes API and carries the commands that operate it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"example.com/notes/internal/config"
)

func main() {
	os.Exit(start())
}

// start is main with an exit code, so that deferred calls run.
func start() int {
	ctx, stop := withSignals(context.Background(), os.Exit)
	defer stop()
	err := run(ctx, os.Args[1:], os.LookupEnv, os.Stdin, os.Stdout, os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, "notes:", err)
	}
	return exitCode(err)
}

// exitCode is 0 for success, 2 when the command line was wrong and 1 for everything else.
func exitCode(err error) int {
	var usage *usageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &usage):
		return 2
	default:
		return 1
	}
}

// run is the program without the process around it: everything it reads and writes is handed in, so tests run it as it
// is. It returns when the command is done or, for serve, when ctx ends.
func run(ctx context.Context, args []string, lookup config.Lookup, stdin io.Reader, stdout, stderr io.Writer) error {
	c := &console{lookup: lookup, in: stdin, out: stdout, err: stderr}
	if len(args) == 0 {
		return serve(ctx, c, nil)
	}
	return dispatch(ctx, c, commands(), "", args)
}
