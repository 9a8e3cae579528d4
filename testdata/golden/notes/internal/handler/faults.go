//go:build faults

package handler

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"example.com/notes/internal/httpx"
	"example.com/notes/internal/respond"
)

// Faults goes wrong on purpose, for tests of what happens then. It exists only under -tags faults.
type Faults struct {
	database func(ctx context.Context, d time.Duration) error
}

// NewFaults returns the handler. database must keep the database busy for a while.
func NewFaults(database func(ctx context.Context, d time.Duration) error) *Faults {
	return &Faults{database: database}
}

// Routes lists the operations.
func (h *Faults) Routes() []Route {
	return []Route{
		{Method: http.MethodGet, Path: "/__fault/panic", Handler: h.Panic},
		{Method: http.MethodGet, Path: "/__fault/sleep", Handler: h.Sleep},
		{Method: http.MethodGet, Path: "/__fault/dbsleep", Handler: h.DatabaseSleep},
	}
}

// Panic panics.
func (h *Faults) Panic(http.ResponseWriter, *http.Request) {
	panic("fault: this panic was asked for")
}

// Sleep answers after ?ms= milliseconds.
func (h *Faults) Sleep(w http.ResponseWriter, r *http.Request) {
	answerAfter(w, r, func(ctx context.Context, d time.Duration) error {
		select {
		case <-time.After(d):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
}

// DatabaseSleep answers after the database was busy for ?ms= milliseconds.
func (h *Faults) DatabaseSleep(w http.ResponseWriter, r *http.Request) {
	answerAfter(w, r, h.database)
}

func answerAfter(w http.ResponseWriter, r *http.Request, sleep func(ctx context.Context, d time.Duration) error) {
	ms, err := strconv.Atoi(r.URL.Query().Get("ms"))
	if err != nil || ms < 0 {
		respond.Error(w, r, httpx.BadRequest("ms must be a number of milliseconds."))
		return
	}
	if err := sleep(r.Context(), time.Duration(ms)*time.Millisecond); err != nil {
		respond.Error(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
