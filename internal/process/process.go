// Package process runs other programs so that nothing of them outlives their
// context: each leads a process group of its own, which ends as a whole.
package process

import (
	"context"
	"os/exec"
	"time"
)

// grace is how long a process may take to end by itself when ctx ends.
const grace = 5 * time.Second

// Command prepares a process that ends with ctx, together with the processes
// that it starts itself: `go test` starts one for every package.
func Command(ctx context.Context, name string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, name, args...) //nolint:gosec // the go command or the binary that was just built
	ownGroup(c)
	c.Cancel = func() error { return interrupt(c) }
	c.WaitDelay = grace
	return c
}

// Run runs a prepared command to its end. It returns what (*exec.Cmd).Run does.
func Run(c *exec.Cmd) error {
	if err := c.Start(); err != nil {
		return err //nolint:wrapcheck // the caller names the command
	}
	return Wait(c)
}

// Wait waits for a started command and leaves nothing of its group behind. It
// returns what (*exec.Cmd).Wait does.
func Wait(c *exec.Cmd) error {
	err := c.Wait()
	Kill(c)
	return err //nolint:wrapcheck // the caller names the command
}
