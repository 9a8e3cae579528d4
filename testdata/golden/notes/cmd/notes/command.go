package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"text/tabwriter"

	"example.com/notes/internal/app"
	"example.com/notes/internal/config"
	"example.com/notes/internal/logging"
)

// console is everything a command may touch outside the service.
type console struct {
	lookup config.Lookup
	in     io.Reader
	out    io.Writer
	err    io.Writer
}

// command is one word of the command line: it either runs or has words of its own.
type command struct {
	name string
	help string
	run  func(ctx context.Context, c *console, args []string) error
	sub  []command
}

// usageError is a mistake in the command line.
type usageError struct{ message string }

func (e *usageError) Error() string { return e.message }

func usagef(format string, args ...any) error {
	return &usageError{message: fmt.Sprintf(format, args...)}
}

// commands lists what the program can do, in the order in which help shows it.
func commands() []command {
	return []command{
		{name: "serve", help: "answer requests until told to stop (the default)", run: serve},
		{name: "migrate", help: "change the database's tables", sub: migrateCommands()},
		{name: "routes", help: "list every operation", run: routes},
		{name: "config", help: "inspect the configuration", sub: configCommands()},
		{name: "healthcheck", help: "ask a running service whether it is alive", run: healthcheck},
		{name: "version", help: "say what was built", run: version},
	}
}

// dispatch runs the command that args name. path holds the words that were consumed already.
func dispatch(ctx context.Context, c *console, table []command, path string, args []string) error {
	if len(args) == 0 {
		printCommands(c.err, table, path)
		return usagef("%sneeds a command", path)
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		printCommands(c.out, table, path)
		return nil
	}
	for _, cmd := range table {
		if cmd.name != args[0] {
			continue
		}
		if cmd.sub != nil {
			return dispatch(ctx, c, cmd.sub, path+cmd.name+" ", args[1:])
		}
		err := cmd.run(ctx, c, args[1:])
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	return usagef("unknown command %q (try: notes %shelp)", path+args[0], path)
}

func printCommands(w io.Writer, table []command, path string) {
	fmt.Fprintf(w, "Usage: notes %s<command>\n\nCommands:\n", path)
	columns := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, cmd := range table {
		fmt.Fprintf(columns, "  %s\t%s\n", cmd.name, cmd.help)
	}
	_ = columns.Flush()
}

// parse reads the flags of a command that takes no further arguments.
func parse(c *console, name string, args []string, define func(flags *flag.FlagSet)) error {
	flags := flag.NewFlagSet("notes "+name, flag.ContinueOnError)
	flags.SetOutput(c.err)
	if define != nil {
		define(flags)
	}
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err //nolint:wrapcheck // dispatch recognises it
		}
		return usagef("%s: %v", name, err)
	}
	if flags.NArg() > 0 {
		return usagef("%s: unexpected argument %q", name, flags.Arg(0))
	}
	return nil
}

// withApp builds the service from the environment, hands it to work and closes it. Log lines go to logTo.
func withApp(ctx context.Context, c *console, logTo io.Writer, work func(a *app.App) error) error {
	cfg, err := config.Load(c.lookup)
	if err != nil {
		return err
	}
	log, lines := logging.New(logTo, cfg.LogLevel, cfg.LogFormat)
	a, err := app.New(ctx, cfg, log)
	if err != nil {
		return errors.Join(err, lines.Close())
	}
	return errors.Join(work(a), a.Close(), lines.Close())
}
