package ratelimit

import "sync"

// Gate bounds how much is in progress at the same time, in all and for each key, so that one client or a slow database
// cannot take all there is. It remembers only the keys that have something in progress.
type Gate struct {
	total, perKey int

	mu     sync.Mutex
	inside int
	keys   map[string]int
}

// NewGate returns a gate for total at once, and perKey of one key.
func NewGate(total, perKey int) *Gate {
	return &Gate{total: total, perKey: perKey, keys: map[string]int{}}
}

// Enter reports whether one more fits in. Only then the caller must call Leave, once, with the same key.
func (g *Gate) Enter(key string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.inside >= g.total || g.keys[key] >= g.perKey {
		return false
	}
	g.inside++
	g.keys[key]++
	return true
}

// Leave gives back what Enter took.
func (g *Gate) Leave(key string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inside--
	if g.keys[key]--; g.keys[key] == 0 {
		delete(g.keys, key)
	}
}
