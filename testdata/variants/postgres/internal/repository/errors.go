package repository

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"example.com/shop/internal/database"
	"example.com/shop/internal/model"
)

// SQLSTATE codes of what a row must not be, and of what is not there.
const (
	codeUnique     = "23505"
	codeForeignKey = "23503"
	codeRestrict   = "23001" // a foreign key with RESTRICT, since PostgreSQL 18
	codeNotNull    = "23502"
	codeCheck      = "23514"
	codeTooLarge   = "54000" // too long for an index
	codeNoTable    = "42P01"
	codeNoColumn   = "42703"
)

// translate turns an error of the driver into one of package model where it means something to a caller, and leaves any
// other as it is: unknown, to be logged and answered with a plain 500.
func translate(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if failure, ok := errors.AsType[*pgconn.PgError](err); ok && context.Cause(ctx) == nil {
		if known := translateCode(failure); known != nil {
			return known
		}
	}
	return database.Failed(ctx, "database", err)
}

// translateCode returns nil for a failure that is not about the rows.
func translateCode(failure *pgconn.PgError) error {
	switch {
	case failure.Code == codeUnique:
		return &model.ConflictError{Field: uniqueField(failure.TableName, failure.ConstraintName), Detail: "is already taken"}
	case failure.Code == codeForeignKey, failure.Code == codeRestrict:
		return fmt.Errorf("%w: %w", model.ErrConflict, failure)
	case failure.Code == codeNotNull:
		return invalid(failure.ColumnName, failure)
	case failure.Code == codeCheck:
		return invalid(failure.ConstraintName, failure)
	case failure.Code == codeTooLarge, strings.HasPrefix(failure.Code, "22"): // a value that its type does not hold
		return invalid("", failure)
	case failure.Code == codeNoTable, failure.Code == codeNoColumn: // the service serves before its migrations are through
		return fmt.Errorf("%w: %w", model.ErrUnavailable, failure)
	default:
		return nil
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
	if brokenReference(err) == "" {
		return err
	}
	return fmt.Errorf("%w: %w", &model.ConflictError{Detail: "Something else still refers to it."}, err)
}

// brokenReference returns the column of the reference that a statement would break, or "". A foreign key has the name of its
// column.
func brokenReference(err error) string {
	failure, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || failure.Code != codeForeignKey && failure.Code != codeRestrict {
		return ""
	}
	return failure.ConstraintName
}

// shortened matches the name of an index that would have been too long with the table's name in it.
var shortened = regexp.MustCompile(`^(.+)_[0-9a-f]{8}_ukey$`)

// uniqueField returns the field that an index makes unique: products_sku_key stands for sku.
func uniqueField(table, index string) string {
	if m := shortened.FindStringSubmatch(index); m != nil {
		return m[1]
	}
	field, ok := strings.CutSuffix(index, "_key")
	if !ok { // the primary key
		return "id"
	}
	return strings.TrimPrefix(field, table+"_")
}
