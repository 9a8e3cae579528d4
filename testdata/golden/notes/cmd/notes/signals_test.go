//go:build unix

package main

import (
	"context"
	"errors"
	"syscall"
	"testing"

	"example.com/notes/internal/app"
)

// TestSignals sends the test's own process what a terminal or an orchestrator would: the first signal ends the context
// with the right cause, the second ends the process. It cannot run beside other tests.
func TestSignals(t *testing.T) {
	tests := map[string]struct {
		signal syscall.Signal
		cause  error
		code   int
	}{
		"terminal":     {syscall.SIGINT, app.ErrInterrupted, 130},
		"orchestrator": {syscall.SIGTERM, errTerminated, 143},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			exited := make(chan int, 1)
			ctx, stop := withSignals(t.Context(), func(code int) { exited <- code })
			defer stop()
			raise(t, tt.signal)
			<-ctx.Done()
			if cause := context.Cause(ctx); !errors.Is(cause, tt.cause) {
				t.Errorf("got cause %v, want %v", cause, tt.cause)
			}
			raise(t, tt.signal)
			if code := <-exited; code != tt.code {
				t.Errorf("got exit code %d, want %d", code, tt.code)
			}
		})
	}
}

func raise(t *testing.T, signal syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(syscall.Getpid(), signal); err != nil {
		t.Fatal(err)
	}
}
