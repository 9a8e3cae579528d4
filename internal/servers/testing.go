package servers

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/layup-dev/layup/internal/feature"
)

// mongoVariable names a MongoDB, which cannot be started here: Debian has none.
const mongoVariable = "MONGODB_TEST_URL"

// For returns the URL of a database on a server that only this test has, empty, for
// one who may do everything. It is dropped when the test ends. Servers are called
// postgres, mysql, mongo and redis (whose databases are numbers: there all tests share
// one). Without such a server the test is skipped, or fails where Skip says so.
func For(t testing.TB, name string) string {
	t.Helper()
	Need(t, name)
	if isMongo(name) {
		return rename(t, os.Getenv(mongoVariable), "layup_"+strings.ToLower(rand.Text()[:12]))
	}
	k := find(name)
	at, err := shared(t, k)
	if err != nil {
		t.Fatal(err)
	}
	return database(t, k, at)
}

// Need skips a test, or fails it where Skip says so, when there is no such server.
func Need(t testing.TB, name string) {
	t.Helper()
	if isMongo(name) {
		if os.Getenv(mongoVariable) == "" {
			Skip(t, "MongoDB", mongoVariable+" is not set")
		}
		return
	}
	k := find(name)
	if k == nil {
		t.Fatalf("servers: no server is called %q", name)
	}
	if os.Getenv(k.variable) != "" {
		return
	}
	if err := installed(k); err != nil {
		Skip(t, k.title, err.Error())
	}
}

// isMongo tells the server that is not started here: MongoDB makes a database at the
// first write, and it is for the server's owner to drop it.
func isMongo(name string) bool { return name == "mongo" || name == "mongodb" }

// New starts a server that only this test has, to break it.
func New(t testing.TB, name string) *Server {
	t.Helper()
	s, err := Start(t.Context(), name)
	if missing := (*MissingError)(nil); errors.As(err, &missing) {
		Skip(t, missing.Title, err.Error())
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

// Database makes an empty database on the server for one test.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	return database(t, s.kind, s.URL())
}

// database makes an empty one on the server at a URL.
func database(t testing.TB, k *kind, at string) string {
	t.Helper()
	if k.create == "" {
		return at
	}
	name := "layup_" + strings.ToLower(rand.Text()[:12])
	if _, err := ask(t.Context(), k, at, fmt.Sprintf(k.create, name)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := ask(contextOf(t), k, at, fmt.Sprintf(k.drop, name)); err != nil {
			t.Logf("the database of the test is left behind: %v", err)
		}
	})
	return rename(t, at, name)
}

// Ask runs a statement in a database that For or Database returned, past everything
// that is tested, and returns what the server answers: a line for each row.
func Ask(t testing.TB, at, statement string) string {
	t.Helper()
	where, err := url.Parse(at)
	if err != nil {
		t.Fatal("servers: not a URL")
	}
	for _, k := range kinds() {
		if k.address.Scheme == where.Scheme {
			out, err := ask(contextOf(t), k, at, statement)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
	}
	t.Fatalf("servers: no client for %s", where.Scheme)
	return ""
}

// rename returns the URL with another database.
func rename(t testing.TB, at, name string) string {
	t.Helper()
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal("servers: the URL of a server is none") // err would show it
	}
	u.Path = "/" + name
	return u.String()
}

// ProjectEnv returns what the tests of a generated project need in their environment:
// where the servers are that its features ask for. They make databases of their own
// there. Without such a server the test is skipped, or fails where Skip says so.
func ProjectEnv(t testing.TB, services []feature.Service) []string {
	t.Helper()
	var env []string
	for _, s := range services {
		if s.TestEnv != "" {
			env = append(env, s.TestEnv+"="+For(t, s.Name))
		}
	}
	return env
}

// Skip skips a test for want of a server, and has it counted in the last line of
// `make test`. Under CI, where they can be installed, only MongoDB may be missing.
func Skip(t testing.TB, title, reason string) {
	t.Helper()
	if os.Getenv("CI") != "" && slices.ContainsFunc(kinds(), func(k *kind) bool { return k.title == title }) {
		t.Fatalf("%s, and CI must not skip it", reason)
	}
	if name := os.Getenv(skipsVariable); name != "" {
		if err := addSkip(name, skip{Reason: title + ": " + reason, Test: t.Name()}); err != nil {
			t.Fatalf("counting a skipped test: %v", err)
		}
	}
	t.Skip(reason)
}

// running are the servers that this process started because nobody else had.
type running struct {
	mu      sync.Mutex
	servers map[string]*Server
}

//nolint:gochecknoglobals // one server for all tests of a process
var own = running{servers: map[string]*Server{}}

// shared returns the URL of the one server that all tests use.
func shared(t testing.TB, k *kind) (string, error) {
	t.Helper()
	if at := os.Getenv(k.variable); at != "" {
		return at, nil
	}
	own.mu.Lock()
	defer own.mu.Unlock()
	s := own.servers[k.name]
	if s == nil {
		var err error
		if s, err = Start(contextOf(t), k.name); err != nil {
			return "", err
		}
		own.servers[k.name] = s
	}
	return s.URL(), nil
}

// Main runs the tests of a package and stops what they started; TestMain calls it.
func Main(m *testing.M) int {
	code := m.Run()
	own.mu.Lock()
	defer own.mu.Unlock()
	for _, s := range own.servers {
		s.Stop()
	}
	return code
}
