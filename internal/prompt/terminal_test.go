//go:build unix

package prompt_test

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/creack/pty"
	"golang.org/x/term"

	"github.com/layup-dev/layup/cmd"
	"github.com/layup-dev/layup/internal/prompt/quiet"
)

// asLayup makes the test binary behave as layup itself.
const asLayup = "LAYUP_TEST_AS_LAYUP"

func TestMain(m *testing.M) {
	if os.Getenv(asLayup) != "" {
		os.Exit(cmd.Execute())
	}
	quiet.Restore() // as a command does
	os.Exit(m.Run())
}

// session is layup on a terminal of its own.
type session struct {
	t          *testing.T
	tty, inner *os.File
	cmd        *exec.Cmd
	// then and now are the states of the terminal before and after.
	then, now *term.State

	mu     sync.Mutex
	screen *screen
	bytes  strings.Builder
	news   chan struct{}
	ended  chan struct{}
}

// patience is how long something may take on a slow machine before it has failed.
func patience() time.Duration { return 30 * time.Second }

// size is columns by rows.
type size struct{ cols, rows uint16 }

// layup starts `layup args…` in dir, on a terminal of that size.
func layup(t *testing.T, dir string, window size, env []string, args ...string) *session {
	t.Helper()
	s := newSession(t, window)
	s.cmd = exec.CommandContext(t.Context(), os.Args[0], args...)
	s.cmd.Dir = dir
	s.cmd.Env = slices.Concat(environment(), []string{asLayup + "=1", "TERM=xterm-256color"}, env)
	s.cmd.Stdin, s.cmd.Stdout, s.cmd.Stderr = s.inner, s.inner, s.inner
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := s.cmd.Start(); err != nil {
		t.Fatalf("starting layup: %v", err)
	}
	return s
}

// newSession opens a terminal without anything on it.
func newSession(t *testing.T, window size) *session {
	t.Helper()
	s := &session{t: t, news: make(chan struct{}, 1), ended: make(chan struct{})}
	var err error
	if s.tty, s.inner, err = pty.Open(); err != nil {
		t.Fatalf("opening a terminal: %v", err)
	}
	if s.then, err = term.GetState(int(s.inner.Fd())); err != nil {
		t.Fatalf("state of the terminal: %v", err)
	}
	s.resize(window)
	t.Cleanup(s.close)
	go s.watch()
	return s
}

// resize changes the window, and tells layup as a terminal does.
func (s *session) resize(window size) {
	s.t.Helper()
	s.mu.Lock()
	s.screen = newScreen(int(window.cols), int(window.rows))
	s.mu.Unlock()
	if err := pty.Setsize(s.tty, &pty.Winsize{Cols: window.cols, Rows: window.rows}); err != nil {
		s.t.Fatalf("resizing the terminal: %v", err)
	}
}

// environment is the test's own without what would change the questions.
func environment() []string {
	drop := []string{"CI=", "TERM=", "NO_COLOR=", "ACCESSIBLE=", "COLORTERM=", "CLICOLOR"}
	return slices.DeleteFunc(os.Environ(), func(v string) bool {
		return slices.ContainsFunc(drop, func(prefix string) bool { return strings.HasPrefix(v, prefix) })
	})
}

func (s *session) watch() {
	defer close(s.ended)
	buf := make([]byte, 4096)
	var rest []byte
	for {
		n, err := s.tty.Read(buf)
		text, tail := wholeRunes(append(rest, buf[:n]...))
		rest = tail
		s.mu.Lock()
		s.bytes.WriteString(text)
		s.screen.write(text)
		s.mu.Unlock()
		select {
		case s.news <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

// wholeRunes cuts off a character that has not arrived completely.
func wholeRunes(b []byte) (text string, rest []byte) {
	cut := len(b)
	for i := max(0, len(b)-utf8.UTFMax+1); i < len(b); i++ {
		if utf8.RuneStart(b[i]) && !utf8.FullRune(b[i:]) {
			cut = i
		}
	}
	return string(b[:cut]), slices.Clone(b[cut:])
}

// expect waits until the screen shows every text.
func (s *session) expect(texts ...string) { s.t.Helper(); s.await("on the screen", s.shown, texts) }

// expectSent waits until the terminal got every text, shown or not.
func (s *session) expectSent(texts ...string) { s.t.Helper(); s.await("sent", s.transcript, texts) }

func (s *session) await(where string, got func() string, texts []string) {
	s.t.Helper()
	late := time.After(patience())
	for {
		shown := got()
		if !slices.ContainsFunc(texts, func(text string) bool { return !strings.Contains(shown, text) }) {
			return
		}
		select {
		case <-s.news:
		case <-late:
			s.t.Fatalf("wanted %q %s; the screen:\n%s", texts, where, s.shown())
		}
	}
}

// refute fails when the text was ever sent to the terminal.
func (s *session) refute(text string) {
	s.t.Helper()
	if strings.Contains(s.transcript(), text) {
		s.t.Errorf("%q must not appear; the terminal got %q", text, s.transcript())
	}
}

func (s *session) shown() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.TrimRight(s.screen.String(), "\n")
}

func (s *session) transcript() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bytes.String()
}

func (s *session) send(keys string) {
	s.t.Helper()
	if _, err := s.tty.WriteString(keys); err != nil {
		s.t.Fatalf("typing %q: %v", keys, err)
	}
}

// step is what the screen must show, and what is typed then.
type step struct{ expect, send string }

func (s *session) follow(steps ...step) {
	s.t.Helper()
	for _, st := range steps {
		s.expect(st.expect)
		s.send(st.send)
	}
}

// exit waits for the end, and for all that was printed, and returns the exit code.
func (s *session) exit() int {
	s.t.Helper()
	done := make(chan error, 1)
	go func() { done <- s.cmd.Wait() }()
	select {
	case <-done:
	case <-time.After(patience()):
		s.t.Fatalf("layup does not end; the screen:\n%s", s.shown())
	}
	var err error
	if s.now, err = term.GetState(int(s.inner.Fd())); err != nil {
		s.t.Fatalf("state of the terminal: %v", err)
	}
	_ = s.inner.Close()
	<-s.ended
	return s.cmd.ProcessState.ExitCode()
}

// wantRestored fails when the terminal was left in another state; it follows exit.
func (s *session) wantRestored() {
	s.t.Helper()
	if *s.now != *s.then {
		s.t.Errorf("the terminal was left in another state: %+v, was %+v", *s.now, *s.then)
	}
	sent := s.transcript()
	if strings.LastIndex(sent, "\x1b[?25l") > strings.LastIndex(sent, "\x1b[?25h") {
		s.t.Error("the cursor was left hidden")
	}
}

func (s *session) close() {
	if s.cmd != nil && s.cmd.ProcessState == nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
	}
	_, _ = s.tty.WriteString("\n") // ends a read that a form in this process left behind
	_ = s.inner.Close()
	<-s.ended
	_ = s.tty.Close()
}
