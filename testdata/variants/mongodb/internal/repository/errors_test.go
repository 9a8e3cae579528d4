package repository

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"example.com/shop/internal/database"
	"example.com/shop/internal/database/databasetest"
	"example.com/shop/internal/model"
)

func wantError(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error %v, want %v", err, want)
	}
}

// offline returns a database that nobody needs.
func offline(t *testing.T) *database.DB {
	t.Helper()
	return open(t, "mongodb://someone:s3cret@127.0.0.1:1/app?directConnection=true", 50*time.Millisecond)
}

func open(t *testing.T, url string, limit time.Duration) *database.DB {
	t.Helper()
	cfg := databasetest.Config(url)
	cfg.DatabaseTimeout = limit
	db, err := database.Open(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// refusal is what a server answers to a write, with a value that must not be shown.
func refusal(t *testing.T, code int, more bson.D) error {
	t.Helper()
	answer := append(bson.D{{Key: "code", Value: code}, {Key: "errmsg", Value: `dup key: { name: "s3cret" }`}}, more...)
	raw, err := bson.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	return mongo.WriteException{WriteErrors: mongo.WriteErrors{{Code: code, Message: `dup key: { name: "s3cret" }`, Raw: raw}}}
}

func pattern(keys ...string) bson.D {
	var fields bson.D
	for _, key := range keys {
		fields = append(fields, bson.E{Key: key, Value: 1})
	}
	return bson.D{{Key: "keyPattern", Value: fields}}
}

func broken(rule bson.D) bson.D {
	return bson.D{{Key: "errInfo", Value: bson.D{{Key: "details", Value: bson.D{{Key: "schemaRulesNotSatisfied", Value: bson.A{rule}}}}}}}
}

func TestRefusalsBecomeModelErrors(t *testing.T) {
	db := offline(t)
	for field, keys := range map[string][]string{"email": {"email"}, "name": {"owner_id", "name"}, "id": {"_id"}} {
		err := translate(t.Context(), db, refusal(t, 11000, pattern(keys...)))
		var conflict *model.ConflictError
		if !errors.As(err, &conflict) || conflict.Field != field || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%v: %v, want a conflict of %s", keys, err, field)
		}
	}
	for pointer, rule := range map[string]bson.D{
		"/name": {
			{Key: "operatorName", Value: "properties"},
			{Key: "propertiesNotSatisfied", Value: bson.A{bson.D{{Key: "propertyName", Value: "name"}, {Key: "consideredValue", Value: "s3cret"}}}},
		},
		"/price": {{Key: "operatorName", Value: "required"}, {Key: "missingProperties", Value: bson.A{"price", "stock"}}},
	} {
		err := translate(t.Context(), db, refusal(t, 121, broken(rule)))
		var invalid *model.ValidationError
		if !errors.As(err, &invalid) || invalid.Fields[0].Pointer != pointer || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%v, want it to be invalid at %s", err, pointer)
		}
	}
}

func TestFailuresOfTheServer(t *testing.T) {
	db := offline(t)
	tests := map[string]struct {
		err  error
		want error
	}{
		"no time":         {mongo.CommandError{Code: 50, Name: "MaxTimeMSExpired"}, database.ErrTimeout},
		"no answer":       {fmt.Errorf("client timed out: %w", context.DeadlineExceeded), database.ErrTimeout},
		"no primary":      {mongo.CommandError{Code: 10107, Name: "NotWritablePrimary"}, model.ErrUnavailable},
		"shutting down":   {mongo.CommandError{Code: 11600, Name: "InterruptedAtShutdown"}, model.ErrUnavailable},
		"met another":     {mongo.CommandError{Code: 112, Name: "WriteConflict"}, model.ErrUnavailable},
		"no majority":     {mongo.WriteException{WriteConcernError: &mongo.WriteConcernError{Code: 64}}, model.ErrUnavailable},
		"broken off":      {mongo.CommandError{Labels: []string{"NetworkError"}, Message: "EOF"}, model.ErrUnavailable},
		"disconnected":    {mongo.ErrClientDisconnected, model.ErrUnavailable},
		"no rights":       {mongo.CommandError{Code: 13, Name: "Unauthorized"}, model.ErrUnavailable},
		"of the database": {model.ErrUnavailable, model.ErrUnavailable},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			err := translate(t.Context(), db, test.err)
			wantError(t, err, test.want)
			if errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%v looks as if the caller's time were up", err)
			}
		})
	}
	for name, err := range map[string]error{
		"no sense":    mongo.CommandError{Code: 2, Name: "BadValue"},
		"not to send": mongo.MarshalError{Err: errors.New("test")},
	} {
		got := translate(t.Context(), db, err)
		for _, known := range []error{model.ErrUnavailable, model.ErrConflict, model.ErrNotFound} {
			if got == nil || errors.Is(got, known) {
				t.Errorf("%s gives %v", name, got)
			}
		}
	}
}

