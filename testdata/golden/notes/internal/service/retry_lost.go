package service

import (
	"context"
	"errors"

	"example.com/notes/internal/model"
)

// mostTries ends a change that never gets its turn.
const mostTries = 100

// retryLost runs a change again when somebody else changed the same item meanwhile, unless the caller insists on versions
// that it has seen. Whenever one is lost another one has got through.
func retryLost(ctx context.Context, versions []int64, change func() error) error {
	err := change()
	for try := 1; try < mostTries && versions == nil && errors.Is(err, model.ErrPrecondition) && ctx.Err() == nil; try++ {
		err = change()
	}
	return err
}
