package middleware

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"example.com/notes/internal/httpx"
)

// AccessLog writes one line per request, whatever becomes of it. It logs the path but never the query, which may hold
// what people type into search boxes.
func AccessLog(log *slog.Logger) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			rec := &recorder{ResponseWriter: w, request: r}
			defer logRequest(r.Context(), log, rec, time.Now())
			next.ServeHTTP(rec, r)
			rec.finished = true
		})
	}
}

func logRequest(ctx context.Context, log *slog.Logger, rec *recorder, start time.Time) {
	r, status := rec.request, rec.outcome()
	exchange := httpx.ExchangeFrom(ctx)
	level := levelOf(r.URL.Path, status, rec.finished)
	if !log.Enabled(ctx, level) {
		return
	}
	now := time.Now()
	attrs := append(make([]slog.Attr, 0, 10),
		slog.String("method", r.Method),
		slog.String("route", chi.RouteContext(ctx).RoutePattern()),
		slog.String("path", r.URL.Path),
		slog.Int("status", status),
		slog.Int64("bytes", rec.bytes),
		slog.Float64("duration_ms", float64(now.Sub(start).Microseconds())/1000),
		slog.String("client_ip", exchange.ClientIP.String()),
		slog.String("request_id", exchange.RequestID),
	)
	if exchange.Err != nil && level == slog.LevelError {
		attrs = append(attrs, slog.Any("error", exchange.Err))
	}
	line := slog.NewRecord(now, level, "request", 0) // no program counter: which line of code this is tells nobody anything
	line.AddAttrs(attrs...)
	_ = log.Handler().Handle(ctx, line) // whoever could be told that the log is broken reads the log
}

func levelOf(path string, status int, finished bool) slog.Level {
	switch {
	case status >= http.StatusInternalServerError, !finished && status != httpx.StatusClientClosed:
		return slog.LevelError
	case isProbe(path):
		return slog.LevelDebug
	default:
		return slog.LevelInfo
	}
}

// recorder remembers what became of a response.
type recorder struct {
	http.ResponseWriter
	request  *http.Request
	status   int
	bytes    int64
	aborted  bool // the client had gone before it had everything
	finished bool // no: a handler panicked after its answer had begun
}

// WriteHeader notes the status. A client that has gone by now will never see it.
func (rec *recorder) WriteHeader(status int) {
	if rec.status == 0 && status >= http.StatusOK {
		rec.status = status
		rec.aborted = rec.request.Context().Err() != nil
	}
	rec.ResponseWriter.WriteHeader(status)
}

// Write counts bytes.
func (rec *recorder) Write(body []byte) (int, error) {
	if rec.status == 0 {
		rec.WriteHeader(http.StatusOK)
	}
	n, err := rec.ResponseWriter.Write(body)
	if rec.request.Method != http.MethodHead { // net/http takes the body, and keeps it
		rec.bytes += int64(n)
	}
	if err != nil && rec.request.Context().Err() != nil {
		rec.aborted = true
	}
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (rec *recorder) Unwrap() http.ResponseWriter {
	return rec.ResponseWriter
}

// started reports whether the answer is on its way and can no longer be replaced.
func (rec *recorder) started() bool {
	return rec.status != 0
}

// outcome is the status to log.
func (rec *recorder) outcome() int {
	switch {
	case rec.aborted:
		return httpx.StatusClientClosed
	case rec.status != 0:
		return rec.status
	case rec.finished:
		return http.StatusOK // what net/http sends for a handler that says nothing
	default:
		return http.StatusInternalServerError // cut off before it could answer
	}
}
