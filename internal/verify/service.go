package verify

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/layup-dev/layup/internal/process"
)

const (
	// startLimit is how long the service may take until it is ready.
	startLimit = 60 * time.Second
	// stopLimit is more than its own SHUTDOWN_TIMEOUT.
	stopLimit = 40 * time.Second
)

// service is the project's binary while it runs.
type service struct {
	cmd   *exec.Cmd
	log   *log
	url   string
	ended chan struct{}
	err   error // of the process; to be read when ended is closed
}

// start runs the binary and waits until it is ready.
func (v *verifier) start(ctx context.Context) (*service, error) {
	c, err := v.command(ctx)
	if err != nil {
		return nil, err
	}
	s := &service{cmd: c, log: newLog(), ended: make(chan struct{})}
	c.Stdout, c.Stderr = s.log, s.log
	if err := c.Start(); err != nil {
		return nil, fmt.Errorf("starting the service: %w", err)
	}
	go func() {
		s.err = process.Wait(c)
		close(s.ended)
	}()
	if err := s.waitReady(ctx); err != nil {
		_ = s.stop()
		return nil, &failure{err, s.log.tail()}
	}
	return s, nil
}

// command prepares the binary with the environment of a first start: what the
// defaults need, in a directory of its own, where relative paths lead.
func (v *verifier) command(ctx context.Context, args ...string) (*exec.Cmd, error) {
	dir := filepath.Join(v.temp, "work")
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("making a directory for the service: %w", err)
	}
	c := process.Command(ctx, v.binary(), args...)
	c.Dir, c.Env = dir, append(serviceEnvironment(), v.servers...)
	return c, nil
}

// serviceEnvironment leaves out everything of the caller's but what a process
// needs to run: a DATABASE_URL in there is somebody's data.
func serviceEnvironment() []string {
	env := []string{
		"APP_ENV=development", "HTTP_ADDR=127.0.0.1:0", "ADMIN_ADDR=", "LOG_FORMAT=json", "LOG_LEVEL=info",
		"DRAIN_DELAY=0s", "RATE_LIMIT=off", "AUTH_RATE_LIMIT=off", "DOCS_ENABLED=true", "MIGRATE_ON_START=true",
	}
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "TMP", "TEMP", "SystemRoot", "USERPROFILE"} {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// waitReady waits for the address in the log and then for /readyz.
func (s *service) waitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, startLimit, fmt.Errorf("the service was not ready after %s", startLimit))
	defer cancel()
	select {
	case <-ctx.Done():
		return context.Cause(ctx) //nolint:wrapcheck // the cause says it all
	case <-s.ended:
		return fmt.Errorf("the service ended at once: %w", exitError(s.err))
	case addr := <-s.log.addr:
		s.url = "http://" + addr
	}
	poll := time.NewTicker(50 * time.Millisecond)
	defer poll.Stop()
	for !s.ready(ctx) {
		select {
		case <-ctx.Done():
			return context.Cause(ctx) //nolint:wrapcheck // the cause says it all
		case <-s.ended:
			return fmt.Errorf("the service ended before it was ready: %w", exitError(s.err))
		case <-poll.C:
		}
	}
	return nil
}

func (s *service) ready(ctx context.Context) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/readyz", http.NoBody)
	if err != nil {
		return false
	}
	client := http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		return false
	}
	_ = response.Body.Close() // only the status counts
	return response.StatusCode == http.StatusOK
}

// stop asks the service to end; it wants exit code 0 in time.
func (s *service) stop() error {
	graceful := process.Terminate(s.cmd)
	select {
	case <-s.ended:
	case <-time.After(stopLimit):
		process.Kill(s.cmd)
		<-s.ended
		return fmt.Errorf("the service did not end within %s of being asked to", stopLimit)
	}
	if graceful && s.err != nil {
		return fmt.Errorf("the service was asked to end: %w", s.err)
	}
	return nil
}

func exitError(err error) error {
	if err == nil {
		return errors.New("exit status 0")
	}
	return err
}

// createAdmin makes an account by the service's own command: over HTTP nobody
// becomes an administrator.
func (v *verifier) createAdmin(ctx context.Context, email, password string) error {
	c, err := v.command(ctx, "users", "create", "--email", email, "--role", "admin")
	if err != nil {
		return err
	}
	out := newLog()
	c.Stdin, c.Stdout, c.Stderr = strings.NewReader(password), out, out
	if err := process.Run(c); err != nil {
		return fmt.Errorf("users create: %w: %s", err, out.tail())
	}
	return nil
}
