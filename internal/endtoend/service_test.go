// Package endtoend generates services as a user would, builds them, runs them and
// walks through them over HTTP, on every database.
package endtoend

import (
	"bytes"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/layup-dev/layup/internal/servers"
)

// work holds what is built once for all tests.
var work string

func TestMain(m *testing.M) {
	var err error
	if work, err = os.MkdirTemp("", "layup-endtoend-"); err != nil {
		panic(err)
	}
	code := servers.Main(m)
	_ = os.RemoveAll(work)
	os.Exit(code)
}

// layup builds the command, once.
var layup = sync.OnceValues(func() (string, error) {
	name := filepath.Join(work, "layup")
	out, err := exec.Command("go", "build", "-o", name, "../..").CombinedOutput()
	if err != nil {
		return "", errors.New(string(out))
	}
	return name, nil
})

// command returns the path of layup. Where only quick tests run, it skips the test.
func command(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("compiles whole projects; skipped with -short")
	}
	name, err := layup()
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// generate runs layup with args and returns the project's directory.
func generate(t *testing.T, args ...string) string {
	t.Helper()
	dir := t.TempDir()
	run(t, dir, command(t), append([]string{"new", "shop", "--yes"}, args...)...)
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
	log log
	client
}

// log keeps what a service prints, without ever making it wait.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// build compiles the project's service.
func build(t *testing.T, dir string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "service")
	run(t, dir, "go", "build", "-o", binary, "./cmd/shop")
	return binary
}

// start runs a service with extra environment and waits until it is ready. It must
// stop by itself, with exit 0, when the test stops it.
func start(t *testing.T, binary string, env ...string) *service {
	t.Helper()
	s := launch(t, binary, env...)
	s.waitReady(t)
	return s
}

// launch starts a service and does not wait.
func launch(t *testing.T, binary string, env ...string) *service {
	t.Helper()
	c := exec.Command(binary)
	c.Dir = t.TempDir()
	addr := freeAddr(t)
	c.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HTTP_ADDR=" + addr, "ADMIN_ADDR=", "DRAIN_DELAY=0s", "RATE_LIMIT=off", "AUTH_RATE_LIMIT=off"}, env...)
	s := &service{cmd: c, client: client{t: t, base: "http://" + addr}}
	c.Stdout, c.Stderr = &s.log, &s.log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill() })
	return s
}

// command returns another command of the service's binary, in the same environment.
func (s *service) command(args ...string) *exec.Cmd {
	c := exec.CommandContext(s.t.Context(), s.cmd.Path, args...)
	c.Dir, c.Env = s.cmd.Dir, s.cmd.Env
	return c
}

// admin makes an administrator from the command line and signs in.
func (s *service) admin(t *testing.T) client {
	t.Helper()
	s.createAdmin(t, "admin@example.com")
	account := map[string]any{"email": "admin@example.com", "password": password}
	return s.as(s.do(http.MethodPost, "/v1/auth/login", account, http.StatusOK).text(t, "access_token"))
}

func (s *service) createAdmin(t *testing.T, email string) {
	t.Helper()
	c := s.command("users", "create", "--email", email, "--role", "admin")
	c.Stdin = strings.NewReader(password + "\n")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("users create: %v\n%s", err, out)
	}
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
	if !s.becomes(http.StatusOK, 30*time.Second) {
		t.Fatalf("the service did not become ready: %s", s.log.String())
	}
}

// becomes waits until /readyz answers with a status.
func (s *service) becomes(status int, limit time.Duration) bool {
	for deadline := time.Now().Add(limit); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		res, err := http.Get(s.base + "/readyz")
		if err != nil {
			continue
		}
		_ = res.Body.Close()
		if res.StatusCode == status {
			return true
		}
	}
	return false
}

// stop sends SIGTERM, wants exit 0, and returns the log: valid JSON, line by line.
func (s *service) stop(t *testing.T) string {
	t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	err := s.cmd.Wait()
	said := s.log.String()
	if err != nil {
		t.Fatalf("after SIGTERM: %v\n%s", err, said)
	}
	for line := range strings.Lines(said) {
		if !json.Valid([]byte(line)) {
			t.Errorf("not a JSON log line: %s", line)
		}
	}
	return said
}
