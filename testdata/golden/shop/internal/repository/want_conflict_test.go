package repository_test

import (
	"errors"
	"testing"

	"example.com/shop/internal/model"
)

func wantConflict(t *testing.T, err error, field string) {
	t.Helper()
	var conflict *model.ConflictError
	if !errors.As(err, &conflict) || conflict.Field != field {
		t.Errorf("error %v, want a conflict of %s", err, field)
	}
}
