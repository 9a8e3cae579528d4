// Package gotool runs the go command in a project and understands what it says.
package gotool

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/layup-dev/layup/internal/process"
)

// ErrMissing says that there is no go command.
var ErrMissing = errors.New("there is no go command in PATH; install Go (https://go.dev/doc/install)")

// Tool runs the go command.
type Tool struct {
	// Dir is the directory that it runs in.
	Dir string
	// Env is its whole environment.
	Env []string
}

// Environment returns that of this process with these variables added.
func Environment(variables ...string) []string {
	return append(os.Environ(), variables...)
}

// Find returns ErrMissing when there is no go command.
func Find() error {
	if _, err := exec.LookPath("go"); err != nil {
		return ErrMissing
	}
	return nil
}

// Run runs the go command with these arguments. It returns what the command
// printed, on either output in the order of arrival, also when it failed.
func (t Tool) Run(ctx context.Context, args ...string) (output string, err error) {
	var out bytes.Buffer
	c := t.command(ctx, args)
	c.Stdout, c.Stderr = &out, &out
	if err := process.Run(c); err != nil {
		return out.String(), fmt.Errorf("go %s: %w", strings.Join(args, " "), err)
	}
	return out.String(), nil
}

func (t Tool) command(ctx context.Context, args []string) *exec.Cmd {
	c := process.Command(ctx, "go", args...)
	c.Dir, c.Env = t.Dir, t.Env
	return c
}

// Tail returns the last lines of a text, which say why something ended.
func Tail(text string) string {
	const most = 40
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if len(lines) > most {
		lines = append([]string{fmt.Sprintf("… %d lines before …", len(lines)-most)}, lines[len(lines)-most:]...)
	}
	return strings.Join(lines, "\n")
}
