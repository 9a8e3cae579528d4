package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// fakeServer notes what is asked of it, and when.
type fakeServer struct {
	began       time.Time
	calls       []string
	stop        chan struct{}
	work        chan context.Context // what Serve got
	last        func() error         // says whether that has ended
	serveErr    error
	shutdownErr error
}

func newFakeServer() *fakeServer {
	return &fakeServer{began: time.Now(), stop: make(chan struct{}), work: make(chan context.Context, 1)}
}

func (f *fakeServer) note(call string) {
	f.calls = append(f.calls, fmt.Sprintf("%s %s", call, time.Since(f.began)))
}

func (f *fakeServer) Serve(ctx context.Context, _ net.Listener) error {
	f.work <- ctx
	if f.serveErr == nil {
		<-f.stop
	}
	return f.serveErr
}

func (f *fakeServer) Drain() { f.note("drain") }

func (f *fakeServer) Shutdown(context.Context) error {
	f.last = (<-f.work).Err
	if f.last() != nil {
		f.note("requests cut off before")
	}
	f.note("shutdown")
	close(f.stop)
	return f.shutdownErr
}

// nowhere is a listener that nobody connects to.
type nowhere struct{ net.Listener }

func (nowhere) Addr() net.Addr { return &net.TCPAddr{} }

func TestServeStopsInOrder(t *testing.T) {
	t.Parallel()
	late := errors.New("still running")
	tests := map[string]struct {
		cause    error
		shutdown error
		want     []string
	}{
		"terminated":  {want: []string{"drain 1m0s", "shutdown 1m5s"}},
		"interrupted": {cause: ErrInterrupted, want: []string{"drain 1m0s", "shutdown 1m0s"}},
		"too late":    {shutdown: late, want: []string{"drain 1m0s", "shutdown 1m5s"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				a := quietApp()
				a.cfg.DrainDelay, a.cfg.ShutdownTimeout = 5*time.Second, 20*time.Second
				srv := newFakeServer()
				srv.shutdownErr = tt.shutdown
				ctx, cancel := context.WithCancelCause(t.Context())
				time.AfterFunc(time.Minute, func() { cancel(tt.cause) })
				err := a.serve(ctx, []endpoint{{srv, nowhere{}}})
				if !errors.Is(err, tt.shutdown) {
					t.Errorf("got %v, want %v", err, tt.shutdown)
				}
				if !slices.Equal(srv.calls, tt.want) {
					t.Errorf("got %v, want %v", srv.calls, tt.want)
				}
				if srv.last() == nil {
					t.Error("work goes on after the end")
				}
			})
		})
	}
}

func TestServeEndsWhenOneServerFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("broken")
		public, admin := newFakeServer(), newFakeServer()
		admin.serveErr = broken
		err := quietApp().serve(t.Context(), []endpoint{{public, nowhere{}}, {admin, nowhere{}}})
		if !errors.Is(err, broken) {
			t.Errorf("got %v, want %v", err, broken)
		}
		for _, srv := range []*fakeServer{public, admin} {
			if want := []string{"shutdown 0s"}; !slices.Equal(srv.calls, want) {
				t.Errorf("got %v, want %v", srv.calls, want)
			}
		}
	})
}

func TestRunSaysWhichAddressIsTaken(t *testing.T) {
	t.Parallel()
	taken := listenLocal(t)
	t.Cleanup(func() { taken.Close() })
	addr := taken.Addr().String()
	for _, variable := range []string{"HTTP_ADDR", "ADMIN_ADDR"} {
		t.Run(variable, func(t *testing.T) {
			t.Parallel()
			env := map[string]string{"HTTP_ADDR": "127.0.0.1:0"}
			env[variable] = addr
			err := newApp(t, env).Run(t.Context())
			if err == nil || !strings.Contains(err.Error(), variable+"="+addr) {
				t.Errorf("got %v, want an error that names %s=%s", err, variable, addr)
			}
		})
	}
}
