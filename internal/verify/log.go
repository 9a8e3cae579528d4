package verify

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync"

	"github.com/layup-dev/layup/internal/gotool"
)

// log takes what the service prints: it keeps the end for a report and finds
// the address that the service listens on.
type log struct {
	// addr gets the first address.
	addr chan string

	mu    sync.Mutex
	found bool
	text  bytes.Buffer
	line  int // where the unfinished line starts
}

func newLog() *log { return &log{addr: make(chan string, 1)} }

// Write implements io.Writer.
func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.Write(p)
	for {
		line, _, whole := bytes.Cut(l.text.Bytes()[l.line:], []byte("\n"))
		if !whole {
			return len(p), nil
		}
		l.line += len(line) + 1
		l.look(line)
	}
}

func (l *log) look(line []byte) {
	var entry struct{ Msg, Addr string }
	if l.found || json.Unmarshal(line, &entry) != nil || entry.Msg != "listening" {
		return
	}
	l.found = true
	l.addr <- entry.Addr
}

func (l *log) tail() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return gotool.Tail(strings.TrimSpace(l.text.String()))
}
