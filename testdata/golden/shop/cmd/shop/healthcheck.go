package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"time"

	"example.com/shop/internal/config"
)

// healthcheck asks the service that runs with the same configuration on this machine: the container has no shell and no
// curl to do it with.
func healthcheck(ctx context.Context, c *console, args []string) error {
	path, timeout := "/healthz", 3*time.Second
	err := parse(c, "healthcheck", args, func(flags *flag.FlagSet) {
		flags.BoolFunc("ready", "ask whether it is ready for requests, not only alive", func(string) error {
			path = "/readyz"
			return nil
		})
		flags.DurationVar(&timeout, "timeout", timeout, "how long to wait for the answer")
	})
	if err != nil {
		return err
	}
	cfg, err := config.Load(c.lookup)
	if err != nil {
		return err
	}
	addr, err := localAddr(cfg.HTTPAddr)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return probe(ctx, "http://"+addr+path)
}

// localAddr turns an address to listen on into one to connect to: "all addresses" becomes this machine.
func localAddr(listen string) (string, error) {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "", fmt.Errorf("HTTP_ADDR: %w", err)
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port), nil
}

func probe(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return fmt.Errorf("healthcheck: %w", err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("healthcheck: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("healthcheck: %s answered %s", url, response.Status)
	}
	return nil
}
