package database

import (
	"context"
	"database/sql"
	"strconv"
	"sync"
	"time"
)

const (
	// maxKills bounds how many are on their way at a time. A server that has stalled takes none of them; what it goes on with
	// then ends by its own limits.
	maxKills = 16
	killWait = time.Second
)

// killer ends what the server still does for connections that are gone.
type killer struct {
	control *sql.DB
	slots   chan struct{}
	running sync.WaitGroup
}

func newKiller(control *sql.DB) *killer {
	return &killer{control: control, slots: make(chan struct{}, maxKills)}
}

// kill ends the connection of that id. It does not wait: the caller's time is up already.
func (k *killer) kill(id int64) {
	select {
	case k.slots <- struct{}{}:
	default:
		return
	}
	k.running.Go(func() {
		defer func() { <-k.slots }()
		ctx, cancel := context.WithTimeout(context.Background(), killWait)
		defer cancel()
		// It fails when the statement has ended meanwhile, which is as good.
		_, _ = k.control.ExecContext(ctx, "KILL "+strconv.FormatInt(id, 10))
	})
}

// wait returns when nothing is on its way any more.
func (k *killer) wait() { k.running.Wait() }
