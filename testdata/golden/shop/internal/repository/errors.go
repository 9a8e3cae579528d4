package repository

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"modernc.org/sqlite"

	"example.com/shop/internal/database"
	"example.com/shop/internal/model"
)

// Result codes of SQLite: the low byte is the kind of failure, the whole says more.
const (
	codeGeneric    = 1
	codePermission = 3
	codeBusy       = 5
	codeLocked     = 6
	codeNoMemory   = 7
	codeReadOnly   = 8
	codeInterrupt  = 9
	codeIO         = 10
	codeFull       = 13
	codeCannotOpen = 14
	codeProtocol   = 15
	codeTooBig     = 18
	codeConstraint = 19

	codeCheck      = 275
	codeForeignKey = 787
	codeNotNull    = 1299
	codePrimaryKey = 1555
	codeUnique     = 2067
	codeDatatype   = 3091
)

// translate turns an error of the driver into one of package model where it means something to a caller, and leaves any
// other as it is: unknown, to be logged and answered with a plain 500.
func translate(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if cause := context.Cause(ctx); cause != nil {
		return interrupted(cause, err)
	}
	var failure *sqlite.Error
	switch {
	case errors.As(err, &failure):
		return translateCode(failure)
	case errors.Is(err, model.ErrUnavailable):
		return err
	case errors.Is(err, driver.ErrBadConn), errors.Is(err, sql.ErrConnDone), err.Error() == "sql: database is closed":
		return unavailable(err)
	default:
		return fmt.Errorf("database: %w", err)
	}
}

// interrupted tells the two reasons apart for which a statement is cut short: the database was too slow, which is its
// own fault, or the caller's time is up.
func interrupted(cause, err error) error {
	if errors.Is(cause, database.ErrTimeout) {
		return fmt.Errorf("%w (%s)", database.ErrTimeout, err.Error())
	}
	return fmt.Errorf("database: %w", cause)
}

func unavailable(err error) error {
	return fmt.Errorf("%w: %w", model.ErrUnavailable, err)
}

func translateCode(failure *sqlite.Error) error {
	switch failure.Code() & 0xff {
	case codeConstraint:
		return translateConstraint(failure)
	case codePermission, codeBusy, codeLocked, codeNoMemory, codeReadOnly, codeInterrupt, codeIO, codeFull, codeCannotOpen, codeProtocol:
		return unavailable(failure)
	case codeTooBig:
		return invalid("", failure)
	case codeGeneric:
		return translateGeneric(failure)
	default:
		return fmt.Errorf("database: %w", failure)
	}
}

// translateGeneric finds two generic failures that mean something. One passes by itself: the tables are not there yet, since
// the service serves before its migrations are through. The other is up to the caller: SQLite follows references for a
// thousand levels when it deletes a row with all that goes along.
func translateGeneric(failure *sqlite.Error) error {
	switch {
	case missingTable.MatchString(failure.Error()):
		return unavailable(failure)
	case strings.Contains(failure.Error(), "too many levels of trigger recursion"):
		return fmt.Errorf("%w: %w", &model.ConflictError{Detail: "Too many levels of items depend on it. Delete the lowest ones first."}, failure)
	default:
		return fmt.Errorf("database: %w", failure)
	}
}

var missingTable = regexp.MustCompile(`no such (table|column): `)

func translateConstraint(failure *sqlite.Error) error {
	switch failure.Code() {
	case codeUnique, codePrimaryKey:
		return &model.ConflictError{Field: failedField(failure), Detail: "is already taken"}
	case codeForeignKey:
		return fmt.Errorf("%w: %w", model.ErrConflict, failure)
	case codeCheck, codeNotNull, codeDatatype:
		return invalid(failedField(failure), failure)
	default:
		return fmt.Errorf("database: %w", failure)
	}
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
	failure, ok := errors.AsType[*sqlite.Error](err)
	return ok && failure.Code() == codeForeignKey
}

// failedColumn finds the last name in "UNIQUE constraint failed: products.shelf, products.sku" and in
// "CHECK constraint failed: sku": columns are named like the fields that they hold, and so are the constraints.
var failedColumn = regexp.MustCompile(`failed: (?:.*\.)?(\w+) \(\d+\)$`)

func failedField(failure *sqlite.Error) string {
	if m := failedColumn.FindStringSubmatch(failure.Error()); m != nil {
		return m[1]
	}
	return ""
}
