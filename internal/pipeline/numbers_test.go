package pipeline_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/layup-dev/layup/internal/pipeline"
	"github.com/layup-dev/layup/internal/spec"
)

// numbered returns a project with one resource, and the line of its migration.
func numbered(t *testing.T) (m memory, line, file string) {
	t.Helper()
	m = laid(t, bare("jwt"))
	m.apply(t, add(t, m, resource(t, "product", "name:string")))
	version := written(t, m).Resources[0].Migration
	return m, "    migration: \"" + version + "\"\n", "migrations/" + version + "_create_products.sql"
}

// TestEditedNumber refuses versions of migrations that would make a table twice, or
// that another migration has.
func TestEditedNumber(t *testing.T) {
	for what, tt := range map[string]struct {
		edit func(m memory, line, file string)
		want string // empty when it is applied
	}{
		"another number": {func(m memory, line, _ string) {
			m[spec.FileName] = strings.Replace(m[spec.FileName], line, "    migration: \"12345\"\n", 1)
		}, "migration cannot change"},
		"another number and file": {func(m memory, line, file string) {
			m[spec.FileName] = strings.Replace(m[spec.FileName], line, "    migration: \"12345\"\n", 1)
			m["migrations/12345_create_products.sql"] = m[file]
			delete(m, file)
		}, ""},
		"more zeros": {func(m memory, _, _ string) {
			m[spec.FileName] = strings.Replace(m[spec.FileName], "migration: \"", "migration: \"0", 1)
		}, "migration cannot change"},
		"renamed, with the number": {func(m memory, _, _ string) {
			m[spec.FileName] = strings.NewReplacer("name: product\n", "name: gadget\n", "plural: products\n", "plural: gadgets\n").Replace(m[spec.FileName])
		}, "is that of migrations/"},
		"renamed, without": {func(m memory, line, _ string) {
			m[spec.FileName] = strings.NewReplacer("name: product\n", "name: gadget\n", "plural: products\n", "plural: gadgets\n", line, "").Replace(m[spec.FileName])
		}, ""},
	} {
		t.Run(what, func(t *testing.T) {
			m, line, file := numbered(t)
			tt.edit(m, line, file)
			o, err := opened(t, m).Apply()
			if tt.want != "" {
				if !spec.IsInvalid(err) || !strings.Contains(err.Error(), tt.want) {
					t.Fatalf("%v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			m.apply(t, o)
			oneEach(t, m)
		})
	}
}

// oneEach wants every version and every table once.
func oneEach(t *testing.T, m memory) {
	t.Helper()
	seen := map[string]string{}
	for name := range m {
		version, purpose, migration := strings.Cut(strings.TrimPrefix(name, "migrations/"), "_")
		if !migration || !strings.HasPrefix(name, "migrations/") {
			continue
		}
		for _, key := range []string{strings.TrimLeft(version, "0"), purpose} {
			if other, twice := seen[key]; twice {
				t.Errorf("%s and %s", name, other)
			}
			seen[key] = name
		}
	}
}

// TestRemovedNumber brings back the version of a resource that stays.
func TestRemovedNumber(t *testing.T) {
	m, line, _ := numbered(t)
	want := m[spec.FileName]
	m[spec.FileName] = strings.Replace(want, line, "", 1)
	o, err := opened(t, m).Apply()
	if err != nil {
		t.Fatal(err)
	}
	m.apply(t, o)
	oneEach(t, m)
	if !strings.Contains(m[spec.FileName], line) {
		t.Error(m[spec.FileName])
	}
}

// TestDropIsSaid notes that rows are lost, whichever way a resource goes.
func TestDropIsSaid(t *testing.T) {
	m, _, _ := numbered(t)
	removed, err := opened(t, m).RemoveResource("product", nil)
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(m[spec.FileName], "resources:")
	m[spec.FileName] = head
	applied, err := opened(t, m).Apply()
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []*pipeline.Outcome{removed, applied} {
		if !slices.ContainsFunc(o.Notes, func(n string) bool { return strings.Contains(n, "products: the table goes") }) {
			t.Errorf("%q", o.Notes)
		}
	}
}

// TestSetUsersMixed brings users to resources that are public by default and that one
// refers to which says so.
func TestSetUsersMixed(t *testing.T) {
	m := laid(t, bare("none"))
	m.apply(t, add(t, m, resource(t, "maker", "name:string")))
	product := resource(t, "product", "name:string", "maker_id:ref(maker)?")
	product.Access = spec.AccessPublic
	m.apply(t, add(t, m, product))
	o, err := opened(t, m).Set(map[string]string{"auth": "jwt"})
	if err != nil {
		t.Fatal(err)
	}
	m.apply(t, o)
	for _, r := range written(t, m).Resources {
		if r.Access != spec.AccessPublic {
			t.Errorf("%s is %q", r.Name, r.Access)
		}
	}
	again, err := opened(t, m).Apply()
	if err != nil || len(again.Changes) > 0 {
		t.Errorf("applying changes %d files (%v)", len(again.Changes), err)
	}
}

// TestLostBaseIsSaid notes that an edit of layup.yaml has no effect where nothing
// remembers what was rendered last.
func TestLostBaseIsSaid(t *testing.T) {
	m, _, _ := numbered(t)
	delete(m, ".layup/base.txtar")
	m[spec.FileName] = strings.Replace(m[spec.FileName], "cache: memory", "cache: none", 1)
	o, err := opened(t, m).Apply()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(o.Notes, func(n string) bool { return strings.Contains(n, "base.txtar is lost") }) {
		t.Errorf("%q", o.Notes)
	}
}
