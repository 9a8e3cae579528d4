package databasetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"example.com/shop/migrations"
)

const (
	// prefix of the names of all test databases of this project.
	prefix = "shop_test_"
	// claimTime is how long a database stays with a test that never gives it back, because its process died.
	claimTime = 15 * time.Minute
	patience  = 30 * time.Second
)

// server is where the test databases are. Tests of all packages, and of other runs, share it.
type server struct {
	address *url.URL
	client  *mongo.Client
	// claims has a document for every database that a test has, and states one for every database that was migrated.
	claims, states *mongo.Collection
}

// state is what a database looked like after its migrations.
type state struct {
	Schema      string   `bson:"schema"`
	Collections []string `bson:"collections"`
}

// connect returns the server that TEST_DATABASE_URL names. Without one, a test cannot run, and CI must not take that for success.
func connect(tb testing.TB) *server {
	tb.Helper()
	raw := os.Getenv("TEST_DATABASE_URL")
	switch {
	case raw != "":
	case os.Getenv("CI") != "":
		tb.Fatal("TEST_DATABASE_URL must name a MongoDB server")
	default:
		tb.Skip("TEST_DATABASE_URL names no MongoDB server; make env services starts one")
	}
	s, err := shared(raw)
	if err != nil {
		tb.Fatalf("TEST_DATABASE_URL: %v", err)
	}
	return s
}

var shared = memoize(open) //nolint:gochecknoglobals // one connection for all tests of the package

func memoize(open func(raw string) (*server, error)) func(raw string) (*server, error) {
	var once sync.Once
	var s *server
	var err error
	return func(raw string) (*server, error) {
		once.Do(func() { s, err = open(raw) })
		return s, err
	}
}

func open(raw string) (*server, error) {
	address, err := url.Parse(raw)
	if err != nil {
		return nil, err.(*url.Error).Err //nolint:errorlint,forcetypeassert // url.Parse returns no other, and the whole has the URL
	}
	client, err := mongo.Connect(options.Client().ApplyURI(raw).SetServerSelectionTimeout(patience))
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var hello struct {
		SetName string `bson:"setName"`
		Message string `bson:"msg"`
	}
	if err := client.Database("admin").RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Decode(&hello); err != nil {
		return nil, err
	}
	if hello.SetName == "" && hello.Message != "isdbgrid" {
		query := address.Query()
		query.Set("transactions", "off")
		address.RawQuery = query.Encode()
	}
	own := client.Database(prefix + "databases")
	return &server{address: address, client: client, claims: own.Collection("claims"), states: own.Collection("states")}, nil
}

// url returns the DATABASE_URL of a database.
func (s *server) url(name string) string {
	at := *s.address
	query := at.Query()
	if at.User != nil && query.Get("authSource") == "" {
		query.Set("authSource", "admin")
	}
	at.Path, at.RawQuery = "/"+name, query.Encode()
	return at.String()
}

// claim takes a database that nobody has until the test ends. Its name comes from the folder of the package, so that there
// are never more than tests that ran at the same time.
func (s *server) claim(tb testing.TB, kind string) string {
	tb.Helper()
	folder, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	hash := sha256.Sum256([]byte(folder))
	for i := range 1000 {
		name := prefix + hex.EncodeToString(hash[:4]) + "_" + kind + "_" + strconv.Itoa(i)
		if s.take(tb, name) {
			tb.Cleanup(func() { s.giveBack(tb, name) })
			return name
		}
	}
	tb.Fatal("all test databases are in use")
	return ""
}

// take reports whether the database was free, and is not any more.
func (s *server) take(tb testing.TB, name string) bool {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), patience)
	defer cancel()
	claim := bson.D{{Key: "_id", Value: name}, {Key: "until", Value: time.Now().Add(claimTime)}}
	_, err := s.claims.InsertOne(ctx, claim)
	if mongo.IsDuplicateKeyError(err) {
		stale := bson.D{{Key: "_id", Value: name}, {Key: "until", Value: bson.D{{Key: "$lt", Value: time.Now()}}}}
		result, err := s.claims.DeleteOne(ctx, stale)
		if err != nil || result.DeletedCount == 0 {
			return false
		}
		_, err = s.claims.InsertOne(ctx, claim)
		return err == nil
	}
	if err != nil {
		tb.Fatalf("claim a test database: %v", err)
	}
	return true
}

func (s *server) giveBack(tb testing.TB, name string) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience) // also when the test is over
	defer cancel()
	if _, err := s.claims.DeleteOne(ctx, bson.D{{Key: "_id", Value: name}}); err != nil {
		tb.Errorf("give a test database back: %v", err)
	}
}

func (s *server) drop(tb testing.TB, name string) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience) // also when the test is over
	defer cancel()
	if err := s.client.Database(name).Drop(ctx); err != nil {
		tb.Errorf("drop a test database: %v", err)
	}
}

// empty deletes all that tests left behind, and reports whether the schema is today's.
func (s *server) empty(tb testing.TB, name string) bool {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), patience)
	defer cancel()
	var was state
	err := s.states.FindOne(ctx, bson.D{{Key: "_id", Value: name}}).Decode(&was)
	if err != nil && !errors.Is(err, mongo.ErrNoDocuments) {
		tb.Fatalf("read the state of a test database: %v", err)
	}
	if was.Schema != fingerprint(tb) {
		return false
	}
	data := s.client.Database(name)
	there, err := data.ListCollectionNames(ctx, bson.D{})
	if err != nil {
		tb.Fatalf("list the collections of a test database: %v", err)
	}
	for _, name := range there {
		if !slices.Contains(was.Collections, name) {
			err = data.Collection(name).Drop(ctx)
		} else if name != "schema_migrations" {
			_, err = data.Collection(name).DeleteMany(ctx, bson.D{})
		}
		if err != nil {
			tb.Fatalf("empty a test database: %v", err)
		}
	}
	return !slices.ContainsFunc(was.Collections, func(name string) bool { return !slices.Contains(there, name) })
}

// remember notes what a database looks like after its migrations.
func (s *server) remember(tb testing.TB, name string) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), patience)
	defer cancel()
	collections, err := s.client.Database(name).ListCollectionNames(ctx, bson.D{})
	if err != nil {
		tb.Fatalf("list the collections of a test database: %v", err)
	}
	known := bson.D{{Key: "$set", Value: state{Schema: fingerprint(tb), Collections: collections}}}
	if _, err := s.states.UpdateOne(ctx, bson.D{{Key: "_id", Value: name}}, known, options.UpdateOne().SetUpsert(true)); err != nil {
		tb.Fatalf("note the state of a test database: %v", err)
	}
}

// fingerprint changes with every migration.
func fingerprint(tb testing.TB) string {
	tb.Helper()
	hash := sha256.New()
	err := fs.WalkDir(migrations.FS, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(migrations.FS, path)
		hash.Write([]byte(path))
		hash.Write(content)
		return err
	})
	if err != nil {
		tb.Fatalf("read the migrations: %v", err)
	}
	return hex.EncodeToString(hash.Sum(nil))
}
