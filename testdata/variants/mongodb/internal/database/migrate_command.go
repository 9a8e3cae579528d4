package database

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
)

// Codes of MongoDB that mean: it is so already, or: the server does not know that.
const (
	codeNamespaceNotFound = 26
	codeIndexNotFound     = 27
	codeNamespaceExists   = 48
	codeCommandNotFound   = 59
	codeNotSupported      = 115
	codeNotImplemented    = 238
)

// runCommands runs the commands of a migration in order. Its errors say which one failed.
func (db *DB) runCommands(ctx context.Context, data *mongo.Database, name string, commands []bson.D) error {
	for i, command := range commands {
		if len(command) == 0 {
			return fmt.Errorf("%s: command %d is empty", name, i+1)
		}
		err := runCommand(ctx, data, command)
		if db.location.noTransactions && unsupported(err) {
			err = db.runWhatIsSupported(ctx, data, name, command)
		}
		if err != nil {
			return fmt.Errorf("%s: command %d, %s: %w", name, i+1, command[0].Key, err)
		}
	}
	return nil
}

// runCommand runs one command. That its work is done already is no error.
func runCommand(ctx context.Context, data *mongo.Database, command bson.D) error {
	if command[0].Key == "assert" {
		return assertNone(ctx, data, command)
	}
	err := acknowledged(ctx, data, command)
	switch kind := command[0].Key; {
	case kind == "create" && hasCode(err, codeNamespaceExists):
		return changeValidator(ctx, data, command)
	case kind == "drop" && hasCode(err, codeNamespaceNotFound):
		return nil
	case kind == "dropIndexes" && (hasCode(err, codeNamespaceNotFound) || hasCode(err, codeIndexNotFound)):
		return nil
	default:
		return err
	}
}

// acknowledged runs a command of the server until a majority of the replica set has what it did.
func acknowledged(ctx context.Context, data *mongo.Database, command bson.D) error {
	concern := bson.E{Key: "writeConcern", Value: bson.D{{Key: "w", Value: "majority"}}}
	var reply struct {
		WriteErrors []struct {
			Code    int32  `bson:"code"`
			Message string `bson:"errmsg"`
		} `bson:"writeErrors"`
	}
	if err := data.RunCommand(ctx, append(slices.Clone(command), concern)).Decode(&reply); err != nil {
		return err
	}
	for _, e := range reply.WriteErrors {
		return mongo.CommandError{Code: e.Code, Message: e.Message}
	}
	return nil
}

// changeValidator gives a collection that is there already the validator of the command that would have created it.
func changeValidator(ctx context.Context, data *mongo.Database, create bson.D) error {
	change := bson.D{{Key: "collMod", Value: create[0].Value}}
	for _, e := range create {
		if slices.Contains(validation(), e.Key) {
			change = append(change, e)
		}
	}
	if len(change) == 1 {
		return nil
	}
	return acknowledged(ctx, data, change)
}

// validation are the options of a collection about what its documents must be like.
func validation() []string {
	return []string{"validator", "validationLevel", "validationAction"}
}

// assertNone fails while a document of a collection matches a filter.
func assertNone(ctx context.Context, data *mongo.Database, command bson.D) error {
	var assertion struct {
		Collection string `bson:"assert"`
		None       bson.D `bson:"none"`
		Because    string `bson:"because"`
	}
	content, err := bson.Marshal(command)
	if err != nil {
		return fmt.Errorf("read the assertion: %w", err)
	}
	if err := bson.Unmarshal(content, &assertion); err != nil {
		return fmt.Errorf("read the assertion: %w", err)
	}
	n, err := data.Collection(assertion.Collection).CountDocuments(ctx, assertion.None)
	if err != nil {
		return err
	}
	if n > 0 {
		return fmt.Errorf("%d documents of %s: %s", n, assertion.Collection, assertion.Because)
	}
	return nil
}

func hasCode(err error, code int) bool {
	failure, ok := errors.AsType[mongo.ServerError](err)
	return ok && failure.HasErrorCode(code)
}

// unsupported reports whether the server does not know what it was told to do.
func unsupported(err error) bool {
	return hasCode(err, codeNotImplemented) || hasCode(err, codeNotSupported) || hasCode(err, codeCommandNotFound)
}

// runWhatIsSupported is for servers that understand MongoDB's protocol and lack some of its features, such as validators.
// Such a server is accepted only where transactions=off says that it is for trying, and never in silence.
func (db *DB) runWhatIsSupported(ctx context.Context, data *mongo.Database, name string, command bson.D) error {
	db.log.LogAttrs(ctx, slog.LevelWarn, "the server cannot do all that a migration says: nothing but the service checks values",
		slog.String("migration", name), slog.String("command", command[0].Key))
	switch command[0].Key {
	case "create":
		return runCommand(ctx, data, without(command, validation()...))
	case "createIndexes":
		return runCommand(ctx, data, withPlainIndexes(command))
	case "collMod", "assert":
		return nil
	default:
		return runCommand(ctx, data, command)
	}
}

func without(command bson.D, keys ...string) bson.D {
	return slices.DeleteFunc(slices.Clone(command), func(e bson.E) bool { return slices.Contains(keys, e.Key) })
}

// withPlainIndexes takes the filters out of indexes. On such servers documents that lack a field do not collide, or are
// refused: nothing is stored that should not be.
func withPlainIndexes(command bson.D) bson.D {
	plain := slices.Clone(command)
	for i, e := range plain {
		indexes, ok := e.Value.(bson.A)
		if e.Key != "indexes" || !ok {
			continue
		}
		indexes = slices.Clone(indexes)
		for j := range indexes {
			if index, ok := indexes[j].(bson.D); ok {
				indexes[j] = without(index, "partialFilterExpression")
			}
		}
		plain[i].Value = indexes
	}
	return plain
}
