//go:build !unix

package process

import "os/exec"

func ownGroup(*exec.Cmd) {}

func interrupt(c *exec.Cmd) error { return c.Process.Kill() } //nolint:wrapcheck // os/exec wants it as it is

// Kill ends what is left of the group: nothing is known of that here.
func Kill(*exec.Cmd) {}

// Terminate ends the process at once: there is no signal to stop by.
func Terminate(c *exec.Cmd) bool {
	_ = c.Process.Kill()
	return false
}
