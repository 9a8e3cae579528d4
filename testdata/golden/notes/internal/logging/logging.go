// Package logging makes the logger of the service. It decides how lines look and
// how they reach the output, not what is logged.
package logging

import (
	"context"
	"io"
	"log/slog"
	"unicode/utf8"
)

// maxValue bounds one value in bytes: what a client sends must not fill the disk.
const maxValue = 2048

// New returns a logger for lines of at least that level, in the format "json" or
// "text". Lines are buffered; the caller closes the buffer at the end. An error and
// what stands before it are written at once.
func New(w io.Writer, level slog.Level, format string) (*slog.Logger, *Buffer) {
	buffer := newBuffer(w)
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: truncate}
	var next slog.Handler = slog.NewJSONHandler(buffer, options)
	if format == "text" {
		next = slog.NewTextHandler(buffer, options)
	}
	return slog.New(handler{Handler: next, buffer: buffer}), buffer
}

// handler flushes the buffer behind errors.
type handler struct {
	slog.Handler
	buffer *Buffer
}

// Handle writes one line.
func (h handler) Handle(ctx context.Context, record slog.Record) error {
	err := h.Handler.Handle(ctx, record)
	if err == nil && record.Level >= slog.LevelError {
		err = h.buffer.Flush()
	}
	return err //nolint:wrapcheck // slog drops it
}

// WithAttrs returns a handler that adds the attributes.
func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return handler{Handler: h.Handler.WithAttrs(attrs), buffer: h.buffer}
}

// WithGroup returns a handler that qualifies what follows.
func (h handler) WithGroup(name string) slog.Handler {
	return handler{Handler: h.Handler.WithGroup(name), buffer: h.buffer}
}

// truncate shortens texts and the texts of errors.
func truncate(_ []string, attr slog.Attr) slog.Attr {
	switch attr.Value.Kind() {
	case slog.KindString:
		if s := attr.Value.String(); len(s) > maxValue {
			attr.Value = slog.StringValue(cut(s))
		}
	case slog.KindAny:
		if err, ok := attr.Value.Any().(error); ok {
			attr.Value = slog.StringValue(cut(err.Error()))
		}
	}
	return attr
}

// cut returns the beginning of s, without half a character at its end.
func cut(s string) string {
	if len(s) <= maxValue {
		return s
	}
	end := maxValue
	for end > maxValue-utf8.UTFMax && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}
