package servers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// stopLimit is how long a server may take to end when it is asked to.
const stopLimit = 15 * time.Second

// process is a program that runs until it is stopped or this process ends.
type process struct {
	cmd   *exec.Cmd
	ended chan struct{}
	err   error // of the process; to be read when ended is closed
}

// start starts a program in the server's directory, as its user, without any
// configuration of the caller's.
func (s *Server) start(arguments []string) (*process, error) {
	path, ok := program(arguments[0])
	if !ok {
		return nil, &MissingError{Title: s.kind.title, Program: arguments[0]}
	}
	out, err := s.dir.openLog()
	if err != nil {
		return nil, err
	}
	defer out.Close()
	c := exec.Command(path, arguments[1:]...) //nolint:gosec,noctx // a server that was found; it ends by stop
	c.Dir, c.Stdout, c.Stderr = s.dir.path, out, out
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + s.dir.path, "TMPDIR=" + s.dir.path, "LC_ALL=C.UTF-8", "TZ=UTC"}
	s.dir.user.own(c, s.kind.end)
	return launch(c)
}

// launch starts a command that ends with this process, where the system can do that.
func launch(c *exec.Cmd) (*process, error) {
	p := &process{cmd: c, ended: make(chan struct{})}
	started := make(chan error)
	go func() {
		// The system watches the thread that started the command, not the process.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := c.Start()
		started <- err
		if err == nil {
			p.err = c.Wait()
			close(p.ended)
		}
	}()
	return p, <-started
}

// stop ends the process by the signal that is meant for that.
func (p *process) stop(by syscall.Signal) {
	p.resume()
	_ = p.cmd.Process.Signal(by)
	select {
	case <-p.ended:
	case <-time.After(stopLimit):
		p.kill()
	}
}

// run runs a program of the server to its end.
func (s *Server) run(ctx context.Context, arguments ...string) error {
	p, err := s.start(arguments)
	if err != nil {
		return err
	}
	select {
	case <-p.ended:
	case <-ctx.Done():
		p.kill()
		return fmt.Errorf("%s: %w", arguments[0], context.Cause(ctx))
	}
	if p.err != nil {
		return fmt.Errorf("%s: %w: %s", arguments[0], p.err, s.dir.log())
	}
	return nil
}

// ask runs a statement on the server at a URL and returns what it answers.
func ask(ctx context.Context, k *kind, at, statement string) (string, error) {
	where, err := url.Parse(at)
	if err != nil {
		return "", errors.New(k.title + ": its URL is none")
	}
	arguments, env := k.client(where, statement)
	path, ok := program(arguments[0])
	if !ok {
		return "", &MissingError{Title: k.title, Program: arguments[0]}
	}
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	c := exec.CommandContext(ctx, path, arguments[1:]...) //nolint:gosec // the client that was found
	c.Env = append(os.Environ(), env...)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Run(); err != nil {
		return "", fmt.Errorf("%s: %q: %w: %s", k.title, statement, err, strings.TrimSpace(errs.String()))
	}
	return strings.TrimSpace(out.String()), nil
}
