package servers

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// skipsVariable names the file in which tests that were skipped are counted.
const skipsVariable = "LAYUP_TEST_SKIPS"

// skip is a test that was skipped for want of a server.
type skip struct{ Reason, Test string }

// addSkip appends to a file that several processes write at a time.
func addSkip(name string, s skip) error {
	line, err := json.Marshal(s)
	if err != nil {
		return err //nolint:wrapcheck // two strings
	}
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err //nolint:wrapcheck // names the path
	}
	_, err = f.Write(append(line, '\n'))
	return errors.Join(err, f.Close())
}

// Summary says in one line how many tests were skipped, and why.
func Summary(skips io.Reader) (string, error) {
	count, total := map[string]int{}, 0
	for d := json.NewDecoder(skips); ; total++ {
		var s skip
		err := d.Decode(&s)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", fmt.Errorf("the list of skipped tests: %w", err)
		}
		count[s.Reason]++
	}
	if total == 0 {
		return "0 tests were skipped for want of a server.", nil
	}
	reasons := slices.SortedFunc(maps.Keys(count), func(a, b string) int { return cmp.Or(count[b]-count[a], strings.Compare(a, b)) })
	for i, r := range reasons {
		reasons[i] = fmt.Sprintf("%d × %s", count[r], r)
	}
	return fmt.Sprintf("%d tests were skipped for want of a server: %s.", total, strings.Join(reasons, "; ")), nil
}

// contextOf returns one that also lasts through the cleanups of a test.
func contextOf(t testing.TB) context.Context { return context.WithoutCancel(t.Context()) }
