package logging

import (
	"fmt"
	"io"
	"sync"
	"time"
)

const (
	bufferSize = 32 << 10
	// maxDelay is how long a line may wait for others to be written with it.
	maxDelay = 100 * time.Millisecond
)

// Buffer collects lines, because one write for many costs much less than one each.
// It is safe for concurrent use.
type Buffer struct {
	mu     sync.Mutex
	w      io.Writer
	lines  []byte
	timer  *time.Timer // runs exactly while lines are waiting
	closed bool
}

func newBuffer(w io.Writer) *Buffer {
	b := &Buffer{w: w, lines: make([]byte, 0, bufferSize)}
	b.timer = time.AfterFunc(time.Hour, func() { _ = b.Flush() })
	b.timer.Stop()
	return b
}

// Write takes one line. After Close it is written through.
func (b *Buffer) Write(line []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.lines)+len(line) > bufferSize {
		if err := b.flush(); err != nil {
			return 0, err
		}
	}
	if len(b.lines) == 0 && !b.closed {
		b.timer.Reset(maxDelay)
	}
	b.lines = append(b.lines, line...)
	if b.closed {
		return len(line), b.flush()
	}
	return len(line), nil
}

// Flush writes the lines that are waiting.
func (b *Buffer) Flush() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.flush()
}

// Close flushes. Nothing is lost that is logged later.
func (b *Buffer) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	return b.flush()
}

// flush writes and forgets the lines, also when that fails: a log that cannot be
// written must not grow.
func (b *Buffer) flush() error {
	b.timer.Stop()
	if len(b.lines) == 0 {
		return nil
	}
	_, err := b.w.Write(b.lines)
	b.lines = b.lines[:0]
	if err != nil {
		return fmt.Errorf("write log: %w", err)
	}
	return nil
}
