package database

import (
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/event"
)

// Stats says how the connections for requests are used.
type Stats struct {
	InUse, Idle, Max int
	// Waits counts the requests that found no connection free, and Waited is how long all of them waited.
	Waits  int64
	Waited time.Duration
}

// Stats returns the present numbers.
func (db *DB) Stats() Stats {
	open, inUse := db.pool.open.Load(), db.pool.inUse.Load()
	return Stats{
		InUse: int(inUse), Idle: int(max(open-inUse, 0)), Max: db.cfg.DatabaseMaxConns,
		Waits: db.pool.waits.Load(), Waited: time.Duration(db.pool.waited.Load()),
	}
}

// poolMonitor counts connections as the driver tells of them.
type poolMonitor struct {
	open, inUse, waits, waited atomic.Int64
}

func (p *poolMonitor) count(e *event.PoolEvent) {
	switch e.Type {
	case event.ConnectionCreated:
		p.open.Add(1)
	case event.ConnectionClosed:
		p.open.Add(-1)
	case event.ConnectionCheckOutStarted:
		if p.inUse.Load() >= p.open.Load() {
			p.waits.Add(1)
		}
	case event.ConnectionCheckedOut:
		p.inUse.Add(1)
		p.waited.Add(int64(e.Duration))
	case event.ConnectionCheckedIn:
		p.inUse.Add(-1)
	}
}
