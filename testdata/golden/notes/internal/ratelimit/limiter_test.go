package ratelimit

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// clock is a time that tests move. It is not safe for concurrent use.
type clock struct{ now time.Time }

func newClock() *clock { return &clock{time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)} }

func (c *clock) time() time.Time                 { return c.now }
func (c *clock) move(d time.Duration)            { c.now = c.now.Add(d) }
func (c *clock) since(t time.Time) time.Duration { return c.now.Sub(t) }

func newLimiter(limit int, window time.Duration) (*Limiter, *clock) {
	c := newClock()
	return New(Policy{Name: "default", Limit: limit, Window: window}, c.time), c
}

func TestTakeCountsDown(t *testing.T) {
	l, c := newLimiter(3, time.Minute)
	for want := 2; want >= 0; want-- {
		if d := l.Take("a"); !d.Allowed || d.Remaining != want || d.Limit != 3 {
			t.Errorf("got %+v, want %d left", d, want)
		}
		c.move(time.Second)
	}
	d := l.Take("a")
	if d.Allowed || d.Remaining != 0 || d.Reset != 57*time.Second {
		t.Errorf("got %+v, want a refusal for 57s", d)
	}
	if d := l.Take("b"); !d.Allowed {
		t.Errorf("another key is refused too: %+v", d)
	}
}

func TestRefusalsAreNotCounted(t *testing.T) {
	l, c := newLimiter(1, time.Minute)
	l.Take("a")
	for range 100 {
		c.move(500 * time.Millisecond)
		if d := l.Take("a"); d.Allowed {
			t.Fatalf("allowed after %s: %+v", c.since(newClock().now), d)
		}
	}
	c.move(10 * time.Second)
	if d := l.Take("a"); !d.Allowed {
		t.Errorf("still refused when the window has passed: %+v", d)
	}
}

func TestResetIsWhenTheNextRequestIsAllowed(t *testing.T) {
	l, c := newLimiter(5, 2*time.Second)
	random := rand.New(rand.NewPCG(1, 2)) // the same moments in every run
	for range 200 {
		d := l.Take("a")
		if d.Reset > 2*time.Second || d.Reset < 0 {
			t.Fatalf("reset is %s", d.Reset)
		}
		if d.Allowed {
			c.move(time.Duration(random.IntN(300)) * time.Millisecond)
			continue
		}
		c.move(d.Reset - 1)
		if l.Peek("a").Allowed {
			t.Fatal("allowed before the reset")
		}
		c.move(1)
		if !l.Peek("a").Allowed {
			t.Fatal("refused at the reset")
		}
	}
}

// TestNoWindowHoldsMoreThanTheLimit throws requests at random moments, and then
// looks at every window that begins with an allowed one.
func TestNoWindowHoldsMoreThanTheLimit(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2)) // the same moments in every run
	for _, limit := range []int{1, 2, 7, 100, 2000} {
		l, c := newLimiter(limit, time.Second)
		var allowed []time.Time
		for range 10_000 {
			if l.Take("a").Allowed {
				allowed = append(allowed, c.now)
			}
			c.move(time.Duration(random.Int64N(int64(3 * time.Second / time.Duration(limit+1) / 4))))
		}
		for i := range allowed {
			if i >= limit && allowed[i].Sub(allowed[i-limit]) < time.Second {
				t.Fatalf("limit %d: %d requests within %s", limit, limit+1, allowed[i].Sub(allowed[i-limit]))
			}
		}
		if len(allowed) < limit*2 {
			t.Errorf("limit %d: only %d were allowed", limit, len(allowed))
		}
	}
}

func TestALimitIsUsableToTheFull(t *testing.T) {
	l, c := newLimiter(2000, time.Second)
	count := 0
	for range 10 {
		for range 3000 {
			if l.Take("a").Allowed {
				count++
			}
		}
		c.move(time.Second)
	}
	if count != 10*2000 {
		t.Errorf("%d were allowed in ten windows, want %d", count, 10*2000)
	}
}

func TestRefund(t *testing.T) {
	l, c := newLimiter(2, time.Minute)
	l.Refund("a")
	l.Take("a")
	c.move(time.Second)
	l.Take("a")
	l.Refund("a")
	if d := l.Peek("a"); d.Remaining != 1 || d.Reset != 59*time.Second {
		t.Errorf("got %+v, want the older request alone", d)
	}
	l.Refund("a")
	l.Refund("a")
	if d := l.Peek("a"); d.Remaining != 2 || d.Reset != 0 {
		t.Errorf("got %+v, want nothing counted", d)
	}
}

