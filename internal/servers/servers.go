// Package servers starts real database servers for tests, from what is installed
// and without privileges: each on a free loopback port, with its data in a temporary
// directory. Command with (./with) starts one of each for a whole test run and says
// in the environment where they are; a package that is tested alone starts its own.
//
// It is the one place that knows how such servers are run. No product code may
// import it.
package servers

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// kind is what is to be known of one sort of server.
type kind struct {
	// name is what compose calls it, title what people do.
	name, title string
	// variable says in the environment where one runs.
	variable string
	// programs must be installed; install says how if they are not.
	programs []string
	// prepare fills the empty directory of a new server.
	prepare func(ctx context.Context, s *Server) error
	// arguments start with the program.
	arguments func(s *Server) []string
	// address is the URL of its first database.
	address url.URL
	// client returns a command that runs a statement.
	client func(at *url.URL, statement string) (arguments, env []string)
	// create and drop make and remove the database that they are given.
	create, drop string
	// busy counts the statements of others that sleep, and connections those of others
	// to the database of the one who asks.
	busy, connections string
	// end is the fastest signal that leaves nothing behind in the system: the data is
	// thrown away.
	end syscall.Signal
}

// kinds lists the servers that can be started here.
func kinds() []*kind { return []*kind{postgres(), mysql(), redis()} }

func find(name string) *kind {
	for _, k := range kinds() {
		if k.name == name {
			return k
		}
	}
	return nil
}

// Server is one that was started here.
type Server struct {
	kind    *kind
	dir     *directory
	port    int
	process *process
}

const (
	// startLimit is for a machine that is busy with other tests.
	startLimit = 60 * time.Second
	// attempts may fail, because somebody else took the port that was free.
	attempts = 3
)

// Start starts a server: postgres, mysql (MariaDB) or redis. It returns a
// *MissingError when its programs are not installed.
func Start(ctx context.Context, name string) (*Server, error) {
	k := find(name)
	if k == nil {
		return nil, fmt.Errorf("servers: no server is called %q", name)
	}
	if err := installed(k); err != nil {
		return nil, err
	}
	dir, err := newDirectory()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", k.title, err)
	}
	s := &Server{kind: k, dir: dir}
	for range attempts {
		if err = s.first(ctx); err == nil || ctx.Err() != nil {
			break
		}
	}
	if err != nil {
		s.Stop()
		return nil, fmt.Errorf("starting %s: %w", k.title, err)
	}
	return s, nil
}

// first starts the server with an empty directory on a port that is free now.
func (s *Server) first(ctx context.Context) error {
	if err := s.dir.empty(); err != nil {
		return err
	}
	if err := s.kind.prepare(ctx, s); err != nil {
		return err
	}
	port, err := freePort(ctx)
	if err != nil {
		return err
	}
	s.port = port
	return s.Continue(ctx)
}

// Continue starts a server again that was killed: on the same port, with the same
// data.
func (s *Server) Continue(ctx context.Context) error {
	p, err := s.start(s.kind.arguments(s))
	if err != nil {
		return err
	}
	s.process = p
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	for {
		select {
		case <-p.ended:
			return fmt.Errorf("it ended at once: %w: %s", p.err, s.dir.log())
		case <-ctx.Done():
			s.Kill()
			return fmt.Errorf("it does not answer: %w: %s", context.Cause(ctx), s.dir.log())
		case <-time.After(10 * time.Millisecond):
		}
		if _, err := ask(ctx, s.kind, s.URL(), ""); err == nil {
			return nil
		}
	}
}

// URL returns where the server is, for one who may do everything. The URL names a
// database that is there.
func (s *Server) URL() string {
	at := s.kind.address
	at.Host = s.Addr()
	return at.String()
}

// Addr returns the address that the server listens on.
func (s *Server) Addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// Dir is the directory of the server, which is its own.
func (s *Server) Dir() string { return s.dir.path }

// Stop ends the server and removes its data.
func (s *Server) Stop() {
	if s.process != nil {
		s.process.stop(s.kind.end)
	}
	s.dir.remove()
}

// MissingError says that a server is not installed.
type MissingError struct {
	Title, Program string
}

func (e *MissingError) Error() string {
	return fmt.Sprintf("%s is not installed (no %s here); `make deps` installs it on Debian and Ubuntu", e.Title, e.Program)
}

func installed(k *kind) error {
	for _, p := range k.programs {
		if _, ok := program(p); !ok {
			return &MissingError{Title: k.title, Program: p}
		}
	}
	return nil
}

// program finds an executable where distributions put those of servers.
func program(name string) (string, bool) {
	dirs := filepath.SplitList(os.Getenv("PATH"))
	if versions, err := filepath.Glob("/usr/lib/postgresql/*/bin"); err == nil {
		for i := range versions { // the newest first
			dirs = append(dirs, versions[len(versions)-1-i])
		}
	}
	for _, dir := range append(dirs, "/usr/sbin", "/usr/local/sbin") {
		path := filepath.Join(dir, name)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return path, true
		}
	}
	return "", false
}

func freePort(ctx context.Context) (int, error) {
	var c net.ListenConfig
	l, err := c.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("looking for a free port: %w", err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return 0, fmt.Errorf("looking for a free port: %w", err)
	}
	return strconv.Atoi(port) //nolint:wrapcheck // a port is a number
}

// Password is in every URL, so that tests can look for it where it must not be.
const Password = "canary-of-the-database"
