package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net"
	"strings"
	"testing"

	"example.com/notes/internal/config"
	"example.com/notes/internal/database/databasetest"
)

// environment is what commands read in tests: a fresh database, and ports that nobody else has.
func environment(t *testing.T, more map[string]string) config.Lookup {
	t.Helper()
	settings := map[string]string{
		"DATABASE_URL": databasetest.URL(t),
		"HTTP_ADDR":    "127.0.0.1:0",
		"ADMIN_ADDR":   "",
		"DRAIN_DELAY":  "0s",
		"LOG_FORMAT":   "json",
	}
	maps.Copy(settings, more)
	return func(name string) (string, bool) {
		value, ok := settings[name]
		return value, ok
	}
}

// execute runs a command line and returns what it wrote.
func execute(t *testing.T, lookup config.Lookup, input string, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, errs bytes.Buffer
	err = run(t.Context(), args, lookup, strings.NewReader(input), &out, &errs)
	return out.String(), errs.String(), err
}

func TestCommandLineMistakes(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		args []string
		want string
	}{
		"unknown command":      {[]string{"dance"}, `unknown command "dance"`},
		"unknown subcommand":   {[]string{"migrate", "sideways"}, `unknown command "migrate sideways"`},
		"missing subcommand":   {[]string{"migrate"}, "migrate needs a command"},
		"unknown flag":         {[]string{"serve", "--fast"}, "-fast"},
		"unexpected argument":  {[]string{"routes", "all"}, `unexpected argument "all"`},
		"unexpected migration": {[]string{"migrate", "down", "3"}, `unexpected argument "3"`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := execute(t, environment(t, nil), "", tt.args...)
			if exitCode(err) != 2 {
				t.Errorf("got exit code %d (%v), want 2", exitCode(err), err)
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want it to say %q", err, tt.want)
			}
		})
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"help"}, {"--help"}, {"migrate", "-h"}, {"serve", "-h"}} {
		stdout, stderr, err := execute(t, environment(t, nil), "", args...)
		if err != nil || !strings.Contains(stdout+stderr, "Usage") {
			t.Errorf("%v: got %v and %q", args, err, stdout+stderr)
		}
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	stdout, _, err := execute(t, environment(t, nil), "", "version")
	if err != nil || !strings.HasPrefix(stdout, "notes ") {
		t.Errorf("got %q and %v", stdout, err)
	}
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	stdout, _, err := execute(t, environment(t, nil), "", "routes")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"/healthz", "/readyz"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%s is missing in\n%s", want, stdout)
		}
	}
}

func TestConfigCheckNamesEveryProblem(t *testing.T) {
	t.Parallel()
	lookup := environment(t, map[string]string{"HTTP_ADDR": "nonsense", "LOG_LEVEL": "loud"})
	_, _, err := execute(t, lookup, "", "config", "check")
	if exitCode(err) != 1 {
		t.Fatalf("got %v, want a failure", err)
	}
	for _, variable := range []string{"HTTP_ADDR", "LOG_LEVEL"} {
		if !strings.Contains(err.Error(), variable) {
			t.Errorf("%s is missing in %v", variable, err)
		}
	}
	_, _, err = execute(t, environment(t, nil), "", "config", "check", "--env", "holiday")
	if exitCode(err) != 1 || !strings.Contains(err.Error(), "APP_ENV") {
		t.Errorf("--env is not looked at: %v", err)
	}
	stdout, _, err := execute(t, environment(t, nil), "", "config", "check")
	if err != nil || !strings.Contains(stdout, "fine for development") {
		t.Errorf("a good configuration is refused: %q, %v", stdout, err)
	}
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	lookup := environment(t, nil)
	status := func() string {
		stdout, _, err := execute(t, lookup, "", "migrate", "status")
		if err != nil {
			t.Fatal(err)
		}
		return stdout
	}
	steps := strings.Count(status(), "pending")
	if _, _, err := execute(t, lookup, "", "migrate", "up"); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(status(), "applied"); got != steps {
		t.Errorf("%d migrations are applied, want all %d", got, steps)
	}
	if _, _, err := execute(t, lookup, "", "migrate", "down"); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Count(status(), "pending"), min(steps, 1); got != want {
		t.Errorf("%d migrations are pending after one step down, want %d", got, want)
	}
}

func TestServeAndHealthcheck(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	done := make(chan error, 1)
	lookup := environment(t, nil)
	go func() {
		err := run(ctx, nil, lookup, strings.NewReader(""), writer, io.Discard)
		done <- errors.Join(err, writer.Close())
	}()
	lines := bufio.NewScanner(reader)
	addr := listeningAt(t, lines)
	go io.Copy(io.Discard, reader) //nolint:errcheck // the log must not block the service

	probe := environment(t, map[string]string{"HTTP_ADDR": addr})
	if _, _, err := execute(t, probe, "", "healthcheck"); err != nil {
		t.Error(err)
	}
	stop()
	if err := <-done; err != nil {
		t.Errorf("serve ended with %v", err)
	}
	if _, _, err := execute(t, probe, "", "healthcheck"); exitCode(err) != 1 {
		t.Errorf("nobody is there, but healthcheck says %v", err)
	}
}

// listeningAt reads the log until the service says where it listens.
func listeningAt(t *testing.T, lines *bufio.Scanner) string {
	t.Helper()
	for lines.Scan() {
		var line struct{ Msg, Addr string }
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatalf("%v in log line %q", err, lines.Text())
		}
		if line.Msg == "listening" {
			return line.Addr
		}
	}
	t.Fatal("the service never said where it listens")
	return ""
}

func TestServeFailsAtOnceWhenThePortIsTaken(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	lookup := environment(t, map[string]string{"HTTP_ADDR": taken.Addr().String()})
	_, _, err = execute(t, lookup, "", "serve")
	if exitCode(err) != 1 || !strings.Contains(err.Error(), taken.Addr().String()) {
		t.Errorf("got %v, want an error that names the address", err)
	}
}

func TestLocalAddr(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"127.0.0.1:8080": "127.0.0.1:8080",
		"0.0.0.0:8080":   "127.0.0.1:8080",
		":8080":          "127.0.0.1:8080",
		"[::]:8080":      "127.0.0.1:8080",
		"[::1]:8080":     "[::1]:8080",
	}
	for listen, want := range tests {
		if got, err := localAddr(listen); err != nil || got != want {
			t.Errorf("localAddr(%q) = %q, %v; want %q", listen, got, err, want)
		}
	}
}
