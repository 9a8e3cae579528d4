package app

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestShutdownFinishesWhatIsInFlight interrupts the service while a request is half sent. The service must say that it is
// not ready, still answer the request in full, and only then end, without an error.
func TestShutdownFinishesWhatIsInFlight(t *testing.T) {
	t.Parallel()
	a := newApp(t, nil)
	ctx, terminate := context.WithCancelCause(t.Context())
	ln := listenLocal(t)
	s := &instance{app: a, url: "http://" + ln.Addr().String(), client: &http.Client{Timeout: patience}}
	done := make(chan error, 1)
	go func() { done <- a.Serve(ctx, ln, nil) }()
	s.awaitStatus(t, "/readyz", http.StatusOK)

	conn, answers := sendHalf(t, ln.Addr().String(), "/v1/auth/register")
	terminate(ErrInterrupted)
	for deadline := time.Now().Add(patience); a.health.ready(t.Context()) == nil; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the service still calls itself ready")
		}
	}
	select {
	case err := <-done:
		t.Fatalf("the service ended (%v) while a request was in flight", err)
	default:
	}
	if _, err := io.WriteString(conn, "}"); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(answers, nil)
	if err != nil {
		t.Fatalf("the request in flight was cut off: %v", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusUnprocessableEntity || !answer.Close {
		t.Errorf("got status %d, close %t; want 422 and the connection closed", answer.StatusCode, answer.Close)
	}
	if err := <-done; err != nil {
		t.Errorf("the service ended with %v", err)
	}
}

// sendHalf sends a request but for the last byte of its body, which no operation accepts, to one that anybody may call. It
// returns when the service has begun to read the body.
func sendHalf(t *testing.T, addr, path string) (net.Conn, *bufio.Reader) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	const half = `{"no such member": 1`
	_, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"+
		"Expect: 100-continue\r\n\r\n%s", path, addr, len(half)+1, half)
	if err != nil {
		t.Fatal(err)
	}
	answers := bufio.NewReader(conn)
	for line := "-"; strings.TrimSpace(line) != ""; {
		if line, err = answers.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	return conn, answers
}
