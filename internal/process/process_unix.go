//go:build unix

package process

import (
	"os/exec"
	"syscall"
)

// ownGroup makes the command lead a process group, so that it can be ended
// with all its children and nothing else.
func ownGroup(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// interrupt asks the group to end, as Ctrl-C does.
func interrupt(c *exec.Cmd) error {
	return syscall.Kill(-c.Process.Pid, syscall.SIGINT) //nolint:wrapcheck // os/exec wants it as it is
}

// Kill ends what is left of the group. Mostly nothing is.
func Kill(c *exec.Cmd) { _ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }

// Terminate asks a process to stop; it reports whether it can be expected to.
func Terminate(c *exec.Cmd) bool { return c.Process.Signal(syscall.SIGTERM) == nil }
