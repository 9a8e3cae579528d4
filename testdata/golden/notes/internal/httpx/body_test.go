package httpx

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/iotest"
)

func TestReadBody(t *testing.T) {
	long := strings.Repeat("x", 200_000)
	tests := []struct {
		name          string
		body          string
		length, limit int64
		tooLarge      bool
	}{
		{"known length", "abc", 3, 10, false},
		{"unknown length", "abc", -1, 10, false},
		{"exactly the limit", "abc", -1, 3, false},
		{"announced too large", "abc", 4, 3, true},
		{"turns out too large", "abcd", -1, 3, true},
		{"longer than announced", "abcd", 2, 3, true},
		{"larger than the first buffer", long, int64(len(long)), 1 << 20, false},
		{"empty", "", 0, 3, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ReadBody(iotest.OneByteReader(strings.NewReader(tt.body)), tt.length, tt.limit)
			if tt.tooLarge != errors.Is(err, ErrTooLarge) {
				t.Fatalf("got error %v", err)
			}
			if !tt.tooLarge && string(got) != tt.body {
				t.Errorf("got %d bytes, want %d", len(got), len(tt.body))
			}
		})
	}
}

func TestReadBodyDoesNotTrustTheAnnouncedLength(t *testing.T) {
	got, err := ReadBody(strings.NewReader("abc"), 100<<20, 100<<20)
	if err != nil || cap(got) > 2*firstBuffer {
		t.Errorf("%d bytes were reserved for 3, error %v", cap(got), err)
	}
}

func TestReadBodyTellsWhoIsToBlame(t *testing.T) {
	tests := map[error]int{
		io.ErrUnexpectedEOF:                        StatusClientClosed,
		&net.OpError{Op: "read", Err: io.EOF}:      StatusClientClosed,
		context.Canceled:                           StatusClientClosed,
		context.DeadlineExceeded:                   http.StatusGatewayTimeout,
		os.ErrDeadlineExceeded:                     http.StatusRequestTimeout,
		&http.MaxBytesError{Limit: 1}:              http.StatusRequestEntityTooLarge,
		errors.New("invalid byte in chunk length"): http.StatusBadRequest,
	}
	for cause, status := range tests {
		_, err := ReadBody(iotest.ErrReader(cause), -1, 10)
		if p := ProblemFor(err); p.Status != status || strings.Contains(p.Detail, "chunk") {
			t.Errorf("%v: got %d %q, want %d", cause, p.Status, p.Detail, status)
		}
	}
}
