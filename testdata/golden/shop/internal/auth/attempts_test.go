package auth

import (
	"errors"
	"net/netip"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/shop/internal/model"
)

const window = 16 * time.Minute

// clock is a time that tests move by hand.
type clock struct{ at time.Time }

func (c *clock) now() time.Time          { return c.at }
func (c *clock) advance(d time.Duration) { c.at = c.at.Add(d) }

func newClock() *clock { return &clock{at: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)} }

func address(i int) netip.Addr { return netip.AddrFrom4([4]byte{192, 0, 2, byte(i)}) }

// retryAfter returns how long err tells to wait; 0 when there is no error.
func retryAfter(t *testing.T, err error) time.Duration {
	t.Helper()
	var limited *model.RateLimitedError
	if err != nil && (!errors.As(err, &limited) || limited.RetryAfter <= 0) {
		t.Fatalf("got %v, want a RateLimitedError with a time to wait", err)
	}
	if err == nil {
		return 0
	}
	return limited.RetryAfter
}

func TestAttemptsOfOnePair(t *testing.T) {
	t.Parallel()
	time := newClock()
	attempts := NewAttempts(3, window, time.now)
	try := func() error { _, err := attempts.Start("ann", address(1)); return err }

	for i := range 3 {
		if err := try(); err != nil {
			t.Fatalf("attempt %d of 3 = %v", i+1, err)
		}
	}
	for delay := window / firstDelay; delay <= window; delay *= 2 {
		if wait := retryAfter(t, try()); wait != delay {
			t.Fatalf("the wait is %v, want %v", wait, delay)
		}
		if wait := retryAfter(t, try()); wait != delay {
			t.Fatalf("knocking again moved the end of the wait to %v", wait)
		}
		time.advance(delay)
		if err := try(); err != nil {
			t.Fatalf("after the wait of %v: %v", delay, err)
		}
	}
	time.advance(window)
	for i := range 3 {
		if err := try(); err != nil {
			t.Errorf("attempt %d a window later = %v: the budget did not come back", i+1, err)
		}
	}
}

func TestAttemptsFromManyAddresses(t *testing.T) {
	t.Parallel()
	time := newClock()
	attempts := NewAttempts(3, window, time.now)
	home := address(200)
	first, err := attempts.Start("ann", home)
	if err != nil {
		t.Fatal(err)
	}
	first.Succeed()

	allowed := 0
	for i := range 20 {
		if _, err := attempts.Start("ann", address(i)); err == nil {
			allowed++
		}
	}
	if allowed != accountShare*3 {
		t.Errorf("%d attempts from 20 addresses were allowed, want %d", allowed, accountShare*3)
	}
	if _, err := attempts.Start("bob", address(1)); err != nil {
		t.Errorf("another account is throttled too: %v", err)
	}
	if _, err := attempts.Start("ann", home); err != nil {
		t.Errorf("the owner at a familiar address is throttled: %v", err)
	}
	time.advance(window)
	if _, err := attempts.Start("ann", address(99)); err != nil {
		t.Errorf("a window later: %v", err)
	}
}

func TestSuccessResets(t *testing.T) {
	t.Parallel()
	attempts := NewAttempts(3, window, newClock().now)
	for range 50 {
		for i := range 3 {
			attempt, err := attempts.Start("ann", address(1))
			if err != nil {
				t.Fatal(err)
			}
			if i == 2 {
				attempt.Succeed()
			}
		}
	}
}

func TestAbandonCostsNothing(t *testing.T) {
	t.Parallel()
	attempts := NewAttempts(3, window, newClock().now)
	for range 50 {
		attempt, err := attempts.Start("ann", address(1))
		if err != nil {
			t.Fatal(err)
		}
		attempt.Abandon()
	}
}

func TestAttemptsAtTheSameTimeKeepTheBudget(t *testing.T) {
	t.Parallel()
	attempts := NewAttempts(5, window, newClock().now)
	var allowed atomic.Int32
	var group sync.WaitGroup
	for range 100 {
		group.Go(func() {
			if _, err := attempts.Start("ann", address(1)); err == nil {
				allowed.Add(1)
			}
		})
	}
	group.Wait()
	if got := allowed.Load(); got != 5 {
		t.Errorf("%d of 100 parallel attempts were allowed, want 5", got)
	}
}

func TestAttemptsMemoryIsBounded(t *testing.T) {
	t.Parallel()
	const size = 100
	attempts := NewAttempts(5, window, newClock().now)
	attempts.tallies = newRecent[tallyKey, tally](size)
	for i := range 10 * size {
		if _, err := attempts.Start(strconv.Itoa(i), address(1)); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(attempts.tallies.young) + len(attempts.tallies.old); n > 2*size {
		t.Errorf("%d tallies are kept, want at most %d", n, 2*size)
	}
}

func TestAttemptsOff(t *testing.T) {
	t.Parallel()
	attempts := NewAttempts(0, 0, newClock().now)
	for range 100 {
		attempt, err := attempts.Start("ann", address(1))
		if err != nil {
			t.Fatal(err)
		}
		attempt.Abandon()
		attempt.Succeed()
	}
}

func TestPairsOfIPv6ShareTheirNetwork(t *testing.T) {
	t.Parallel()
	attempts := NewAttempts(2, window, newClock().now)
	for i := range 2 {
		if _, err := attempts.Start("ann", netip.MustParseAddr("2001:db8::"+strconv.Itoa(i+1))); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := attempts.Start("ann", netip.MustParseAddr("2001:db8::ffff")); err == nil {
		t.Error("another address of the same /64 has a budget of its own")
	}
}
