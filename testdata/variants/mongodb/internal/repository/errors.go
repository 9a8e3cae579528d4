package repository

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"example.com/shop/internal/database"
	"example.com/shop/internal/database/document"
	"example.com/shop/internal/model"
)

// Codes of MongoDB.
const (
	codeValidation = 121
	codeTooLarge   = 10334
)

// outages lists the codes of failures that are the server's or the operator's and may pass: no rights, no primary, no time,
// shutting down, no space, and transactions that met each other.
func outages() []int {
	return []int{
		6, 7, 13, 18, 24, 64, 89, 91, 112, 133, 134, 189, 202, 251, 262, 317, 365, 384, 8000, 9001,
		10107, 11600, 11602, 13388, 13435, 13436, 14031,
	}
}

// translate turns an error of the driver into one of package model where it means something to a caller, and leaves any
// other as it is: unknown, to be logged and answered with a plain 500. No text of the server comes along where it would
// repeat a value.
func translate(ctx context.Context, db *database.DB, err error) error {
	if err == nil {
		return nil
	}
	if cause := database.Cause(ctx, err); cause != nil {
		return interrupted(cause, db.Redact(err))
	}
	if errors.Is(err, model.ErrUnavailable) {
		return err
	}
	if ownFault(err) {
		return fmt.Errorf("database: %w", err)
	}
	if mongo.IsTimeout(err) { // the server ends commands by itself
		return interrupted(database.ErrTimeout, db.Redact(err))
	}
	if failure, ok := errors.AsType[mongo.ServerError](err); ok && len(failure.ErrorCodes()) > 0 && !mongo.IsNetworkError(err) {
		return translateCode(db, failure)
	}
	return unavailable(db, err) // no server, no connection, or one that broke
}

// ownFault reports whether the service itself is to blame: for what it sent, or for what it cannot read.
func ownFault(err error) bool {
	_, unsendable := errors.AsType[mongo.MarshalError](err)
	_, wrong := errors.AsType[mongo.InvalidArgumentError](err)
	return unsendable || wrong || errors.Is(err, document.ErrMalformed)
}

// interrupted tells the two reasons apart for which a command is cut short: the database was too slow, which is its own
// fault, or the caller's time is up.
func interrupted(cause, err error) error {
	if errors.Is(cause, database.ErrTimeout) {
		return fmt.Errorf("%w (%s)", database.ErrTimeout, err.Error())
	}
	return fmt.Errorf("database: %w", cause)
}

func unavailable(db *database.DB, err error) error {
	return fmt.Errorf("%w: %w", model.ErrUnavailable, db.Redact(err))
}

func translateCode(db *database.DB, failure mongo.ServerError) error {
	switch {
	case mongo.IsDuplicateKeyError(failure):
		return &model.ConflictError{Field: takenField(failure), Detail: "is already taken"}
	case failure.HasErrorCode(codeValidation):
		return invalid(refusedField(failure))
	case failure.HasErrorCode(codeTooLarge):
		return invalid("")
	case slices.ContainsFunc(outages(), failure.HasErrorCode):
		return unavailable(db, failure)
	default:
		return fmt.Errorf("database: %w", db.Redact(failure))
	}
}

// invalid reports a value that validation let through although the collection refuses it.
func invalid(field string) error {
	return &model.ValidationError{Fields: []model.FieldError{
		{Pointer: "/" + field, Code: model.CodeNotAllowed, Detail: "is not accepted"},
	}}
}

// takenField returns the last field of the unique index that refused a document: the first may be the owner's.
func takenField(failure mongo.ServerError) string {
	for _, raw := range rawErrors(failure) {
		pattern, _ := raw.Lookup("keyPattern").DocumentOK()
		if elements, err := pattern.Elements(); err == nil && len(elements) > 0 {
			return fieldName(elements[len(elements)-1].Key())
		}
	}
	return ""
}

func fieldName(key string) string {
	if key == "_id" {
		return "id"
	}
	return key
}

// refusedField returns the element to which a collection's validator objects.
func refusedField(failure mongo.ServerError) string {
	for _, raw := range rawErrors(failure) {
		rules, _ := raw.Lookup("errInfo", "details", "schemaRulesNotSatisfied").ArrayOK()
		list, err := rules.Values()
		if err != nil {
			continue
		}
		for _, rule := range list {
			doc, _ := rule.DocumentOK()
			if name := objection(doc); name != "" {
				return fieldName(name)
			}
		}
	}
	return ""
}

// objection reads one rule of a schema that a document breaks: elements that are not as they should be, or are not there.
func objection(rule bson.Raw) string {
	if missing, ok := rule.Lookup("missingProperties", "0").StringValueOK(); ok {
		return missing
	}
	name, _ := rule.Lookup("propertiesNotSatisfied", "0", "propertyName").StringValueOK()
	return name
}

// rawErrors returns the documents in which the server says what is wrong.
func rawErrors(failure mongo.ServerError) []bson.Raw {
	var raws []bson.Raw
	if write, ok := errors.AsType[mongo.WriteException](failure); ok {
		for _, e := range write.WriteErrors {
			raws = append(raws, e.Raw)
		}
	}
	if command, ok := errors.AsType[mongo.CommandError](failure); ok {
		raws = append(raws, command.Raw)
	}
	return raws
}
