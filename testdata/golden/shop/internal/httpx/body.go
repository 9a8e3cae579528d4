package httpx

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
)

var (
	// ErrTooLarge means that the body has more bytes than the operation takes.
	ErrTooLarge = errors.New("request body too large")
	// ErrAborted means that the client went away in the middle of the body.
	ErrAborted = errors.New("request body aborted")
	// ErrTooSlow means that the body did not arrive in time.
	ErrTooSlow = errors.New("request body too slow")
)

// The buffer for a body starts small even when the client announces more: what was
// not sent must not cost memory.
const firstBuffer = 64 << 10

// ReadBody reads a body of at most limit bytes. length is what the client
// announced, or -1. It returns ErrTooLarge without reading when that is too much
// already; the caller then closes the connection.
func ReadBody(body io.Reader, length, limit int64) ([]byte, error) {
	if length > limit {
		return nil, ErrTooLarge
	}
	if length == 0 || body == nil {
		return nil, nil
	}
	var buffer bytes.Buffer
	// ReadFrom wants room for one more read before it sees the end.
	buffer.Grow(int(min(max(length, 0), firstBuffer)) + bytes.MinRead)
	if _, err := buffer.ReadFrom(io.LimitReader(body, limit+1)); err != nil {
		return nil, readError(err)
	}
	if int64(buffer.Len()) > limit {
		return nil, ErrTooLarge
	}
	return buffer.Bytes(), nil
}

// readError tells why a body could not be read: it is never the service's fault.
func readError(err error) error {
	switch {
	case is[*http.MaxBytesError](err):
		return ErrTooLarge
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("read request body: %w", err)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Errorf("%w: %w", ErrTooSlow, err)
	case errors.Is(err, io.ErrUnexpectedEOF), is[*net.OpError](err):
		return fmt.Errorf("%w: %w", ErrAborted, err)
	default: // chunks that are not chunks, for example
		return BadRequest("The body cannot be read.")
	}
}
