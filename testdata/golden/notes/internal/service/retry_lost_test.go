package service

import (
	"context"
	"errors"
	"testing"

	"example.com/notes/internal/model"
)

func TestRetryLost(t *testing.T) {
	t.Parallel()
	ended, end := context.WithCancel(t.Context())
	end()
	for name, test := range map[string]struct {
		ctx      context.Context
		versions []int64
		err      error
		want     int
	}{
		"lost twice":         {ctx: t.Context(), err: model.ErrPrecondition, want: 3},
		"of versions seen":   {ctx: t.Context(), versions: []int64{1}, err: model.ErrPrecondition, want: 1},
		"another failure":    {ctx: t.Context(), err: model.ErrNotFound, want: 1},
		"nobody waits":       {ctx: ended, err: model.ErrPrecondition, want: 1},
		"nobody was quicker": {ctx: t.Context(), want: 1},
	} {
		tries := 0
		err := retryLost(test.ctx, test.versions, func() error {
			if tries++; tries == 3 {
				return nil
			}
			return test.err
		})
		if tries != test.want || tries < 3 && !errors.Is(err, test.err) {
			t.Errorf("%s: %d tries, %v; want %d", name, tries, err, test.want)
		}
	}
}
