// Package prompt asks for what the flags of a command left open, in forms
// that are built from the metadata of the features.
package prompt

import (
	"context"
	"errors"

	"github.com/layup-dev/layup/internal/feature"
	"github.com/layup-dev/layup/internal/spec"
)

// ErrAborted says that the user left a form.
var ErrAborted = errors.New("aborted, nothing was written")

// New asks for the choices of a new project and fills in s.
func New(ctx context.Context, stack *feature.Stack, s *spec.Spec) error {
	return ErrAborted
}
