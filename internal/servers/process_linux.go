package servers

import (
	"errors"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// account is who runs the servers. The zero value is the caller.
type account struct {
	uid, gid uint32
	other    bool
}

// servant returns nobody for root: PostgreSQL and MariaDB refuse to run as root.
func servant() (account, error) {
	if os.Geteuid() != 0 {
		return account{}, nil
	}
	u, err := user.Lookup("nobody")
	if err != nil {
		return account{}, errors.New("servers do not run as root, and there is no user nobody")
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return account{}, err //nolint:wrapcheck // of this system's user data base
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	return account{uid: uint32(uid), gid: uint32(gid), other: true}, err //nolint:wrapcheck // as above
}

// own makes the command run as the account, in a group of its own, so that Ctrl-C
// reaches the tests and not the servers below them. It ends when this process does,
// however that ends.
func (a account) own(c *exec.Cmd, end syscall.Signal) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: end}
	if a.other {
		c.SysProcAttr.Credential = &syscall.Credential{Uid: a.uid, Gid: a.gid}
	}
}

// give makes a path the account's.
func (a account) give(path string) error {
	if !a.other {
		return nil
	}
	return os.Chown(path, int(a.uid), int(a.gid)) //nolint:wrapcheck // names the path
}

// reaches reports whether the account can get to a directory.
func (a account) reaches(dir string) bool {
	for a.other {
		info, err := os.Stat(dir)
		if err != nil || info.Mode()&0o001 == 0 {
			return false
		}
		if dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	return true
}

// Kill ends the server at once, with all its processes, as a crash would.
func (s *Server) Kill() {
	if s.process != nil {
		s.process.kill()
	}
}

func (p *process) kill() {
	p.signal(syscall.SIGKILL)
	<-p.ended
}

// Pause stops the server, with all its processes, from running: it keeps its
// connections and answers nothing. Resume lets it go on.
func (s *Server) Pause() { s.process.signal(syscall.SIGSTOP) }

// Resume ends a Pause.
func (s *Server) Resume() { s.process.resume() }

func (p *process) resume() { p.signal(syscall.SIGCONT) }

// signal sends a signal to the process and its descendants: those of PostgreSQL
// lead sessions of their own. The first is told first, so that it starts no more.
func (p *process) signal(sig syscall.Signal) {
	select {
	case <-p.ended:
		return
	default:
	}
	below := descendants(p.cmd.Process.Pid)
	_ = syscall.Kill(p.cmd.Process.Pid, sig)
	for _, pid := range append(below, descendants(p.cmd.Process.Pid)...) {
		_ = syscall.Kill(pid, sig)
	}
}

// descendants lists the processes that a process started.
func descendants(pid int) []int {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil
	}
	children := map[int][]int{}
	for _, name := range stats {
		data, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended
		}
		// pid (name) state parent …; the name may hold anything.
		text := string(data)
		fields := strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
		if len(fields) < 2 {
			continue
		}
		id, _ := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		parent, _ := strconv.Atoi(fields[1])
		children[parent] = append(children[parent], id)
	}
	var out []int
	for next := children[pid]; len(next) > 0; next = next[1:] {
		out = append(out, next[0])
		next = append(next, children[next[0]]...)
	}
	return out
}
