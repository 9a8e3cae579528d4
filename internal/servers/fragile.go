package servers

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Fragile is a server that a test may break.
type Fragile interface {
	// Kill ends it; nobody listens on its port then. Continue starts it again.
	Kill()
	Continue(ctx context.Context) error
	// Pause keeps it from answering, and from nothing else. Resume ends that.
	Pause()
	Resume()
	// Busy counts the statements that it is working on for others, and Connections
	// the connections to the database at a URL. Where nobody knows, both are 0.
	Busy(t testing.TB, at string) int
	Connections(t testing.TB, at string) int
}

// NewFragile returns a server that only this test has, and the URL of an empty database
// there. For MongoDB, which cannot be started here, it is a way to the one that there
// is which can be blocked.
func NewFragile(t testing.TB, name string) (server Fragile, at string) {
	t.Helper()
	if find(name) == nil {
		return newProxy(t, For(t, name))
	}
	s := New(t, name)
	return s, s.Database(t)
}

// Busy counts the statements that sleep.
func (s *Server) Busy(t testing.TB, at string) int {
	t.Helper()
	return number(t, Ask(t, at, s.kind.busy))
}

// Connections counts those to the database but the one that asks.
func (s *Server) Connections(t testing.TB, at string) int {
	t.Helper()
	return number(t, Ask(t, at, s.kind.connections))
}

func number(t testing.TB, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// proxy passes connections on to a server that it cannot break.
type proxy struct {
	addr, target string

	mu       sync.Mutex
	listener net.Listener
	open     map[net.Conn]bool
	paused   chan struct{} // closed while bytes may pass
}

// newProxy returns a proxy to the server at a URL, and the URL through it.
func newProxy(t testing.TB, at string) (*proxy, string) {
	t.Helper()
	where, err := url.Parse(at)
	if err != nil || strings.Contains(where.Host, ",") {
		t.Fatal("servers: only a URL with one host can be passed on")
	}
	p := &proxy{addr: "127.0.0.1:0", target: where.Host, open: map[net.Conn]bool{}, paused: make(chan struct{})}
	close(p.paused)
	if err := p.Continue(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Kill)
	where.Host = p.addr
	query := where.Query()
	query.Set("directConnection", "true") // or the driver goes to the members by itself
	query.Del("replicaSet")
	where.RawQuery = query.Encode()
	return p, where.String()
}

// Continue listens, on the same port as before.
func (p *proxy) Continue(ctx context.Context) error {
	var c net.ListenConfig
	l, err := c.Listen(ctx, "tcp", p.addr)
	if err != nil {
		return err //nolint:wrapcheck // says what
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.listener, p.addr = l, l.Addr().String()
	go func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			go p.pass(from)
		}
	}()
	return nil
}

// pass connects one client with the server until one of them has enough.
func (p *proxy) pass(from net.Conn) {
	var d net.Dialer
	to, err := d.DialContext(context.Background(), "tcp", p.target)
	if err != nil {
		_ = from.Close()
		return
	}
	for _, c := range []net.Conn{from, to} {
		p.note(c, true)
		defer p.note(c, false)
	}
	done := make(chan struct{}, 2)
	for _, way := range [][2]net.Conn{{from, to}, {to, from}} {
		go func() {
			p.copy(way[1], way[0])
			_, _ = from.Close(), to.Close()
			done <- struct{}{}
		}()
	}
	<-done
	<-done
}

func (p *proxy) note(c net.Conn, open bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if open {
		p.open[c] = true
		return
	}
	delete(p.open, c)
}

// copy passes bytes on, unless the proxy pauses.
func (p *proxy) copy(to io.Writer, from io.Reader) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		p.mu.Lock()
		passing := p.paused
		p.mu.Unlock()
		<-passing
		if _, writeErr := to.Write(buffer[:n]); errors.Join(err, writeErr) != nil {
			return
		}
	}
}

// Kill closes everything.
func (p *proxy) Kill() {
	p.Resume()
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = p.listener.Close()
	for c := range p.open {
		_ = c.Close()
	}
}

// Pause keeps what is sent.
func (p *proxy) Pause() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.paused = make(chan struct{})
}

// Resume passes on what was kept.
func (p *proxy) Resume() {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.paused:
	default:
		close(p.paused)
	}
}

// Busy does not know.
func (*proxy) Busy(testing.TB, string) int { return 0 }

// Connections counts those that pass.
func (p *proxy) Connections(testing.TB, string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.open) / 2
}
