package logging

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"
)

// output is a writer that counts writes.
type output struct {
	mu     sync.Mutex
	text   bytes.Buffer
	writes int
	err    error
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.writes++
	if o.err != nil {
		return 0, o.err
	}
	return o.text.Write(p)
}

func (o *output) lines() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return strings.FieldsFunc(o.text.String(), func(r rune) bool { return r == '\n' })
}

func TestLinesAreWrittenTogetherAndSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &output{}
		log, buffer := New(out, slog.LevelInfo, "json")
		for range 10 {
			log.Info("hello")
		}
		time.Sleep(maxDelay - time.Millisecond)
		if n := len(out.lines()); n != 0 {
			t.Errorf("%d lines were written at once", n)
		}
		time.Sleep(2 * time.Millisecond)
		if n := len(out.lines()); n != 10 || out.writes != 1 {
			t.Errorf("%d lines were written in %d writes, want 10 in 1", n, out.writes)
		}
		log.Info("again")
		time.Sleep(maxDelay + time.Millisecond)
		if n := len(out.lines()); n != 11 {
			t.Errorf("%d lines were written, want 11", n)
		}
		if err := buffer.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestAnErrorIsWrittenAtOnceWithWhatCameBefore(t *testing.T) {
	out := &output{}
	log, _ := New(out, slog.LevelInfo, "json")
	log.Info("first")
	log.With("a", 1).WithGroup("g").Error("second")
	if lines := out.lines(); len(lines) != 2 || !strings.Contains(lines[0], "first") {
		t.Errorf("got %q", lines)
	}
}

func TestCloseFlushesAndLosesNothingLater(t *testing.T) {
	out := &output{}
	log, buffer := New(out, slog.LevelInfo, "json")
	log.Info("first")
	if err := buffer.Close(); err != nil || len(out.lines()) != 1 {
		t.Errorf("got %q, %v", out.lines(), err)
	}
	log.Info("second")
	if len(out.lines()) != 2 {
		t.Errorf("got %q", out.lines())
	}
}

func TestAFullBufferIsWritten(t *testing.T) {
	out := &output{}
	log, buffer := New(out, slog.LevelInfo, "json")
	for i := range 1000 {
		log.Info("line", "n", i, "pad", strings.Repeat("x", 500))
	}
	if out.writes < 10 {
		t.Errorf("only %d writes for half a megabyte", out.writes)
	}
	if err := buffer.Flush(); err != nil {
		t.Error(err)
	}
	for i, line := range out.lines() {
		var got struct{ N int }
		if err := json.Unmarshal([]byte(line), &got); err != nil || got.N != i {
			t.Fatalf("line %d is %q, %v", i, line, err)
		}
	}
}

func TestALogThatCannotBeWrittenDoesNotGrow(t *testing.T) {
	out := &output{err: errors.New("disk full")}
	log, buffer := New(out, slog.LevelInfo, "json")
	for range 2000 {
		log.Info(strings.Repeat("x", 1000))
	}
	if cap(buffer.lines) > 2*bufferSize {
		t.Errorf("the buffer holds %d bytes", cap(buffer.lines))
	}
	log.Info("x")
	if err := buffer.Close(); !errors.Is(err, out.err) {
		t.Errorf("got %v", err)
	}
}

func TestEveryLineIsOneValidLineWhateverIsLogged(t *testing.T) {
	hostile := []string{"a\nb\r\nc", "\x1b[31mred", `"}{"level":"ERROR`, "\x00", "\xff\xfe", "\u2028", strings.Repeat("é", 1<<20)}
	for _, format := range []string{"json", "text"} {
		out := &output{}
		log, buffer := New(out, slog.LevelInfo, format)
		for _, text := range hostile {
			log.Info(text, "value", text, "error", errors.New(text), slog.Group("g", "inner", text))
		}
		if err := buffer.Close(); err != nil {
			t.Fatal(err)
		}
		lines := out.lines()
		if len(lines) != len(hostile) {
			t.Errorf("%s: %d lines for %d records", format, len(lines), len(hostile))
		}
		for _, line := range lines {
			if format == "json" && !json.Valid([]byte(line)) {
				t.Errorf("not JSON: %.200q", line)
			}
			if len(line) > 10*maxValue || strings.ContainsAny(line, "\x1b\x00") {
				t.Errorf("%s: too long or not escaped: %d bytes, %.200q", format, len(line), line)
			}
		}
	}
}

func TestCutKeepsCharactersWhole(t *testing.T) {
	for pad := range 5 {
		s := strings.Repeat("x", pad) + strings.Repeat("😀", maxValue)
		got := cut(s)
		if !utf8.ValidString(got) || len(got) > maxValue+len("…") || len(got) < maxValue-utf8.UTFMax {
			t.Errorf("pad %d: %d bytes, valid %t", pad, len(got), utf8.ValidString(got))
		}
	}
	if got := cut(strings.Repeat("x", maxValue)); len(got) != maxValue {
		t.Errorf("a text that fits was cut to %d bytes", len(got))
	}
}

func TestLevel(t *testing.T) {
	out := &output{}
	log, buffer := New(out, slog.LevelWarn, "text")
	log.Info("quiet")
	log.Warn("loud")
	if err := buffer.Close(); err != nil {
		t.Fatal(err)
	}
	if lines := out.lines(); len(lines) != 1 || !strings.Contains(lines[0], "msg=loud") {
		t.Errorf("got %q", lines)
	}
}

func TestConcurrentUse(t *testing.T) {
	out := &output{}
	log, buffer := New(out, slog.LevelInfo, "json")
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 200 {
				log.Info("line", "from", fmt.Sprint(i), "n", j)
			}
		})
	}
	wg.Wait()
	if err := buffer.Close(); err != nil {
		t.Fatal(err)
	}
	lines := out.lines()
	for _, line := range lines {
		if !json.Valid([]byte(line)) {
			t.Fatalf("not JSON: %q", line)
		}
	}
	if len(lines) != 8*200 {
		t.Errorf("%d lines, want %d", len(lines), 8*200)
	}
}
