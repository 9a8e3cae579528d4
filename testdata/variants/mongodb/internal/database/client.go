package database

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"example.com/shop/internal/model"
)

// client is a set of connections, made when it is needed for the first time.
type client struct {
	options func() *options.ClientOptions
	making  sync.Mutex
	made    atomic.Pointer[mongo.Client]
}

var errConnecting = fmt.Errorf("the addresses of the database are being looked up: %w", model.ErrUnavailable)

// get returns the client of the driver. One caller at a time looks addresses up; the others do not wait for that.
func (c *client) get(at location) (*mongo.Client, error) {
	if made := c.made.Load(); made != nil {
		return made, nil
	}
	if !c.making.TryLock() {
		return nil, errConnecting
	}
	defer c.making.Unlock()
	if made := c.made.Load(); made != nil {
		return made, nil
	}
	made, err := mongo.Connect(c.options())
	if err != nil {
		return nil, fmt.Errorf("connect to the database: %w: %s", model.ErrUnavailable, at.redact(err.Error()))
	}
	c.made.Store(made)
	return made, nil
}

func (c *client) close(ctx context.Context) error {
	made := c.made.Load()
	if made == nil {
		return nil
	}
	if err := made.Disconnect(ctx); err != nil && !errors.Is(err, mongo.ErrClientDisconnected) {
		return err
	}
	return nil
}
