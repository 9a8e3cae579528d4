// Package prompt asks for what the flags of a command left open, in forms
// that are built from the metadata of the features. It writes no file: its
// result is a spec, the same that flags would have given.
package prompt

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/layup-dev/layup/internal/feature"
	"github.com/layup-dev/layup/internal/spec"
)

// ErrAborted says that the user left a form: by Ctrl-C, Esc, the end of the
// input, or by declining what was summed up.
var ErrAborted = errors.New("aborted, nothing was written")

// Options say where the questions go and what else the answers depend on.
type Options struct {
	In  io.Reader
	Out io.Writer
	// Getenv reads the environment: ACCESSIBLE and TERM choose the plain mode.
	Getenv func(string) string
	// Target returns the directory for a project of that name, and an error
	// when no project can be written there.
	Target func(name string) (dir string, err error)
}

// New asks for what a new project still needs, shows the whole and fills in s
// once it was agreed to. What s holds already is checked first and not asked
// again. It returns ErrAborted, with s as it was, when the user leaves or ctx ends.
func New(ctx context.Context, o Options, stack *feature.Stack, s *spec.Spec) error {
	w := newWizard(o, stack, s)
	if err := w.checkGiven(); err != nil {
		return err
	}
	t := newTerminal(ctx, o)
	if err := t.ask(ctx, w.questions()...); err != nil {
		return err
	}
	p, err := w.plan()
	if err != nil {
		return err
	}
	if _, err := io.WriteString(o.Out, w.summary(p)); err != nil {
		return fmt.Errorf("showing the summary: %w", err)
	}
	agreed := true
	if err := t.ask(ctx, &yesNo{title: "Write it?", value: &agreed}); err != nil {
		return err
	}
	if !agreed {
		return ErrAborted
	}
	*s = *w.draft()
	return nil
}
