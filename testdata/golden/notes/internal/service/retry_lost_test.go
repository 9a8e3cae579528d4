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
		versions []int64
		ended    bool
		err      error
		want     int
	}{
		"lost twice":         {err: model.ErrPrecondition, want: 3},
		"of versions seen":   {versions: []int64{1}, err: model.ErrPrecondition, want: 1},
		"another failure":    {err: model.ErrNotFound, want: 1},
		"nobody waits":       {ended: true, err: model.ErrPrecondition, want: 1},
		"nobody was quicker": {want: 1},
	} {
		ctx := t.Context()
		if test.ended {
			ctx = ended
		}
		tries := 0
		err := retryLost(ctx, test.versions, func() error {
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
