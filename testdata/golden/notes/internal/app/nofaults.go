//go:build !faults

package app

import "example.com/notes/internal/handler"

// faults adds nothing: operations that go wrong on purpose are built only with -tags faults.
func (a *App) faults() []handler.Route {
	return nil
}
