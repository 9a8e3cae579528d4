package ratelimit

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
)

func TestGate(t *testing.T) {
	g := NewGate(3, 2)
	for i, step := range []struct {
		key  string
		want bool
	}{{"ann", true}, {"ann", true}, {"ann", false}, {"bob", true}, {"bob", false}, {"cid", false}} {
		if got := g.Enter(step.key); got != step.want {
			t.Errorf("step %d: %s gets in: %v, want %v", i, step.key, got, step.want)
		}
	}
	g.Leave("ann")
	if !g.Enter("cid") {
		t.Error("a place that was left is still taken")
	}
	for _, key := range []string{"ann", "bob", "cid"} {
		g.Leave(key)
	}
	if g.inside != 0 || len(g.keys) != 0 {
		t.Errorf("%d inside, %v remembered, want nothing", g.inside, g.keys)
	}
}

func TestGateIsSafeForConcurrentUse(t *testing.T) {
	g := NewGate(8, 4)
	var inside, most atomic.Int64
	var wg sync.WaitGroup
	for i := range 32 {
		key := fmt.Sprint(i % 4)
		wg.Go(func() {
			for range 1000 {
				if !g.Enter(key) {
					continue
				}
				now := inside.Add(1)
				for old := most.Load(); now > old && !most.CompareAndSwap(old, now); old = most.Load() {
				}
				inside.Add(-1)
				g.Leave(key)
			}
		})
	}
	wg.Wait()
	if most.Load() > 8 || g.inside != 0 || len(g.keys) != 0 {
		t.Errorf("up to %d at once, %d left inside, %v remembered", most.Load(), g.inside, g.keys)
	}
}
