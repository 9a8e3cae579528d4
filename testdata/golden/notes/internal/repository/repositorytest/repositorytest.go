// Package repositorytest stores rows for tests that need something to be there. Every resource has a function that makes one,
// with whatever it must refer to.
package repositorytest

import (
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
)

// made counts what this package has made.
var made atomic.Int32 //nolint:gochecknoglobals // several tests may share a database

// NewID returns an id that no other row has.
func NewID(tb testing.TB) string {
	tb.Helper()
	id, err := uuid.NewV7()
	if err != nil {
		tb.Fatalf("make an id: %v", err)
	}
	return id.String()
}

// NextNumber returns a number that no other row has. Small numbers are left to the tests themselves.
func NextNumber() int {
	return 1000 + int(made.Add(1))
}

// TextOfLength returns a text of least to most characters that is another one for every n.
func TextOfLength(n, least, most int) string {
	digits := strconv.FormatInt(int64(n), 36)
	digits = digits[max(0, len(digits)-most):]
	return strings.Repeat("0", max(0, least-len(digits))) + digits
}
