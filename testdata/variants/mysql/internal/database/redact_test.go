package database

import (
	"context"
	"crypto/x509"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/go-sql-driver/mysql"

	"example.com/shop/internal/model"
)

func TestRedacted(t *testing.T) {
	address := &net.TCPAddr{IP: net.IPv4(192, 0, 2, 77), Port: 3306}
	for _, err := range []error{
		&mysql.MySQLError{Number: 1045, Message: "Access denied for user 'hidden'@'192.0.2.77'"},
		&mysql.MySQLError{Number: 1049, Message: "Unknown database 'hidden'"},
		&net.OpError{Op: "dial", Net: "tcp", Addr: address, Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)},
		&net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "hidden"}},
		&net.OpError{Op: "read", Net: "tcp", Addr: address, Err: os.ErrDeadlineExceeded},
		x509.HostnameError{Certificate: &x509.Certificate{DNSNames: []string{"other"}}, Host: "hidden"},
		x509.UnknownAuthorityError{},
		mysql.ErrNoTLS,
		errors.New("something about hidden"),
	} {
		got := redacted(fmt.Errorf("wrapped: %w", err))
		if !errors.Is(got, model.ErrUnavailable) || strings.Contains(got.Error(), "hidden") || strings.Contains(got.Error(), "192.0.2.77") {
			t.Errorf("%v becomes %v", err, got)
		}
	}
	for _, err := range []error{context.Canceled, context.DeadlineExceeded, driver.ErrBadConn} {
		if got := redacted(fmt.Errorf("hidden: %w", err)); !errors.Is(got, err) || errors.Is(got, model.ErrUnavailable) {
			t.Errorf("%v becomes %v", err, got)
		}
	}
}

func TestErrorsDoNotNameTheDatabase(t *testing.T) {
	s := &session{database: "hidden"}
	for _, text := range []string{"Table 'hidden.t' doesn't exist", "CONSTRAINT `t__n__fk` failed for `hidden`.`t`"} {
		failure := &mysql.MySQLError{Message: text}
		if err := s.note(failure); strings.Contains(err.Error(), "hidden") {
			t.Errorf("error %v", err)
		}
	}
}
