package repository

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"regexp"
	"strings"

	"github.com/go-sql-driver/mysql"

	"example.com/shop/internal/database"
	"example.com/shop/internal/model"
)

// Errors of MySQL and MariaDB that mean something to a caller.
const (
	codeNotNull       = 1048
	codeUnknownColumn = 1054
	codeDuplicate     = 1062
	codeMissingTable  = 1146
	codeOutOfRange    = 1264
	codeOverflow      = 1690
	codeTruncated     = 1265
	codeWrongValue    = 1292
	codeNoDefault     = 1364
	codeWrongType     = 1366
	codeTooLong       = 1406
	codeReferenced    = 1451
	codeNoTarget      = 1452
	codeCheckMySQL    = 3819
	codeCheckMariaDB  = 4025
	codeOldReferenced = 1217
	codeOldNoTarget   = 1216
)

// notNow reports whether an error means that the same may succeed later, or elsewhere: too many connections, no disk, memory or
// lock to be had, a server that shuts down, that only reads or that has lost its fellows, and a statement that took too long.
func notNow(code uint16) bool {
	switch code {
	case 1020, 1021, 1037, 1038, 1040, 1041, 1047, 1053, 1077, 1079, 1114, 1129, 1152, 1158, 1159, 1160, 1161, 1180, 1203, 1205, 1206,
		1213, 1226, 1290, 1317, 1461, 1792, 1836, 1927, 1969, 2006, 2013, 3024, 3100, 3101, 3572, 4031:
		return true
	default:
		return false
	}
}

// translate turns an error of the driver into one of package model where it means something to a caller, and leaves any
// other as it is: unknown, to be logged and answered with a plain 500.
func translate(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if cause := context.Cause(ctx); cause != nil {
		return interrupted(cause, err)
	}
	var failure *mysql.MySQLError
	switch {
	case errors.As(err, &failure):
		return translateCode(failure)
	case errors.Is(err, model.ErrUnavailable):
		return err
	case broken(err):
		return unavailable(err)
	default:
		return fmt.Errorf("database: %w", err)
	}
}

// broken reports whether the connection, or the whole pool, is gone.
func broken(err error) bool {
	var network net.Error
	return errors.Is(err, mysql.ErrInvalidConn) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) ||
		errors.As(err, &network) || err.Error() == "sql: database is closed"
}

// interrupted tells the two reasons apart for which a statement is cut short: the database was too slow, which is its
// own fault, or the caller's time is up.
func interrupted(cause, err error) error {
	if errors.Is(cause, database.ErrTimeout) {
		return fmt.Errorf("%w (%s)", database.ErrTimeout, described(err))
	}
	return fmt.Errorf("database: %w", cause)
}

func unavailable(err error) error {
	return fmt.Errorf("%w: %w", model.ErrUnavailable, err)
}

// serverError is an error of the server whose text can be logged.
type serverError struct {
	cause *mysql.MySQLError
}

// Error leaves out what the server quotes: there are the values of rows in it.
func (e serverError) Error() string { return described(e.cause) }

// Unwrap returns the error with all that it says.
func (e serverError) Unwrap() error { return e.cause }

func described(err error) string {
	failure, ok := errors.AsType[*mysql.MySQLError](err)
	if !ok {
		return err.Error()
	}
	text := failure.Message
	if from, to := strings.IndexByte(text, '\''), strings.LastIndexByte(text, '\''); from >= 0 {
		text = text[:from] + "…" + text[to+1:]
	}
	return fmt.Sprintf("error %d (%s): %s", failure.Number, failure.SQLState, text)
}

func translateCode(failure *mysql.MySQLError) error {
	shown := serverError{cause: failure}
	switch failure.Number {
	case codeDuplicate:
		return &model.ConflictError{Field: takenField(failure), Detail: "is already taken"}
	case codeReferenced, codeOldReferenced, codeNoTarget, codeOldNoTarget:
		return fmt.Errorf("%w: %w", model.ErrConflict, shown)
	case codeCheckMySQL, codeCheckMariaDB, codeNotNull, codeNoDefault,
		codeOutOfRange, codeOverflow, codeTruncated, codeWrongValue, codeWrongType, codeTooLong:
		return invalid(failedField(failure), shown)
	case codeMissingTable, codeUnknownColumn: // the service serves before its migrations are through
		return unavailable(shown)
	}
	if notNow(failure.Number) {
		return unavailable(shown)
	}
	return fmt.Errorf("database: %w", shown)
}

// invalid reports a value that validation let through although the table refuses it.
func invalid(field string, cause error) error {
	return fmt.Errorf("%w: %w", &model.ValidationError{Fields: []model.FieldError{
		{Pointer: "/" + field, Code: model.CodeNotAllowed, Detail: "is not accepted"},
	}}, cause)
}

// inUse gives the error of a statement that deletes rows its meaning: there a broken reference is one from elsewhere, to what
// was to be deleted.
func inUse(err error) error {
	if !breaksReference(err) {
		return err
	}
	return fmt.Errorf("%w: %w", &model.ConflictError{Detail: "Something else still refers to it."}, err)
}

func breaksReference(err error) bool {
	failure, ok := errors.AsType[*mysql.MySQLError](err)
	if !ok {
		return false
	}
	switch failure.Number {
	case codeReferenced, codeOldReferenced, codeNoTarget, codeOldNoTarget:
		return true
	default:
		return false
	}
}

// takenKey finds the name at the end of "Duplicate entry '…' for key 'sku_key'". What the value says comes before it.
var takenKey = regexp.MustCompile(`for key '(?:\w+\.)?(\w+)'$`)

// takenField returns the field that a unique key is named after.
func takenField(failure *mysql.MySQLError) string {
	m := takenKey.FindStringSubmatch(failure.Message)
	switch {
	case m == nil:
		return ""
	case m[1] == "PRIMARY":
		return "id"
	default:
		return strings.TrimSuffix(m[1], "_key")
	}
}

// Where the server names a constraint, such as products__sku__1a2b3c, and where it names a column.
var (
	failedCheck  = regexp.MustCompile("(?i)constraint ['`](?:\\w+\\.)?\\w+?__([0-9a-z]+(?:_[0-9a-z]+)*)__\\w+['`] ")
	failedColumn = regexp.MustCompile("(?i)(?:column|field) (?:`[^`]*`\\.)*['`]?(\\w+)['`]?" +
		"(?: at row \\d+| cannot be null| doesn't have a default value)$")
)

func failedField(failure *mysql.MySQLError) string {
	for _, named := range []*regexp.Regexp{failedCheck, failedColumn} {
		if m := named.FindStringSubmatch(failure.Message); m != nil {
			return m[1]
		}
	}
	return ""
}
