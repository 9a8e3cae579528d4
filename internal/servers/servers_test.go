package servers

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/layup-dev/layup/internal/feature"
)

func TestMain(m *testing.M) {
	if os.Getenv("SERVERS_TEST_STAY") != "" {
		stay()
	}
	os.Exit(Main(m))
}

// stay starts a server, says where, and waits to be killed.
func stay() {
	s, err := Start(context.Background(), os.Getenv("SERVERS_TEST_STAY"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Fprintln(os.Stdout, s.Dir(), s.port)
	select {}
}

// TestDatabases wants two databases of one server to be apart, and gone afterwards.
func TestDatabases(t *testing.T) {
	for _, name := range []string{"postgres", "mysql"} {
		t.Run(name, func(t *testing.T) {
			var first string
			t.Run("in use", func(t *testing.T) {
				first = For(t, name)
				second := For(t, name)
				if first == second {
					t.Fatal("two tests share a database")
				}
				Ask(t, first, "CREATE TABLE things (name VARCHAR(20))")
				Ask(t, first, "INSERT INTO things VALUES ('one')")
				Ask(t, second, "CREATE TABLE things (name VARCHAR(20))")
				if got := Ask(t, first, "SELECT name FROM things"); got != "one" {
					t.Errorf("the first database holds %q", got)
				}
				if got := Ask(t, second, "SELECT name FROM things"); got != "" {
					t.Errorf("the second database holds %q", got)
				}
			})
			at, err := url.Parse(first)
			if err != nil {
				t.Fatal(err)
			}
			left := Ask(t, For(t, name), "SELECT schema_name FROM information_schema.schemata UNION SELECT "+
				map[string]string{"postgres": "datname FROM pg_database", "mysql": "''"}[name])
			if slices.Contains(strings.Fields(left), strings.TrimPrefix(at.Path, "/")) {
				t.Errorf("the database of a test that ended is still there: %s", left)
			}
		})
	}
}

// TestCrash kills a server and wants it back with its data, on the same port.
func TestCrash(t *testing.T) {
	for _, name := range []string{"postgres", "mysql"} {
		t.Run(name, func(t *testing.T) {
			s := New(t, name)
			at := s.Database(t)
			Ask(t, at, "CREATE TABLE things (name VARCHAR(20))")
			s.Kill()
			if c, err := net.Dial("tcp", s.Addr()); err == nil {
				t.Error("a killed server accepts connections", c.Close())
			}
			if err := s.Continue(t.Context()); err != nil {
				t.Fatal(err)
			}
			Ask(t, at, "INSERT INTO things VALUES ('one')")
			s.Pause()
			answered := make(chan struct{})
			go func() {
				defer close(answered)
				Ask(t, at, "INSERT INTO things VALUES ('two')")
			}()
			select {
			case <-answered:
				t.Error("a server that was stopped answers")
			case <-time.After(300 * time.Millisecond):
			}
			s.Resume()
			<-answered
			if got := Ask(t, at, "SELECT COUNT(*) FROM things"); got != "2" {
				t.Errorf("%s rows", got)
			}
		})
	}
}

// TestKilled kills the process that started a server: nothing of it may stay.
func TestKilled(t *testing.T) {
	for _, k := range kinds() {
		t.Run(k.name, func(t *testing.T) {
			if err := installed(k); err != nil {
				Skip(t, k.title, err.Error())
			}
			c := exec.Command(os.Args[0])
			c.Env = append(os.Environ(), "SERVERS_TEST_STAY="+k.name)
			out, err := c.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			c.Stderr = os.Stderr
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			var dir, port string
			if _, err := fmt.Fscan(out, &dir, &port); err != nil {
				t.Fatal(err)
			}
			if err := c.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = c.Wait()
			gone(t, "127.0.0.1:"+port)
			other := New(t, k.name)
			if _, err := os.Stat(dir); err == nil {
				t.Errorf("%s is still there when %s starts", dir, other.Dir())
			}
		})
	}
}

// gone wants nobody to listen at an address soon.
func gone(t *testing.T, addr string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			return
		}
		_ = c.Close()
	}
	t.Errorf("a server still listens at %s", addr)
}

// TestMissing names the one command that helps.
func TestMissing(t *testing.T) {
	for _, k := range kinds() {
		k.programs = append(k.programs, "no-such-program")
		err := installed(k)
		missing := (*MissingError)(nil)
		if !errors.As(err, &missing) || !strings.Contains(err.Error(), k.title) || !strings.Contains(err.Error(), "make deps") {
			t.Errorf("%v", err)
		}
	}
}

func TestSummary(t *testing.T) {
	name := filepath.Join(t.TempDir(), "skips")
	for i := range 3 {
		if err := addSkip(name, skip{Reason: "MongoDB: MONGODB_TEST_URL is not set", Test: strconv.Itoa(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := addSkip(name, skip{Reason: "Redis: not\nhere", Test: "TestX"}); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := Summary(f)
	want := "4 tests were skipped for want of a server: 3 × MongoDB: MONGODB_TEST_URL is not set; 1 × Redis: not\nhere."
	if err != nil || got != want {
		t.Errorf("%q %v", got, err)
	}
	if got, err := Summary(strings.NewReader("")); err != nil || got != "0 tests were skipped for want of a server." {
		t.Errorf("%q %v", got, err)
	}
}

// TestProjectEnv names the server of each service that the tests of a project need.
func TestProjectEnv(t *testing.T) {
	if env := ProjectEnv(t, []feature.Service{{Name: "mailer"}}); len(env) != 0 {
		t.Errorf("what no test needs: %v", env)
	}
	t.Setenv(mongoVariable, "mongodb://user:secret@127.0.0.1:27017/some?replicaSet=rs0")
	env := ProjectEnv(t, []feature.Service{{Name: "postgres", TestEnv: "TEST_DATABASE_URL"}, {Name: "mongo", TestEnv: "TEST_DOCUMENTS_URL"}})
	if len(env) != 2 || !strings.HasPrefix(env[0], "TEST_DATABASE_URL=postgres://") ||
		!strings.HasPrefix(env[1], "TEST_DOCUMENTS_URL=mongodb://user:secret@127.0.0.1:27017/layup_") || !strings.HasSuffix(env[1], "?replicaSet=rs0") {
		t.Errorf("%v", env)
	}
}

// TestSignal asks a command that runs with servers to end.
func TestSignal(t *testing.T) {
	with := filepath.Join(t.TempDir(), "with")
	if out, err := exec.Command("go", "build", "-o", with, "./with").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	c := exec.Command(with, "sh", "-c", `trap 'echo asked; exit 3' TERM; echo "$LAYUP_TEST_REDIS_URL"; while :; do sleep 0.05; done`)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	var at string
	if _, err := fmt.Fscan(out, &at); err != nil {
		t.Skip("no Redis here") // TestKilled counts it
	}
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	var rest [200]byte
	n, _ := out.Read(rest[:])
	if err := c.Wait(); c.ProcessState.ExitCode() != 3 {
		t.Errorf("it ended with %v, not with the code of the command", err)
	}
	if !strings.HasPrefix(string(rest[:n]), "asked\n") {
		t.Errorf("it said %q", rest[:n])
	}
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("LAYUP_TEST_REDIS_URL") == "" {
		gone(t, u.Host)
	}
}
