// Command with runs a command, mostly `go test`, with one PostgreSQL, one MariaDB and
// one Redis beside it, and says in its environment where they are. Its exit code is
// the command's, and its last line says how many tests were skipped for want of a
// server. What is not installed is left out, under CI only an error.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/layup-dev/layup/internal/servers"
)

func main() { os.Exit(run(os.Args[1:])) }

func run(command []string) int {
	if len(command) == 0 {
		return fail(2, errors.New("usage: with COMMAND ARGUMENT…"))
	}
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	temp, err := os.MkdirTemp("", "layup-with-")
	if err != nil {
		return fail(1, err)
	}
	defer os.RemoveAll(temp)
	started, err := start(signals)
	defer started.Stop()
	if err != nil {
		return fail(1, err)
	}
	skips := filepath.Join(temp, "skips")
	code, err := pass(command, append(os.Environ(), started.Env(skips)...), signals)
	if err != nil {
		return fail(code, err)
	}
	return max(code, report(skips))
}

func fail(code int, err error) int {
	fmt.Fprintln(os.Stderr, "with:", err)
	return code
}

// start starts the servers, until a signal comes.
func start(signals <-chan os.Signal) (*servers.Set, error) {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	done := make(chan struct{})
	defer close(done)
	go func() {
		select {
		case s := <-signals:
			cancel(fmt.Errorf("ended by signal: %s", s))
		case <-done:
		}
	}()
	set, missing, err := servers.StartAll(ctx)
	for _, m := range missing {
		if os.Getenv("CI") != "" {
			err = errors.Join(err, m)
			continue
		}
		fmt.Fprintln(os.Stderr, "with:", m, "- tests that need it are skipped")
	}
	return set, err
}

// pass runs the command, passes signals on, and returns its exit code.
func pass(command, env []string, signals <-chan os.Signal) (int, error) {
	c := exec.Command(command[0], command[1:]...) //nolint:gosec,noctx // what the caller said; it ends by signals
	c.Stdin, c.Stdout, c.Stderr, c.Env = os.Stdin, os.Stdout, os.Stderr, env
	if err := c.Start(); err != nil {
		return 1, err //nolint:wrapcheck // names the command
	}
	ended := make(chan struct{})
	go func() {
		_ = c.Wait() // the code says it
		close(ended)
	}()
	for {
		select {
		case s := <-signals:
			_ = c.Process.Signal(s) // or it has ended by itself
		case <-ended:
			return exitCode(c.ProcessState), nil
		}
	}
}

// exitCode is the code as a shell would say it.
func exitCode(s *os.ProcessState) int {
	if status, ok := s.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return s.ExitCode()
}

// report prints what was skipped.
func report(name string) int {
	f, err := os.OpenFile(name, os.O_RDONLY|os.O_CREATE, 0o600)
	if err != nil {
		return fail(1, err)
	}
	defer f.Close()
	summary, err := servers.Summary(f)
	if err != nil {
		return fail(1, err)
	}
	fmt.Fprintln(os.Stdout, summary)
	return 0
}
