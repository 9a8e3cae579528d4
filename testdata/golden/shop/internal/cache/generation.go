package cache

import (
	"hash/maphash"
	"sync/atomic"
)

// generations count the invalidations of whole spaces and owners. There is a fixed number of counters, shared by hash:
// memory does not grow with the number of owners, and sharing one costs a needless load now and then, never a stale value.
type generations struct {
	seed     maphash.Seed
	counters []atomic.Uint64
}

const counterCount = 1024

func newGenerations() generations {
	return generations{seed: maphash.MakeSeed(), counters: make([]atomic.Uint64, counterCount)}
}

func (g *generations) counter(prefix Key) *atomic.Uint64 {
	return &g.counters[maphash.Comparable(g.seed, prefix)%counterCount]
}

// current returns a number that has grown whenever the space or the owner of key was invalidated.
func (g *generations) current(key Key) uint64 {
	space := Key{Space: key.Space, Version: key.Version}
	n := g.counter(space).Load()
	if key.Owner != "" {
		space.Owner = key.Owner
		n += g.counter(space).Load()
	}
	return n
}

// advance invalidates what was loaded so far under a prefix.
func (g *generations) advance(prefix Key) {
	g.counter(Key{Space: prefix.Space, Version: prefix.Version, Owner: prefix.Owner}).Add(1)
}
