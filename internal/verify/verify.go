// Package verify proves that a generated project works on this machine: it
// builds, vets and tests it, starts it and holds a conversation with it. What
// is said over HTTP stands in package blackbox; here is what runs locally.
package verify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/layup-dev/layup/internal/feature"
	"github.com/layup-dev/layup/internal/gotool"
	"github.com/layup-dev/layup/internal/verify/blackbox"
)

// verifier verifies one project.
type verifier struct {
	// Project has its Dir made absolute.
	Project

	// servers holds, for the variables of the service, where its servers are.
	servers []string
	// temp holds the binary and what the running service writes.
	temp string
	out  io.Writer
}

// Project is what is verified.
type Project struct {
	// Dir is where it is, and Name the one that its command has.
	Dir, Name string
	// Services are the servers that it works with.
	Services []feature.Service
}

// Run verifies a project and reports each step to out. The error names the step that
// failed. The service runs with the project's defaults in a temporary directory:
// nothing of the caller's environment that could name a database or a secret reaches
// it but the servers that are named for tests. When ctx ends, everything that Run
// started is stopped.
func Run(ctx context.Context, p Project, out io.Writer) error {
	if err := gotool.Find(); err != nil {
		return fmt.Errorf("the files are written, but cannot be verified: %w and run `go test ./...` in %s", err, p.Dir)
	}
	servers, err := findServers(p)
	if err != nil {
		return err
	}
	if p.Dir, err = filepath.Abs(p.Dir); err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	temp, err := os.MkdirTemp("", "layup-verify-")
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	v := &verifier{Project: p, servers: servers, temp: temp, out: out}
	return errors.Join(v.run(ctx), os.RemoveAll(temp))
}

func (v *verifier) run(ctx context.Context) error {
	for _, s := range []step{
		{"build", v.build},
		{"vet", v.vet},
		{"test", v.test},
		{"serve", v.serve},
	} {
		if err := v.step(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// step is one line of the report.
type step struct {
	name string
	// do returns what to say beside "ok".
	do func(ctx context.Context) (detail string, err error)
}

// failure is an error with the output that explains it.
type failure struct {
	err    error
	output string
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

func (v *verifier) step(ctx context.Context, s step) error {
	start := time.Now()
	detail, err := s.do(ctx)
	if ctx.Err() != nil {
		return fmt.Errorf("verify: %s: %w", s.name, context.Cause(ctx))
	}
	result := "ok"
	if err != nil {
		result = "FAILED"
	}
	if detail != "" {
		detail = "  " + detail
	}
	fmt.Fprintf(v.out, "  %-6s %6.1fs %s%s\n", s.name, time.Since(start).Seconds(), result, detail)
	if err == nil {
		return nil
	}
	var f *failure
	if errors.As(err, &f) && f.output != "" {
		fmt.Fprintf(v.out, "\n%s\n\n", f.output)
	}
	return fmt.Errorf("verify: %s: %w", s.name, err)
}

// serve starts the built service, talks to it and stops it.
func (v *verifier) serve(ctx context.Context) (string, error) {
	if err := v.compile(ctx); err != nil {
		return "", err
	}
	s, err := v.start(ctx)
	if err != nil {
		return "", err
	}
	report, err := blackbox.Converse(ctx, blackbox.Service{URL: s.url, CreateAdmin: v.createAdmin})
	if stopErr := s.stop(); err == nil {
		err = stopErr
	}
	if err != nil {
		return "", &failure{err, s.log.tail()}
	}
	return report.String(), nil
}
