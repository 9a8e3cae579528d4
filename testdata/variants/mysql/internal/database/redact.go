package database

import (
	"context"
	"crypto/x509"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"

	"github.com/go-sql-driver/mysql"

	"example.com/shop/internal/model"
)

// redacted returns why a connection cannot be made without where to and as whom: that is in DATABASE_URL, which belongs into no
// log. It is a model.ErrUnavailable, unless the caller's time is up.
func redacted(err error) error {
	for _, cause := range []error{context.Canceled, context.DeadlineExceeded, driver.ErrBadConn} {
		if errors.Is(err, cause) {
			return cause
		}
	}
	return fmt.Errorf("connect: %s: %w", reason(err), model.ErrUnavailable)
}

func reason(err error) string {
	if failure, ok := errors.AsType[*mysql.MySQLError](err); ok {
		return fmt.Sprintf("the server refuses it with error %d (%s)", failure.Number, failure.SQLState)
	}
	if lookup, ok := errors.AsType[*net.DNSError](err); ok {
		return "the host is not found: " + lookup.Err
	}
	if code, ok := errors.AsType[syscall.Errno](err); ok {
		return code.Error()
	}
	var unknown x509.UnknownAuthorityError
	var other x509.HostnameError
	switch {
	case errors.As(err, &unknown):
		return "nobody whom the system trusts has signed the server's certificate"
	case errors.As(err, &other):
		return "the server's certificate is for another host"
	case errors.Is(err, mysql.ErrNoTLS):
		return "the server does not offer TLS"
	case errors.Is(err, os.ErrDeadlineExceeded):
		return "the server does not answer in time"
	default:
		return fmt.Sprintf("it fails with a %T", err)
	}
}
