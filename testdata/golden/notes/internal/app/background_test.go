package app

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func quietApp() *App {
	return &App{log: slog.New(slog.DiscardHandler)}
}

func TestStartStepsAreRetriedInOrderUntilTheySucceed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := quietApp()
		var order []string
		down := 3
		a.onStart("first", func(context.Context) error {
			order = append(order, "first")
			if down--; down > 0 {
				return errors.New("not yet")
			}
			return nil
		})
		a.onStart("second", func(context.Context) error {
			order = append(order, "second")
			return nil
		})
		wait := a.startBackground(t.Context())
		if a.health.started.Load() {
			t.Error("ready before the steps succeeded")
		}
		wait()
		if want := []string{"first", "first", "first", "second"}; !slices.Equal(order, want) {
			t.Errorf("got %v, want %v", order, want)
		}
		if !a.health.started.Load() {
			t.Error("not ready although every step succeeded")
		}
	})
}

func TestBackgroundWorkSurvivesAPanicAndEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := quietApp()
		runs := 0
		a.inBackground("loop", func(ctx context.Context) error {
			if runs++; runs == 1 {
				panic("broken")
			}
			<-ctx.Done()
			return nil
		})
		ctx, stop := context.WithCancel(t.Context())
		wait := a.startBackground(ctx)
		time.Sleep(time.Minute)
		stop()
		wait()
		if runs != 2 {
			t.Errorf("ran %d times, want 2: once to panic, once more until the end", runs)
		}
	})
}

func TestStartGivesUpAtOnce(t *testing.T) {
	t.Parallel()
	a := quietApp()
	broken := errors.New("broken")
	a.onStart("step", func(context.Context) error { return broken })
	if err := a.Start(t.Context()); !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
}

func TestCloseReleasesTheLastThingFirst(t *testing.T) {
	t.Parallel()
	a := quietApp()
	var order []string
	broken := errors.New("broken")
	a.onClose(func() error { order = append(order, "first"); return nil })
	a.onClose(func() error { order = append(order, "second"); return broken })
	if err := a.Close(); !errors.Is(err, broken) {
		t.Errorf("got %v, want the error of a closer", err)
	}
	if err := a.Close(); err != nil {
		t.Errorf("a second Close says %v", err)
	}
	if want := []string{"second", "first"}; !slices.Equal(order, want) {
		t.Errorf("got %v, want %v", order, want)
	}
}
