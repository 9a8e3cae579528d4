package ratelimit

import "time"

// ticksPerWindow is how finely time is counted: requests within one tick share an
// entry, which is remembered as long as the last of them. It bounds the memory of a
// key, whatever the limit.
const ticksPerWindow = 1024

// window holds when the counted requests of one key came: a queue, oldest first.
type window struct {
	entries []entry
	first   int // entries before it have expired
	total   int
}

// entry is how many requests came within a tick, and when the last of them did.
type entry struct {
	last  time.Duration
	count int
}

// expire forgets what came at until or before.
func (w *window) expire(until time.Duration) {
	for w.first < len(w.entries) && w.entries[w.first].last <= until {
		w.total -= w.entries[w.first].count
		w.first++
	}
	// Moving the rest to the front when half is gone costs each entry one move.
	if w.first > len(w.entries)/2 {
		w.entries = w.entries[:copy(w.entries, w.entries[w.first:])]
		w.first = 0
	}
}

// add counts one request that comes now.
func (w *window) add(now, tick time.Duration) {
	w.total++
	if newest := w.newest(); newest != nil && tick > 0 && newest.last/tick == now/tick {
		newest.last = now
		newest.count++
		return
	}
	w.entries = append(w.entries, entry{last: now, count: 1})
}

// refund forgets the request that came last.
func (w *window) refund() {
	newest := w.newest()
	if newest == nil {
		return
	}
	w.total--
	if newest.count--; newest.count == 0 {
		w.entries = w.entries[:len(w.entries)-1]
	}
}

func (w *window) newest() *entry {
	if w.first == len(w.entries) {
		return nil
	}
	return &w.entries[len(w.entries)-1]
}

// oldest returns when the requests that will be forgotten first came.
func (w *window) oldest() (time.Duration, bool) {
	if w.first == len(w.entries) {
		return 0, false
	}
	return w.entries[w.first].last, true
}
