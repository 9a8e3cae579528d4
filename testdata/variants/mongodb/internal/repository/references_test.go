package repository

import (
	"errors"
	"fmt"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"example.com/shop/internal/database"
	"example.com/shop/internal/database/databasetest"
	"example.com/shop/internal/model"
)

// tree is what the tests below refer by: children go with their parents, notes stay without them, and bills need them.
func tree() []reference {
	return []reference{
		{collection: "_tree", element: "parent", target: "_tree", onDelete: cascade},
		{collection: "_notes", element: "about", target: "_tree", onDelete: unset},
		{collection: "_bills", element: "for", target: "_tree", onDelete: restrict},
		{collection: "_bills", element: "payer", target: "_tree", onDelete: cascade},
	}
}

// field returns a database with the collections of tree.
func field(t *testing.T) *database.DB {
	t.Helper()
	db := databasetest.Open(t)
	for _, name := range []string{"_tree", "_notes", "_bills"} {
		mustRun(t, db, bson.D{{Key: "create", Value: name}})
	}
	return db
}

func plant(t *testing.T, db *database.DB, collection string, docs ...bson.D) {
	t.Helper()
	for _, doc := range docs {
		if err := insert(t.Context(), db, collection, doc); err != nil {
			t.Fatal(err)
		}
	}
}

func fell(t *testing.T, db *database.DB, id string) error {
	t.Helper()
	_, err := follow{references: tree(), levels: 10}.delete(t.Context(), db, "_tree", equal("_id", id), 1)
	return err
}

func wantCount(t *testing.T, db *database.DB, collection string, want int64) {
	t.Helper()
	if n, err := count(t.Context(), db, collection, bson.D{}); err != nil || n != want {
		t.Errorf("%s has %d documents, %v; want %d", collection, n, err, want)
	}
}

func node(id, parent any) bson.D {
	return bson.D{{Key: "_id", Value: id}, {Key: "parent", Value: parent}}
}

func TestDeletingFollowsReferences(t *testing.T) {
	db := field(t)
	plant(t, db, "_tree", node("root", nil), node("a", "root"), node("b", "root"), node("aa", "a"), node("other", nil))
	plant(t, db, "_notes",
		bson.D{{Key: "_id", Value: "1"}, {Key: "about", Value: "aa"}, {Key: "version", Value: int64(1)}},
		bson.D{{Key: "_id", Value: "2"}, {Key: "about", Value: "other"}, {Key: "version", Value: int64(1)}})
	// Whoever pays for this bill goes as well, so that it is in nobody's way.
	plant(t, db, "_bills", bson.D{{Key: "_id", Value: "1"}, {Key: "for", Value: "aa"}, {Key: "payer", Value: "b"}})
	if err := fell(t, db, "root"); err != nil {
		t.Fatal(err)
	}
	wantCount(t, db, "_tree", 1)
	wantCount(t, db, "_bills", 0)
	wantCount(t, db, "_notes", 2)
	for filter, want := range map[*bson.D]int64{
		new(equal("_id", "1", "about", nil, "version", int64(2))):     1,
		new(equal("_id", "2", "about", "other", "version", int64(1))): 1,
	} {
		if n, err := count(t.Context(), db, "_notes", *filter); err != nil || n != want {
			t.Errorf("%v finds %d, %v", *filter, n, err)
		}
	}
}

func TestDeletingWhatIsNeeded(t *testing.T) {
	db := field(t)
	plant(t, db, "_tree", node("root", nil), node("a", "root"), node("other", nil))
	plant(t, db, "_notes", bson.D{{Key: "_id", Value: "1"}, {Key: "about", Value: "root"}, {Key: "version", Value: int64(1)}})
	plant(t, db, "_bills", bson.D{{Key: "_id", Value: "1"}, {Key: "for", Value: "a"}, {Key: "payer", Value: "other"}})
	var conflict *model.ConflictError
	if err := fell(t, db, "root"); !errors.As(err, &conflict) || conflict.Field != "" {
		t.Errorf("deleting what a bill needs: %v, want a conflict", err)
	}
	wantCount(t, db, "_tree", 3)
	if n, err := count(t.Context(), db, "_notes", equal("about", "root", "version", int64(1))); err != nil || n != 1 {
		t.Errorf("the note was changed: %d, %v", n, err)
	}
}

func TestTooManyLevelsAreAConflict(t *testing.T) {
	db := field(t)
	var chain []bson.D
	for i := range 15 {
		chain = append(chain, node(fmt.Sprint(i), fmt.Sprint(i-1)))
	}
	plant(t, db, "_tree", chain...)
	var conflict *model.ConflictError
	if err := fell(t, db, "0"); !errors.As(err, &conflict) || conflict.Field != "" || conflict.Detail == "" {
		t.Errorf("deleting a tree of %d levels: %v, want a conflict", len(chain), err)
	}
	wantCount(t, db, "_tree", int64(len(chain)))
	if err := fell(t, db, "6"); err != nil {
		t.Errorf("deleting the lower part: %v", err)
	}
	wantCount(t, db, "_tree", 6)
}

// TestReferencesHaveTargets holds the list against itself.
func TestReferencesHaveTargets(t *testing.T) {
	seen := map[reference]bool{}
	for _, ref := range references() {
		if ref.collection == "" || ref.element == "" || ref.target == "" || seen[ref] {
			t.Errorf("%+v is empty in part, or there twice", ref)
		}
		seen[ref] = true
	}
}
