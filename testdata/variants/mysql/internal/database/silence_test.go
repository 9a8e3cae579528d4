package database

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"example.com/shop/internal/database/testserver"
	"example.com/shop/internal/model"
)

// TestSilenceEndsTransactions has the server fall silent before a COMMIT and before a ROLLBACK, which no context limits.
func TestSilenceEndsTransactions(t *testing.T) {
	t.Parallel()
	refused := errors.New("not today")
	for name, test := range map[string]struct{ fails, want error }{
		"commit": {want: model.ErrUnavailable}, "rollback": {fails: refused, want: refused},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var silent atomic.Bool
			cfg := settings(through(t, testserver.Empty(t), &silent))
			cfg.DatabaseTimeout = time.Second
			db := openWith(t, cfg)
			ended := make(chan error, 1)
			go func() {
				ended <- db.WithTx(t.Context(), func(context.Context) error {
					silent.Store(true)
					return test.fails
				})
			}()
			select {
			case err := <-ended:
				if !errors.Is(err, test.want) {
					t.Errorf("the transaction ended with %v, want %v", err, test.want)
				}
			case <-time.After(30 * time.Second):
				t.Error("the transaction waits for ever")
			}
		})
	}
}

// through returns the URL of the same database behind somebody who passes everything on until silent is set.
func through(t *testing.T, raw string, silent *atomic.Bool) string {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	server := u.Host
	go func() {
		for {
			client, err := ln.Accept()
			if err != nil {
				return
			}
			go pass(client, server, silent)
		}
	}()
	u.Host = ln.Addr().String()
	return u.String()
}

// pass joins a client with the server until one of them hangs up.
func pass(client net.Conn, server string, silent *atomic.Bool) {
	defer func() { _ = client.Close() }()
	behind, err := net.Dial("tcp", server)
	if err != nil {
		return
	}
	defer func() { _ = behind.Close() }()
	go func() { _, _ = io.Copy(client, behind) }()
	_, _ = io.Copy(listener{behind, silent}, client)
}

// listener hears what is written to it, and passes it on unless it is silent.
type listener struct {
	io.Writer
	silent *atomic.Bool
}

// Write implements io.Writer.
func (l listener) Write(data []byte) (int, error) {
	if l.silent.Load() {
		return len(data), nil
	}
	return l.Writer.Write(data)
}
