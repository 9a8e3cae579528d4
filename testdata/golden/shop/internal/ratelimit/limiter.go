// Package ratelimit counts requests by key in the memory of this process and says
// which are too many. It knows nothing of HTTP but the texts of its headers.
package ratelimit

import (
	"hash/maphash"
	"sync"
	"time"
)

// Policy allows Limit requests in any span of time as long as Window.
type Policy struct {
	Name   string // as clients see it
	Limit  int
	Window time.Duration
}

// Decision is the answer for one request.
type Decision struct {
	Allowed   bool
	Limit     int
	Remaining int
	// Reset is when the next request is given back: how long to wait when there is
	// none left.
	Reset time.Duration
}

const (
	shardCount = 32
	// maxKeys bounds the keys of one generation of one shard. When there are more,
	// those that were quiet for longest are forgotten.
	maxKeys = 1024
)

// Limiter applies a policy to keys. It is safe for concurrent use, and so is a nil
// *Limiter, which allows everything.
//
// A window slides: there is no moment at which all counts start again, and so no
// moment around which a client gets twice its limit. Memory is bounded, and freed
// as traffic goes on, without a goroutine: a shard keeps two generations of keys
// and drops the older one in every window.
type Limiter struct {
	policy Policy
	header string
	now    func() time.Time
	start  time.Time
	seed   maphash.Seed
	shards [shardCount]shard
}

// New returns a limiter, and nil when the policy has no limit. now is the clock.
func New(policy Policy, now func() time.Time) *Limiter {
	if policy.Limit <= 0 || policy.Window <= 0 {
		return nil
	}
	l := &Limiter{
		policy: policy, header: policyHeader(policy), now: now, start: now(), seed: maphash.MakeSeed(),
	}
	for i := range l.shards {
		l.shards[i].recent = map[string]*window{}
	}
	return l
}

// Take counts one request for the key, if there is one left.
func (l *Limiter) Take(key string) Decision {
	return l.decide(key, true)
}

// Peek says what Take would, and counts nothing.
func (l *Limiter) Peek(key string) Decision {
	return l.decide(key, false)
}

// Refund gives back the newest request of the key, as if it had not come.
func (l *Limiter) Refund(key string) {
	if l == nil {
		return
	}
	now := l.elapsed()
	s := l.shard(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.window(key, now, l.policy.Window).refund()
}

func (l *Limiter) decide(key string, take bool) Decision {
	if l == nil {
		return Decision{Allowed: true}
	}
	now := l.elapsed()
	s := l.shard(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.window(key, now, l.policy.Window)
	w.expire(now - l.policy.Window)
	d := Decision{Limit: l.policy.Limit, Allowed: w.total < l.policy.Limit}
	if d.Allowed && take {
		w.add(now, l.policy.Window/ticksPerWindow)
	}
	d.Remaining = l.policy.Limit - w.total
	if oldest, ok := w.oldest(); ok {
		d.Reset = oldest + l.policy.Window - now
	}
	return d
}

// elapsed is the time since the limiter was made, on the monotonic clock.
func (l *Limiter) elapsed() time.Duration { return max(l.now().Sub(l.start), 0) }

func (l *Limiter) shard(key string) *shard {
	return &l.shards[maphash.String(l.seed, key)%shardCount]
}

// shard holds a part of the keys. recent has those seen in this generation, older
// those that were seen in the one before and not since.
type shard struct {
	mu     sync.Mutex
	since  time.Duration // when this generation began
	recent map[string]*window
	older  map[string]*window
}

// window returns the requests of a key.
func (s *shard) window(key string, now, length time.Duration) *window {
	if now-s.since >= length || len(s.recent) >= maxKeys {
		// Nothing in a generation that ended a window ago counts any more.
		s.since, s.older, s.recent = now, s.recent, map[string]*window{}
	}
	if w, ok := s.recent[key]; ok {
		return w
	}
	w, ok := s.older[key]
	if !ok {
		w = &window{}
	}
	s.recent[key] = w
	return w
}
