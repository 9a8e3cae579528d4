// Command lock writes templates/go/modules.lock: the versions of modules.yaml
// and the packages that templates import, resolved by the go command into one
// build list, with what package gomod needs to write go.mod and go.sum of any
// part of it. It needs the network, or a module cache that has everything.
//
//	go run ./internal/stack/golang/gomod/lock [-dir templates/go] [-o templates/go/modules.lock]
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "lock:", err)
		os.Exit(1)
	}
}

// run reads modules.yaml and the templates below -dir and writes the lock to
// -o, or to modules.lock beside them. A lock that does not give what `go mod tidy` gives is not written.
func run(ctx context.Context, args []string, stderr io.Writer) error {
	flags := flag.NewFlagSet("lock", flag.ContinueOnError)
	flags.SetOutput(stderr)
	dir := flags.String("dir", filepath.Join("templates", "go"), "folder of modules.yaml and the templates")
	out := flags.String("o", "", "the lock to write (default modules.lock in -dir)")
	if err := flags.Parse(args); err != nil {
		return err //nolint:wrapcheck // the flag package has printed it with its usage
	}
	pins, err := readPins(filepath.Join(*dir, "modules.yaml"))
	if err != nil {
		return err
	}
	imports, err := templateImports(*dir)
	if err != nil {
		return err
	}
	for _, path := range pins.Packages {
		imports[path] = "modules.yaml"
	}
	text, err := build(ctx, pins, imports, stderr)
	if err != nil {
		return err
	}
	if err := os.WriteFile(cmp.Or(*out, filepath.Join(*dir, "modules.lock")), text, 0o644); err != nil {
		return fmt.Errorf("writing the lock: %w", err)
	}
	return nil
}

// build resolves the imports and proves the result.
func build(ctx context.Context, pins pins, imports map[string]string, stderr io.Writer) ([]byte, error) {
	dir, err := os.MkdirTemp("", "layup-lock-")
	if err != nil {
		return nil, fmt.Errorf("scratch module: %w", err)
	}
	defer os.RemoveAll(dir)
	union := &scratch{dir: dir, stderr: stderr}
	if err := union.resolve(ctx, pins, imports); err != nil {
		return nil, err
	}
	c := newCollector(&cache{scratch: union}, union.roots(pins))
	if err := c.collect(ctx, imports); err != nil {
		return nil, err
	}
	if err := pins.covers(union.mod, c.providers(), imports, stderr); err != nil {
		return nil, err
	}
	text := format(pins, imports, c.records)
	return text, prove(text, pins, union, imports)
}
