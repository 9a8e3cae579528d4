package middleware_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"example.com/shop/internal/httpx"
	"example.com/shop/internal/middleware"
)

func TestRecoverAnswersWithAProblem(t *testing.T) {
	t.Parallel()
	log, lines := logTo(t)
	rec := serve(t, get("/things/7"), func(http.ResponseWriter, *http.Request) {
		panic("the cat walked over the keyboard")
	}, middleware.AccessLog(log), middleware.Recover(log))

	if rec.Code != http.StatusInternalServerError || rec.Header().Get("Content-Type") != httpx.ProblemType {
		t.Errorf("got %d %s", rec.Code, rec.Header().Get("Content-Type"))
	}
	if strings.Contains(rec.Body.String(), "cat") || strings.Contains(rec.Body.String(), "goroutine") {
		t.Errorf("the body tells what only the log may know: %s", rec.Body)
	}
	got := lines()
	if len(got) != 2 {
		t.Fatalf("%d log lines, want the panic and the request: %v", len(got), got)
	}
	if stack, _ := got[0]["stack"].(string); !strings.Contains(stack, "TestRecoverAnswersWithAProblem") {
		t.Errorf("the stack does not say where: %s", stack)
	}
	if got[0]["request_id"] != got[1]["request_id"] || got[1]["status"] != 500.0 || got[1]["error"] == nil || got[1]["stack"] != nil {
		t.Errorf("the lines do not fit: %v", got)
	}
}

func TestRecoverCutsAnAnswerThatHasBegun(t *testing.T) {
	t.Parallel()
	log, lines := logTo(t)
	caught := catch(func() {
		serve(t, get("/things/7"), func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte("half of it"))
			panic("too late")
		}, middleware.AccessLog(log), middleware.Recover(log))
	})

	if err, _ := caught.(error); !errors.Is(err, http.ErrAbortHandler) {
		t.Errorf("net/http sees %v, want http.ErrAbortHandler", caught)
	}
	if got := lines(); len(got) != 2 || got[1]["level"] != "ERROR" || got[1]["error"] == nil {
		t.Errorf("log is %v", got)
	}
}

func TestRecoverLetsAnAbortPass(t *testing.T) {
	t.Parallel()
	log, lines := logTo(t)
	caught := catch(func() {
		serve(t, get("/things/7"), func(http.ResponseWriter, *http.Request) {
			panic(http.ErrAbortHandler)
		}, middleware.AccessLog(log), middleware.Recover(log))
	})

	got := lines()
	if err, _ := caught.(error); !errors.Is(err, http.ErrAbortHandler) || len(got) != 1 || got[0]["status"] != 500.0 {
		t.Errorf("net/http sees %v, the log %v", caught, got)
	}
}

func catch(f func()) (caught any) {
	defer func() { caught = recover() }()
	f()
	return nil
}
