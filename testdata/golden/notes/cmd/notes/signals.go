package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"

	"example.com/notes/internal/app"
)

var errTerminated = errors.New("terminated")

// withSignals returns a context that ends at the first SIGTERM (with time to drain) or SIGINT (without). The second
// signal means that somebody has lost patience: exit is called at once.
func withSignals(parent context.Context, exit func(code int)) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	done := make(chan struct{})
	go func() {
		select {
		case received := <-signals:
			cancel(causeOf(received))
		case <-done:
			return
		}
		select {
		case received := <-signals:
			exit(signalExitCode(received))
		case <-done:
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(done)
		cancel(nil)
	}
}

func causeOf(received os.Signal) error {
	if received == os.Interrupt {
		return app.ErrInterrupted
	}
	return errTerminated
}

// signalExitCode follows the shells: 128 plus the number of the signal.
func signalExitCode(received os.Signal) int {
	if number, ok := received.(syscall.Signal); ok {
		return 128 + int(number)
	}
	return 1
}