func TestErrorsShowNoAddress(t *testing.T) {
	err := translate(t.Context(), offline(t), errors.New("dial tcp 10.1.2.3:27017 as someone with s3cret: refused"))
	wantError(t, err, model.ErrUnavailable)
	for _, part := range []string{"10.1.2.3", "someone", "s3cret"} {
		if strings.Contains(err.Error(), part) {
			t.Errorf("%v shows %s", err, part)
		}
	}
}

func TestUniqueIndexOfTheServer(t *testing.T) {
	db := databasetest.Open(t)
	mustRun(t, db, bson.D{{Key: "create", Value: "_rows"}})
	mustRun(t, db, bson.D{{Key: "createIndexes", Value: "_rows"}, {Key: "indexes", Value: bson.A{
		bson.D{{Key: "name", Value: "_rows_code_key"}, {Key: "key", Value: bson.D{{Key: "owner", Value: 1}, {Key: "code", Value: 1}}}, {Key: "unique", Value: true}},
	}}})
	row := func(id, owner string, code any) bson.D {
		return bson.D{{Key: "_id", Value: id}, {Key: "owner", Value: owner}, {Key: "code", Value: code}}
	}
	for _, doc := range []bson.D{row("1", "a", "x"), row("2", "b", "x"), row("3", "a", "X"), row("4", "a", "x ")} {
		if err := insert(t.Context(), db, "_rows", doc); err != nil {
			t.Errorf("%v: %v", doc, err)
		}
	}
	wantError(t, insert(t.Context(), db, "_rows", row("5", "a", "x")), model.ErrConflict)
	wantError(t, insert(t.Context(), db, "_rows", row("1", "c", "y")), model.ErrConflict)
	if n, err := count(t.Context(), db, "_rows", bson.D{}); err != nil || n != 4 {
		t.Errorf("%d documents, %v; want 4", n, err)
	}
}

func mustRun(t *testing.T, db *database.DB, command bson.D) {
	t.Helper()
	c, err := db.Collection(t.Context(), "_")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Database().RunCommand(t.Context(), command).Err(); err != nil {
		t.Fatal(err)
	}
}

func TestUnavailable(t *testing.T) {
	t.Run("closed", func(t *testing.T) {
		db := databasetest.Open(t)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		_, err := count(t.Context(), db, "_rows", bson.D{})
		wantError(t, err, model.ErrUnavailable)
		wantError(t, insert(t.Context(), db, "_rows", bson.D{}), model.ErrUnavailable)
	})
	t.Run("nobody there", func(t *testing.T) {
		_, err := count(t.Context(), offline(t), "_rows", bson.D{})
		wantError(t, err, model.ErrUnavailable)
		if errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v looks as if the caller's time were up", err)
		}
	})
	t.Run("no time", func(t *testing.T) {
		db := open(t, databasetest.URL(t), time.Nanosecond)
		_, err := count(t.Context(), db, "_rows", bson.D{})
		wantError(t, err, database.ErrTimeout)
	})
}
