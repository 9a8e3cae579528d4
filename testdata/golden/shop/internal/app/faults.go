//go:build faults

package app

import "example.com/shop/internal/handler"

// faults adds operations that go wrong on purpose.
func (a *App) faults() []handler.Route {
	return handler.NewFaults(a.db.Sleep).Routes()
}
