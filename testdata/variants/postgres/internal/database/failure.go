package database

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"

	"example.com/shop/internal/model"
)

// SQLSTATE codes that say what to do about a failure.
const (
	codeQueryCanceled        = "57014"
	codeSerializationFailure = "40001"
	codeDeadlock             = "40P01"
)

// Failed returns err, which a statement or a connection ended with, as callers may see it. It is the cause when ctx has
// ended, ErrTimeout when the server was too slow, and a model.ErrUnavailable when the database cannot be reached or cannot
// work now. Everything else is about the statement and stays what it is. No text says where the database is: what the
// driver says about a connection does.
func Failed(ctx context.Context, step string, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return fmt.Errorf("%s: %w", step, cause)
	}
	if failure, ok := errors.AsType[*pgconn.PgError](err); ok && !connecting(err) {
		switch {
		case failure.Code == codeQueryCanceled:
			return fmt.Errorf("%s: %w", step, ErrTimeout)
		case isOutage(failure):
			return fmt.Errorf("%s: %w: %w", step, model.ErrUnavailable, failure)
		}
		return fmt.Errorf("%s: %w", step, err)
	}
	if reason := connectionFailure(err); reason != "" {
		return fmt.Errorf("%s: %w: %s", step, model.ErrUnavailable, reason)
	}
	return fmt.Errorf("%s: %w", step, err)
}

// Collided reports whether a transaction failed because of another one, so that it may succeed when it is run again.
func Collided(err error) bool {
	failure, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (failure.Code == codeSerializationFailure || failure.Code == codeDeadlock)
}

// isOutage reports whether the server refuses to work for reasons that pass, or that its operator must see to.
func isOutage(failure *pgconn.PgError) bool {
	switch failure.Code[:min(2, len(failure.Code))] {
	case "08", "28", "53", "58": // connection, authorization, resources, system
		return true
	}
	switch failure.Code {
	case codeSerializationFailure, codeDeadlock, "40003", // what remains after the retries; unknown outcome
		"57P01", "57P02", "57P03", "57P04", "57P05", // going down, crashed, starting, database dropped, session idle
		"55P03",          // a lock was not to be had
		"25006", "25P03", // read-only, transaction idle for too long
		"3D000": // no such database
		return true
	}
	// A migration changed a table under a prepared statement. The driver forgets the statement, so that this happens once.
	return failure.Routine == "RevalidateCachedQuery"
}

func connecting(err error) bool {
	_, ok := errors.AsType[*pgconn.ConnectError](err)
	return ok
}

// connectionFailure says why there is no connection, or none any more; "" for errors of another kind.
func connectionFailure(err error) string {
	if failure, ok := errors.AsType[*pgconn.PgError](err); ok {
		return "the server refuses: " + refusal(failure.Code)
	}
	if number, ok := errors.AsType[syscall.Errno](err); ok {
		return number.Error()
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return "the name of the server is not found"
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "the server does not prove who it is"
	}
	if failure, ok := errors.AsType[net.Error](err); ok && failure.Timeout() || pgconn.Timeout(err) {
		return "no answer in time"
	}
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed), errors.Is(err, pgconn.ErrConnClosed):
		return "the connection is lost"
	case err.Error() == "closed pool":
		return "the database is closed"
	case strings.Contains(err.Error(), "server refused TLS connection"):
		return "the server has no TLS"
	}
	if _, ok := errors.AsType[*net.OpError](err); ok || connecting(err) {
		return "the connection failed"
	}
	return ""
}

// refusal puts into words why the server lets nobody in. Its own words name users and databases.
func refusal(code string) string {
	words := map[string]string{
		"28P01": "wrong password", "28000": "no such user, or not from here", "3D000": "no such database",
		"53300": "too many connections", "57P03": "it is starting or stopping",
	}
	return strings.TrimSpace(words[code] + " (SQLSTATE " + code + ")")
}
