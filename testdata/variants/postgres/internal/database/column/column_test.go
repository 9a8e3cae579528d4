package column_test

import (
	"testing"

	"example.com/shop/internal/database/column"
)

func TestValue(t *testing.T) {
	text := "text"
	for _, test := range []struct{ in, want any }{
		{"text", "text"}, {int64(7), int64(7)}, {nil, nil}, {&text, "text"}, {(*string)(nil), nil},
	} {
		if got := column.Value(test.in); got != test.want {
			t.Errorf("Value(%v) = %v, want %v", test.in, got, test.want)
		}
	}
}
