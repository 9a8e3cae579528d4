// Package cmd holds the command line: one file per command, which turns flags
// into an options struct and calls internal packages.
package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/layup-dev/layup/internal/prompt"
	"github.com/layup-dev/layup/internal/prompt/quiet"
	"github.com/layup-dev/layup/internal/spec"
)

// Exit codes; see the README.
const (
	exitOK          = 0
	exitFailure     = 1
	exitUsage       = 2
	exitConflict    = 3
	exitFound       = 4
	exitInterrupted = 130
	exitTerminated  = 143
)

// gcPercent lets the heap grow further than usual between collections: a run
// is over in a moment, and collecting took a third of its time for 10 MB.
const gcPercent = 800

// streams are the command's input and outputs, and whether people sit there.
type streams struct {
	in       io.Reader
	out, err io.Writer
	// interactive: questions can be asked and answered.
	interactive bool
	// progress: status lines have a reader.
	progress bool
}

// usageError marks input that cannot work; it exits with 2.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error {
	return usageError{fmt.Errorf(format, args...)}
}

var (
	errInterrupted = errors.New("interrupted")
	errTerminated  = errors.New("terminated")
)

// Execute runs the command line of this process and returns the exit code.
func Execute() int {
	quiet.Restore() // before anything reads TERM
	debug.SetGCPercent(gcPercent)
	ctx, stop := signalContext()
	defer stop()
	s := streams{in: os.Stdin, out: os.Stdout, err: os.Stderr}
	tty := term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stderr.Fd()))
	s.interactive = tty && term.IsTerminal(int(os.Stdout.Fd())) && os.Getenv("CI") == ""
	s.progress = term.IsTerminal(int(os.Stderr.Fd()))
	return run(ctx, os.Args[1:], s)
}

// signalContext ends with a cause when the process is told to stop.
func signalContext() (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		for s := range signals {
			if s == syscall.SIGTERM {
				cancel(errTerminated)
			} else {
				cancel(errInterrupted)
			}
		}
	}()
	return ctx, func() { signal.Stop(signals); close(signals); cancel(nil) }
}

func run(ctx context.Context, args []string, s streams) int {
	root := newRoot(s)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	code := exitCode(err)
	fmt.Fprintln(s.err, "layup:", err)
	if code == exitUsage {
		fmt.Fprintln(s.err, `Run "layup help" or "layup COMMAND --help" for usage.`)
	}
	return code
}

func exitCode(err error) int {
	var usage usageError
	var found *foundError
	switch {
	case errors.Is(err, errTerminated):
		return exitTerminated
	case errors.Is(err, errInterrupted), errors.Is(err, prompt.ErrAborted):
		return exitInterrupted
	case isConflict(err):
		return exitConflict
	case errors.As(err, &found):
		return exitFound
	case errors.As(err, &usage), spec.IsInvalid(err):
		return exitUsage
	}
	return exitFailure
}

func newRoot(s streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "layup",
		Short: "Lay down complete, layered backend services",
		Long: `layup writes backend services that build, pass their own tests and run:
router, database, authentication and cache of your choice, in clean layers.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		if given := c.Flags().Args(); c.HasSubCommands() && len(given) > 0 {
			return unknownCommand(c, given[0]) // it is the command that is wrong, not its flag
		}
		return usageError{err}
	})
	root.CompletionOptions.HiddenDefaultCmd = false
	root.AddCommand(newNew(s), newAdd(s), newRemove(s), newSet(s), newApply(s), newDiff(s), newUpdate(s), newCheck(s), newList(s), newVersion(s))
	wrapArgs(root)
	return root
}

// wrapArgs makes wrong arguments and unknown commands usage errors.
func wrapArgs(c *cobra.Command) {
	check := c.Args
	c.Args = func(cmd *cobra.Command, args []string) error {
		if check == nil {
			check = cobra.ArbitraryArgs
		}
		if cmd.HasSubCommands() && len(args) > 0 {
			return unknownCommand(cmd, args[0])
		}
		if err := check(cmd, args); err != nil {
			return usageError{err}
		}
		return nil
	}
	for _, sub := range c.Commands() {
		wrapArgs(sub)
	}
}

func unknownCommand(c *cobra.Command, given string) error {
	var names []string
	for _, sub := range c.Commands() {
		names = append(names, sub.Name())
	}
	suggested := ""
	if best := spec.Closest(given, names); best != "" {
		suggested = fmt.Sprintf("; did you mean %q?", best)
	}
	return usagef("unknown command %q%s", given, suggested)
}
