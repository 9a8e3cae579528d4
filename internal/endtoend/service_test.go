// Package endtoend generates a service as a user would, builds it, runs it and
// walks through it over HTTP.
package endtoend

import (
	"bufio"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// generate builds layup, runs it with args and returns the project's directory.
func generate(t *testing.T, args ...string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("compiles whole projects; skipped with -short")
	}
	dir := t.TempDir()
	layup := filepath.Join(dir, "layup")
	run(t, "../..", "go", "build", "-o", layup, ".")
	run(t, dir, layup, append([]string{"new", "shop", "--yes"}, args...)...)
	return filepath.Join(dir, "shop")
}

func run(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	c := exec.CommandContext(t.Context(), name, args...)
	c.Dir = dir
	c.Env = append(os.Environ(), "GOWORK=off")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

// service is a running binary.
type service struct {
	cmd *exec.Cmd
	log chan string
	client
}

// start builds and starts the service with extra environment and waits until it
// is ready. It must stop by itself, with exit 0, when the test stops it.
func start(t *testing.T, dir string, env ...string) *service {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "service")
	run(t, dir, "go", "build", "-o", binary, "./cmd/shop")
	c := exec.Command(binary)
	c.Dir = t.TempDir()
	c.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HTTP_ADDR=" + freeAddr(t), "ADMIN_ADDR=", "DRAIN_DELAY=0s"}, env...)
	stderr, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.Stderr = c.Stdout
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	s := &service{cmd: c, log: make(chan string, 10000)}
	go func() {
		defer close(s.log)
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			s.log <- lines.Text()
		}
	}()
	t.Cleanup(func() { _ = c.Process.Kill() })
	s.client = client{t: t, base: "http://" + strings.TrimPrefix(c.Env[1], "HTTP_ADDR=")}
	s.waitReady(t)
	return s
}

// command returns another command of the service's binary.
func (s *service) command(args ...string) *exec.Cmd {
	return exec.CommandContext(s.t.Context(), s.cmd.Path, args...)
}

// freeAddr returns a loopback address that nobody listens on.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func (s *service) waitReady(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		res, err := http.Get(s.base + "/readyz")
		if err != nil {
			continue
		}
		_ = res.Body.Close()
		if res.StatusCode == http.StatusOK {
			return
		}
	}
	t.Fatalf("the service did not become ready: %s", s.logged())
}

// logged returns what was logged so far.
func (s *service) logged() string {
	var lines []string
	for {
		select {
		case line, ok := <-s.log:
			if !ok {
				return strings.Join(lines, "\n")
			}
			lines = append(lines, line)
		default:
			return strings.Join(lines, "\n")
		}
	}
}

// stop sends SIGTERM, wants exit 0, and returns the log: valid JSON, line by line.
func (s *service) stop(t *testing.T) string {
	t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range s.log {
		lines = append(lines, line)
		if !json.Valid([]byte(line)) {
			t.Errorf("not a JSON log line: %s", line)
		}
	}
	if err := s.cmd.Wait(); err != nil {
		t.Fatalf("after SIGTERM: %v\n%s", err, strings.Join(lines, "\n"))
	}
	return strings.Join(lines, "\n")
}
