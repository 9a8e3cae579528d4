package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"

	"example.com/shop/internal/server"
)

// ErrInterrupted is the cause of a context that ends because somebody at a terminal wants the service gone: requests in
// flight still finish, but nobody needs time to notice that the service is leaving.
var ErrInterrupted = errors.New("interrupted")

// Run listens on the configured addresses and serves until ctx ends. It returns nil after a graceful stop, and an error
// at once when an address cannot be had.
func (a *App) Run(ctx context.Context) error {
	for _, warning := range a.cfg.Warnings() {
		a.log.WarnContext(ctx, warning)
	}
	public, err := listen(ctx, "HTTP_ADDR", a.cfg.HTTPAddr)
	if err != nil {
		return err
	}
	if a.cfg.AdminAddr == "" {
		return a.Serve(ctx, public, nil)
	}
	admin, err := listen(ctx, "ADMIN_ADDR", a.cfg.AdminAddr)
	if err != nil {
		return errors.Join(err, public.Close())
	}
	return a.Serve(ctx, public, admin)
}

func listen(ctx context.Context, variable, addr string) (net.Listener, error) {
	var config net.ListenConfig
	ln, err := config.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s=%s (is something else using the port?): %w", variable, addr, err)
	}
	return ln, nil
}

// Serve is Run on listeners of the caller's, which it closes. Without an admin listener there is no admin server.
func (a *App) Serve(ctx context.Context, public, admin net.Listener) error {
	options := server.Options{
		Config:        a.cfg,
		Log:           a.log,
		Routes:        a.Routes(),
		Authenticator: a.authenticator,
	}
	srv, err := server.New(options)
	if err != nil {
		return errors.Join(fmt.Errorf("build the server: %w", err), closeAll(public, admin))
	}
	endpoints := []endpoint{{srv, public}}
	if admin != nil {
		endpoints = append(endpoints, endpoint{server.NewAdmin(options), admin})
	}
	return a.serve(ctx, endpoints)
}

func closeAll(listeners ...net.Listener) error {
	var errs []error
	for _, ln := range listeners {
		if ln != nil {
			errs = append(errs, ln.Close())
		}
	}
	return errors.Join(errs...)
}

// httpServer is what serving and stopping need of a server.
type httpServer interface {
	Serve(ctx context.Context, ln net.Listener) error
	Drain()
	Shutdown(ctx context.Context) error
}

// endpoint is a server and where it listens.
type endpoint struct {
	srv httpServer
	ln  net.Listener
}

// serve answers requests until ctx ends and then stops in order. The context of requests and background work outlives
// ctx: the signal to stop must not cut off what is in flight.
func (a *App) serve(ctx context.Context, endpoints []endpoint) error {
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	wait := a.startBackground(work)
	defer func() {
		stop()
		wait()
	}()

	served := make(chan error, len(endpoints))
	for _, e := range endpoints {
		go func() { served <- e.srv.Serve(work, e.ln) }()
		a.log.LogAttrs(ctx, slog.LevelInfo, "listening", slog.String("addr", e.ln.Addr().String()))
	}
	var failed error
	select {
	case err := <-served:
		failed = fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
		a.drain(ctx, endpoints)
	}
	return errors.Join(failed, a.shutdown(ctx, endpoints))
}

// drain says "not ready" and keeps serving while load balancers notice.
func (a *App) drain(ctx context.Context, endpoints []endpoint) {
	for _, e := range endpoints {
		e.srv.Drain()
	}
	a.health.draining.Store(true)
	if a.cfg.DrainDelay > 0 && !errors.Is(context.Cause(ctx), ErrInterrupted) {
		a.log.LogAttrs(ctx, slog.LevelInfo, "draining", slog.String("delay", a.cfg.DrainDelay.String()))
		sleep(context.WithoutCancel(ctx), a.cfg.DrainDelay)
	}
}

// shutdown stops accepting and waits for what is in flight, but not for ever.
func (a *App) shutdown(ctx context.Context, endpoints []endpoint) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.cfg.ShutdownTimeout)
	defer cancel()
	a.log.LogAttrs(ctx, slog.LevelInfo, "stopping", slog.String("timeout", a.cfg.ShutdownTimeout.String()))
	for _, e := range endpoints {
		if err := e.srv.Shutdown(ctx); err != nil {
			return fmt.Errorf("requests were still running after SHUTDOWN_TIMEOUT: %w", err)
		}
	}
	a.log.LogAttrs(ctx, slog.LevelInfo, "stopped")
	return nil
}
