package auth

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"example.com/shop/internal/model"
)

const (
	// stateFresh is how long the state of a session is taken as current: what another process has ended is noticed so late.
	stateFresh = 10 * time.Second
	// stateLast is how long the last known state does while the store does not answer. Then nobody knows, and nobody gets in.
	stateLast = 30 * time.Second
	// stateRetry is how often, at most, the store is asked about a session while it does not answer.
	stateRetry = time.Second
	// stateTimeout is how long the store may take.
	stateTimeout = 2 * time.Second
	// trackedSessions bounds the memory: so many sessions, at least, are remembered.
	trackedSessions = 10_000
)

// stateStore is where the state of sessions is kept. It returns model.ErrNotFound for a session that is not there.
type stateStore interface {
	State(ctx context.Context, sessionID string) (model.SessionState, error)
}

// states remembers the state of the sessions that are in use.
type states struct {
	store stateStore
	now   func() time.Time

	mu    sync.Mutex
	known *recent[string, knownState]
	// forgotten counts the calls of forget: a state that was asked for before such a call may be of before, and is not kept.
	forgotten uint64
}

type knownState struct {
	state model.SessionState
	at    time.Time // when the store was asked
	next  time.Time // when it is to be asked again
}

func newStates(store stateStore, now func() time.Time) *states {
	return &states{store: store, now: now, known: newRecent[string, knownState](trackedSessions)}
}

// get returns the state of a session: the one in memory while that is fresh, else the store's, else the last known. It returns
// model.ErrNotFound for a session that is not there and model.ErrUnavailable when nobody can say.
func (s *states) get(ctx context.Context, id string) (model.SessionState, error) {
	asked := s.now()
	known, current, forgotten := s.lookUp(id, asked)
	if current {
		return known, nil
	}
	state, err := s.load(ctx, id)
	switch {
	case err == nil:
		s.remember(id, knownState{state: state, at: asked, next: asked.Add(stateFresh)}, forgotten)
		return state, nil
	case errors.Is(err, model.ErrNotFound):
		s.forgetSession(id)
		return model.SessionState{}, err
	default:
		return s.last(ctx, id, err)
	}
}

// lookUp returns the state in memory and whether it will do. When it will not, this caller is the one to ask the store, and for the
// next moment the state will do for everybody else.
func (s *states) lookUp(id string, now time.Time) (state model.SessionState, current bool, forgotten uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known, ok := s.known.get(id)
	if !ok || now.Sub(known.at) >= stateLast {
		return model.SessionState{}, false, s.forgotten
	}
	if now.Before(known.next) {
		return known.state, true, s.forgotten
	}
	known.next = now.Add(stateRetry)
	s.known.put(id, known)
	return known.state, false, s.forgotten
}

func (s *states) load(ctx context.Context, id string) (model.SessionState, error) {
	ctx, cancel := context.WithTimeout(ctx, stateTimeout)
	defer cancel()
	return s.store.State(ctx, id)
}

func (s *states) remember(id string, known knownState, forgotten uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.forgotten == forgotten {
		s.known.put(id, known)
	}
}

// last returns the last known state if it is not too old, because the store has failed.
func (s *states) last(ctx context.Context, id string, failure error) (model.SessionState, error) {
	s.mu.Lock()
	known, ok := s.known.get(id)
	s.mu.Unlock()
	if ok && s.now().Sub(known.at) < stateLast {
		return known.state, nil
	}
	if err := ctx.Err(); err != nil {
		return model.SessionState{}, fmt.Errorf("ask for the state of a session: %w", err)
	}
	// The cause is told, not wrapped: that the store took too long is an outage and not the end of the request's time.
	return model.SessionState{}, fmt.Errorf("ask for the state of a session: %w (%s)", model.ErrUnavailable, failure.Error())
}

func (s *states) forgetSession(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forgotten++
	s.known.remove(id)
}

func (s *states) forgetUser(userID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forgotten++
	s.known.removeWhere(func(k knownState) bool { return k.state.UserID == userID })
}
