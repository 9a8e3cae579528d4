//go:build !linux

package servers

import (
	"os/exec"
	"syscall"
)

// account is who runs the servers: here always the caller.
type account struct{}

func servant() (account, error) { return account{}, nil }

func (account) own(*exec.Cmd, syscall.Signal) {}

func (account) give(string) error { return nil }

func (account) reaches(string) bool { return true }

// Kill ends the server at once, as a crash would.
func (s *Server) Kill() {
	if s.process != nil {
		s.process.kill()
	}
}

func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.ended
}

func (p *process) resume() {}

// Pause does nothing: there is no way to stop a process for a while.
func (s *Server) Pause() {}

// Resume ends a Pause.
func (s *Server) Resume() {}