func TestPeekTakesNothing(t *testing.T) {
	l, _ := newLimiter(1, time.Minute)
	for range 3 {
		if d := l.Peek("a"); !d.Allowed || d.Remaining != 1 {
			t.Fatalf("got %+v", d)
		}
	}
	if !l.Take("a").Allowed || l.Peek("a").Allowed {
		t.Error("Take does not count")
	}
}

func TestOff(t *testing.T) {
	for _, policy := range []Policy{{}, {Limit: -1, Window: time.Minute}, {Limit: 1}} {
		l := New(policy, time.Now)
		l.Refund("a")
		for range 3 {
			if d := l.Take("a"); l != nil || !d.Allowed || !l.Peek("a").Allowed {
				t.Errorf("%+v: got %+v", policy, d)
			}
		}
		if l.PolicyHeader() != "" || l.Header(Decision{}) != "" {
			t.Errorf("%+v has headers", policy)
		}
	}
}

func TestMemoryIsBounded(t *testing.T) {
	l, c := newLimiter(1_000_000, time.Minute)
	for i := range 3 * shardCount * maxKeys {
		l.Take(fmt.Sprint(i))
	}
	if keys := countKeys(l); keys > 2*shardCount*maxKeys {
		t.Errorf("%d keys are kept", keys)
	}
	for range 5 {
		c.move(time.Minute)
		for i := range 1000 {
			l.Take(fmt.Sprint("new", i))
		}
	}
	if keys := countKeys(l); keys > 2000 {
		t.Errorf("%d keys are kept for 1000 active ones", keys)
	}
	for range 20_000 {
		l.Take("busy")
		c.move(5 * time.Millisecond)
	}
	w := l.shard("busy").recent["busy"]
	if cap(w.entries) > 4*ticksPerWindow {
		t.Errorf("%d entries are kept for one key", cap(w.entries))
	}
}

func countKeys(l *Limiter) (n int) {
	for i := range l.shards {
		n += len(l.shards[i].recent) + len(l.shards[i].older)
	}
	return n
}

func TestAFloodOfKeysDoesNotResetABusyOne(t *testing.T) {
	l, _ := newLimiter(3, time.Hour)
	for i := range 3 {
		l.Take("victim")
		for j := range shardCount * maxKeys / 4 {
			l.Take(fmt.Sprint(i, " ", j))
		}
	}
	if d := l.Take("victim"); d.Allowed {
		t.Errorf("got %+v", d)
	}
}

func TestAQuietKeyIsRememberedForAWholeWindow(t *testing.T) {
	l, c := newLimiter(1, time.Minute)
	var allowed []int
	for second := range 100 {
		for i := range 5 * shardCount { // so that every shard changes its generation as soon as it may
			l.Take(fmt.Sprint(i))
		}
		if slices.Contains([]int{29, 75, 88, 89}, second) && l.Take("quiet").Allowed {
			allowed = append(allowed, second)
		}
		c.move(time.Second)
	}
	if want := []int{29, 89}; !slices.Equal(allowed, want) {
		t.Errorf("allowed at %v, want %v", allowed, want)
	}
}

func TestAClockThatGoesBackwardsIsHarmless(t *testing.T) {
	l, c := newLimiter(2, time.Minute)
	c.move(time.Hour)
	l.Take("a")
	c.move(-2 * time.Hour)
	l.Take("a")
	if d := l.Take("a"); d.Allowed {
		t.Errorf("got %+v", d)
	}
}

func TestConcurrentTakesNeverExceedTheLimit(t *testing.T) {
	l := New(Policy{Limit: 100, Window: time.Hour}, time.Now)
	var allowed atomic.Int64
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for range 100 {
				if l.Take("a").Allowed {
					allowed.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if allowed.Load() != 100 {
		t.Errorf("%d were allowed", allowed.Load())
	}
}

func BenchmarkTake(b *testing.B) {
	l := New(Policy{Limit: 100, Window: time.Minute}, time.Now)
	keys := make([]string, 1000)
	for i := range keys {
		keys[i] = fmt.Sprint("198.51.100.", i)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		l.Take(keys[i%len(keys)])
		i++
	}
}
