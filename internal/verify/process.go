package verify

import (
	"context"
	"os/exec"
	"time"
)

// grace is how long a process may take to end by itself when ctx ends.
const grace = 5 * time.Second

// command prepares a process that ends with ctx, together with the processes
// that it starts itself: `go test` starts one for every package.
func command(ctx context.Context, name string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, name, args...) //nolint:gosec // the go command or the binary that was just built
	ownGroup(c)
	c.Cancel = func() error { return interrupt(c) }
	c.WaitDelay = grace
	return c
}

// finish runs a prepared command to its end.
func finish(c *exec.Cmd) error {
	if err := c.Start(); err != nil {
		return err //nolint:wrapcheck // the caller names the command
	}
	return wait(c)
}

// wait waits for a started command and leaves nothing of its group behind.
func wait(c *exec.Cmd) error {
	err := c.Wait()
	killGroup(c)
	return err //nolint:wrapcheck // the caller names the command
}
