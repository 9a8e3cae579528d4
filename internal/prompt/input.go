package prompt

import (
	"context"
	"io"
	"os"
	"sync"
)

// input reads from a terminal for several readers, one after the other. A
// blocked read cannot be interrupted, so when its reader ends, the read stays
// and the next reader gets what it brings: no key is lost between two forms.
type input struct {
	from io.Reader

	mu sync.Mutex
	// pending is the read under way, or nil.
	pending chan chunk
	// rest is what the last read brought beyond what fitted, and its error.
	rest *chunk
}

type chunk struct {
	data []byte
	err  error
}

// until returns a reader that reports io.EOF once ctx ends, and calls hangUp
// at the end of the input and when it fails. Over a file it offers what the
// form needs to find the terminal.
func (i *input) until(ctx context.Context, hangUp func()) io.Reader {
	t := tap{ctx: ctx, input: i, hangUp: hangUp}
	if f, ok := i.from.(*os.File); ok {
		return &fileTap{tap: t, file: f}
	}
	return &t
}

// next returns the result of the read under way; it starts one when there is none.
func (i *input) next() <-chan chunk {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.pending == nil {
		pending := make(chan chunk, 1)
		i.pending = pending
		go func() {
			buf := make([]byte, 4096)
			n, err := i.from.Read(buf)
			pending <- chunk{buf[:n], err}
		}()
	}
	return i.pending
}

// take copies from what was read; it keeps what p has no room for.
func (i *input) take(p []byte, c chunk) (int, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.pending, i.rest = nil, nil
	n := copy(p, c.data)
	if n < len(c.data) {
		i.rest = &chunk{c.data[n:], c.err}
		return n, nil
	}
	return n, c.err
}

func (i *input) kept() *chunk {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.rest
}

// tap is one reader of the input; it keeps ctx because io.Reader has no room for it.
type tap struct {
	ctx    context.Context
	input  *input
	hangUp func()
}

// Read implements io.Reader.
func (t *tap) Read(p []byte) (int, error) {
	if t.ctx.Err() != nil {
		return 0, io.EOF
	}
	if rest := t.input.kept(); rest != nil {
		return t.end(t.input.take(p, *rest))
	}
	select {
	case <-t.ctx.Done():
		return 0, io.EOF
	case c := <-t.input.next():
		return t.end(t.input.take(p, c))
	}
}

func (t *tap) end(n int, err error) (int, error) {
	if err != nil {
		t.hangUp()
	}
	return n, err
}

// fileTap has a descriptor, but no name: with one, the form's library would
// poll the descriptor itself, and its poll outlives the form at times.
type fileTap struct {
	tap

	file *os.File
}

// Fd returns the descriptor of the terminal.
func (t *fileTap) Fd() uintptr { return t.file.Fd() }

// Write implements io.Writer.
func (t *fileTap) Write(p []byte) (int, error) {
	return t.file.Write(p) //nolint:wrapcheck // a writer's errors stay as they are
}

// Close does nothing: the file belongs to the command.
func (t *fileTap) Close() error { return nil }
