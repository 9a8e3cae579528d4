package auth

import (
	"crypto/sha256"
	"net/netip"
	"sync"
	"time"

	"example.com/shop/internal/model"
	"example.com/shop/internal/ratelimit"
)

const (
	// accountShare is how many times the budget of one address an account has in all: attempts spread over many addresses
	// end there, a few people behind one address do not.
	accountShare = 2
	// firstDelay is the part of the window that the first attempt beyond the budget has to wait. Each next one waits twice
	// as long, and none longer than a window: nobody is locked out for good.
	firstDelay = 64
	// familiarFor is how long an address from which an account has signed in is exempt from the account's common budget,
	// so that an attacker can slow down strangers but not the owner at home.
	familiarFor = 30 * 24 * time.Hour
	// trackedAttempts bounds the memory: so many accounts and pairs, at least, are remembered.
	trackedAttempts = 20_000
)

// Attempts counts failed attempts to sign in, per account and per pair of account and address, and makes whoever fails too
// often wait, longer each time. (The budget per address is the rate limiter's.) It counts in this process.
type Attempts struct {
	limit  int
	window time.Duration
	now    func() time.Time

	mu      sync.Mutex
	tallies *recent[tallyKey, tally]
}

// tallyKey is a digest: it is short whatever was typed, and no e-mail address is kept.
type tallyKey [sha256.Size]byte

type tally struct {
	failures int
	last     time.Time // when the latest attempt began
	until    time.Time // no attempt may begin before
	familiar time.Time // exempt from the account's budget until then
}

// NewAttempts allows limit failures in a window. A limit of 0 or less counts nothing.
func NewAttempts(limit int, window time.Duration, now func() time.Time) *Attempts {
	return &Attempts{limit: limit, window: window, now: now, tallies: newRecent[tallyKey, tally](trackedAttempts)}
}

// Attempt is one attempt that has begun. It counts as a failure unless Succeed or Abandon is called: attempts that run at the
// same time cannot outrun the budget.
type Attempt struct {
	attempts      *Attempts
	account, pair tallyKey
	exempt        bool
}

// Start begins an attempt on an account from an address, or refuses with a *model.RateLimitedError. A refused attempt costs
// nothing: who keeps knocking does not push the end of the wait away.
func (a *Attempts) Start(account string, address netip.Addr) (*Attempt, error) {
	if a.limit <= 0 {
		return &Attempt{}, nil
	}
	t := &Attempt{attempts: a, account: keyOf("account", account), pair: keyOf("pair", account, ratelimit.KeyFor(address))}
	now := a.now()

	a.mu.Lock()
	defer a.mu.Unlock()
	pair, common := a.current(t.pair, now), a.current(t.account, now)
	t.exempt = pair.familiar.After(now)
	wait := pair.until.Sub(now)
	if !t.exempt {
		wait = max(wait, common.until.Sub(now))
	}
	if wait > 0 {
		return nil, &model.RateLimitedError{RetryAfter: wait}
	}
	a.tallies.put(t.pair, a.failed(pair, a.limit, now))
	if !t.exempt {
		a.tallies.put(t.account, a.failed(common, accountShare*a.limit, now))
	}
	return t, nil
}

// Succeed forgets the failures of the account and remembers the address as familiar.
func (t *Attempt) Succeed() {
	a := t.attempts
	if a == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.tallies.remove(t.account)
	a.tallies.put(t.pair, tally{familiar: a.now().Add(familiarFor)})
}

// Abandon takes the attempt back: it ended for a reason that says nothing about the password.
func (t *Attempt) Abandon() {
	a := t.attempts
	if a == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.takeBack(t.pair)
	if !t.exempt {
		a.takeBack(t.account)
	}
}

// current returns the tally of a key, without failures that are older than a window.
func (a *Attempts) current(key tallyKey, now time.Time) tally {
	t, _ := a.tallies.get(key)
	if now.Sub(t.last) >= a.window && !t.until.After(now) {
		t.failures = 0
	}
	return t
}

func (a *Attempts) failed(t tally, limit int, now time.Time) tally {
	t.failures++
	t.last = now
	t.until = time.Time{}
	if over := t.failures - limit; over >= 0 {
		t.until = now.Add(a.delay(over))
	}
	return t
}

func (a *Attempts) delay(over int) time.Duration {
	d := max(a.window/firstDelay, time.Millisecond)
	for ; over > 0 && d < a.window; over-- {
		d *= 2
	}
	return min(d, a.window)
}

func (a *Attempts) takeBack(key tallyKey) {
	t, ok := a.tallies.get(key)
	if !ok || t.failures == 0 {
		return
	}
	t.failures--
	t.until = time.Time{}
	a.tallies.put(key, t)
}

func keyOf(parts ...string) tallyKey {
	h := sha256.New()
	for _, part := range parts {
		sum := sha256.Sum256([]byte(part)) // of fixed length, so that parts cannot run into each other
		h.Write(sum[:])
	}
	return tallyKey(h.Sum(nil))
}
