//go:build !unix

package verify

import "os/exec"

func ownGroup(*exec.Cmd) {}

func interrupt(c *exec.Cmd) error { return c.Process.Kill() } //nolint:wrapcheck // os/exec wants it as it is

func killGroup(*exec.Cmd) {}

// terminate ends the service at once: there is no signal to stop by.
func terminate(c *exec.Cmd) bool {
	_ = c.Process.Kill()
	return false
}
