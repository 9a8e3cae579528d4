package pipeline_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/layup-dev/layup/internal/merge"
	"github.com/layup-dev/layup/internal/pipeline"
	"github.com/layup-dev/layup/internal/spec"
)

func addFields(t testing.TB, m memory, name string, fill map[string]string, inputs ...string) (*pipeline.Outcome, error) {
	t.Helper()
	return opened(t, m).AddFields(name, resource(t, name, inputs...).Fields, fill)
}

// changeMigrations lists the migrations of changed tables in order.
func changeMigrations(m memory) []string {
	names := slices.Collect(maps.Keys(m))
	names = slices.DeleteFunc(names, func(name string) bool { return !strings.Contains(name, "_change_") })
	slices.Sort(names)
	return names
}

// TestFieldsAnyOrder adds and removes fields at random. Every tree is the one that a
// single render of its layup.yaml gives, and no migration that was there changes.
func TestFieldsAnyOrder(t *testing.T) {
	inputs := []string{
		"weight:float?", "status:enum(draft,live):default(draft)", "stock:int:min(0):default(3)", "sku:string?:unique", "at:datetime?", "day:date?",
		"extra:json?", "site:url?", "mail:email?:index", "cost:decimal(9,3)?", "serial:uuid?", "done:bool:default(false)", "maker_id:ref(maker)?",
		"parent_id:ref(product)?:on_delete(null)", "buyer_id:ref(user)?",
	}
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 11))
			s := bare("jwt")
			s.Resources = []spec.Resource{resource(t, "maker", "name:string"), resource(t, "product", "name:string", "maker_id:ref(maker)"), resource(t, "review", "product_id:ref(product)")}
			s.Resources[1].Fields[1].Name = "first_id"
			m := laid(t, s)
			in := map[string]bool{}
			for range 12 {
				i := random.IntN(len(inputs))
				name, _, _ := strings.Cut(inputs[i], ":")
				before := maps.Clone(m)
				var o *pipeline.Outcome
				var err error
				if in[name] {
					o, err = opened(t, m).RemoveFields("product", []string{name})
				} else {
					o, err = addFields(t, m, "product", nil, inputs[i])
				}
				if err != nil {
					t.Fatalf("%s: %v", inputs[i], err)
				}
				in[name] = !in[name]
				m.apply(t, o)
				for file, data := range before {
					if strings.HasPrefix(file, "migrations/") && m[file] != data {
						t.Errorf("%s changed", file)
					}
				}
				if got, had := changeMigrations(m), changeMigrations(before); len(got) != len(had)+1 || !slices.Equal(got[:len(had)], had) {
					t.Errorf("migrations %q, and before %q", got, had)
				}
				same(t, inputs[i], m, laid(t, written(t, m)))
			}
		})
	}
}

// TestAddFieldsTwice adds what is there: nothing changes, unless it differs.
func TestAddFieldsTwice(t *testing.T) {
	m := laid(t, bare("jwt"))
	m.apply(t, add(t, m, resource(t, "product", "name:string", "parent_id:ref(product)?")))
	for _, again := range [][]string{{"name:string"}, {"Name:string", "parentId:ref(Products)?"}} {
		if o, err := addFields(t, m, "products", nil, again...); err != nil || len(o.Changes) != 0 {
			t.Errorf("%q: %v", again, err)
		}
	}
	var present *pipeline.FieldPresentError
	for _, other := range []string{"name:text", "name:string?", "name:string:min(1)", "parent_id:ref(user)?"} {
		if _, err := addFields(t, m, "product", nil, "size:int?", other); !errors.As(err, &present) {
			t.Errorf("%s: %v", other, err)
		}
	}
	o, err := addFields(t, m, "product", map[string]string{"madeBy": "me"}, "name:string", "Size:int?", "madeBy:string", "twin-id:ref(Products)?")
	if err != nil {
		t.Fatal(err)
	}
	m.apply(t, o)
	if got := strings.Count(m[spec.FileName], "name:string"); got != 1 || !strings.Contains(m[spec.FileName], "- size:int?\n      - made_by:string\n      - twin_id:ref(product)?\n") {
		t.Errorf("layup.yaml is\n%s", m[spec.FileName])
	}
}

// TestFieldsThatCannotWork are refused, and say why.
func TestFieldsThatCannotWork(t *testing.T) {
	m := laid(t, bare("jwt"))
	m.apply(t, add(t, m, resource(t, "product", "name:string", "note:text?")))
	tests := []struct {
		name, field string
		fill        map[string]string
		want        []string
	}{
		{"produkt", "size:int?", nil, []string{`did you mean "product"?`}},
		{"product", "size:int", nil, []string{"size:int:default(VALUE)", "--fill size=VALUE", "size:int?"}},
		{"product", "user_id:ref(user)", nil, []string{"user_id:ref(user)?"}},
		{"product", "sku:string:unique", nil, []string{"sku:string?:unique"}},
		{"product", "sku:string:unique:default(x)", nil, []string{"cannot all have the same"}},
		{"product", "sku:string:unique", map[string]string{"sku": "x"}, []string{"cannot all have the same"}},
		{"product", "user_id:ref(user)?", map[string]string{"user_id": "x"}, []string{"a reference cannot be filled in"}},
		{"product", "size:int:min(1)", map[string]string{"size": "0"}, []string{"size", "min(1)"}},
		{"product", "size:int", map[string]string{"size": "big"}, []string{"whole number"}},
		{"product", "size:int?", map[string]string{"sise": "1"}, []string{"--fill sise", `did you mean "size"?`}},
		{"product", "extra:json", map[string]string{"extra": "{"}, []string{"must be valid JSON"}},
		{"product", "version:int?", nil, []string{"version"}},
		{"product", "maker_id:ref(maker)?", nil, []string{`no resource "maker"`}},
	}
	for _, tt := range tests {
		_, err := addFields(t, m, tt.name, tt.fill, tt.field)
		if !spec.IsInvalid(err) {
			t.Errorf("%s %v: %v", tt.field, tt.fill, err)
			continue
		}
		for _, part := range tt.want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%q does not say %q", err, part)
			}
		}
	}
	for want, names := range map[string][]string{`did you mean "note"?`: {"noet"}, "needs at least one field": {"name", "note"}} {
		if _, err := opened(t, m).RemoveFields("product", names); !spec.IsInvalid(err) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v", names, err)
		}
	}
}

// TestFieldsOfEditedFiles keeps edits, and stops where both change the same lines.
func TestFieldsOfEditedFiles(t *testing.T) {
	const file = "internal/model/product.go"
	m := laid(t, bare("jwt"))
	m.apply(t, add(t, m, resource(t, "product", "name:string", "note:text?")))
	m[file] += "\n// Mine is mine.\nfunc (p Product) Mine() string { return p.Name }\n"
	o, err := addFields(t, m, "product", nil, "size:int?")
	if err != nil {
		t.Fatal(err)
	}
	m.apply(t, o)
	if !strings.Contains(m[file], "Mine is mine") || !strings.Contains(m[file], "Size") {
		t.Errorf("%s is\n%s", file, m[file])
	}
	lines := strings.Split(m[file], "\n")
	i := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(strings.TrimSpace(l), "Size ") })
	lines[i] += " // mine"
	m[file] = strings.Join(lines, "\n")
	if o, err = opened(t, m).RemoveFields("product", []string{"size"}); err != nil {
		t.Fatal(err)
	}
	if c := o.Conflicts(); len(c) != 1 || c[0].Path != file || c[0].Status != merge.Conflicted {
		t.Errorf("conflicts %v", c)
	}
}

// TestAppliedFields edits layup.yaml and applies it.
func TestAppliedFields(t *testing.T) {
	tests := []struct {
		was, is string
		want    []string // of the error, or of the notes
		ok, sql bool
	}{
		{"name:string", "name:string:min(0):max(255)", nil, true, false},
		{"name:string", "name:string:immutable:private:default(x)", nil, true, false},
		{"name:string", "name:string:unique", []string{"becomes unique"}, true, true},
		{"name:string", "name:text", nil, true, true},
		{"note:text?", "note:text", []string{"note:text:default(VALUE)"}, false, false},
		{"note:text?", "note:text:default(none)", []string{"products without one get note = none"}, true, true},
		{"note:text?", "note:string?", []string{"from text to string", "layup add field product 'note_new:…'"}, false, false},
		{"kind:enum(a,b)", "kind:enum(b,a)", nil, true, false},
		{"kind:enum(a,b)", "kind:enum(a,b,c):index", nil, true, true},
		{"kind:enum(a,b)", "kind:enum(a)", []string{"cannot be taken from the list"}, false, false},
		{"price:decimal(8,2):min(0.50)", "price:decimal(8,2):min(0.5)", nil, true, false},
		{"price:decimal(8,2):min(0.50)", "price:decimal(9,2):min(0)", nil, true, true},
		{"price:decimal(8,2):min(0.50)", "price:decimal(8,2)", nil, true, true},
		{"price:decimal(8,2):min(0.50)", "price:decimal(8,2):min(1)", []string{"tighter"}, false, false},
		{"price:decimal(8,2):min(0.50)", "price:decimal(8,3):min(0.50)", []string{"after the point"}, false, false},
		{"price:decimal(8,2):min(0.50)", "price:decimal(7,2):min(0.50)", []string{"fewer digits"}, false, false},
		{"user_id:ref(user)?", "user_id:ref(user)?:on_delete(null)", nil, true, true},
		{"user_id:ref(user)?", "user_id:ref(user)", []string{"cannot become required"}, false, false},
		{"user_id:ref(user)?", "user_id:ref(maker)?", []string{"from user to maker"}, false, false},
		{"user_id:ref(user)?", "user_id:ref(user)?:index", nil, true, false},
		{"      - note:text?\n", "      - size:int?\n", []string{"the column note goes"}, true, true},
		{"      - note:text?\n", "      - remark:text?\n", []string{"renaming it to remark"}, false, false},
		{"      - note:text?\n", "", []string{"the column note goes, and what it holds is lost"}, true, true},
		{"access: shared", "access: public-read", nil, true, false},
		{"access: shared", "access: owner", []string{"belong to nobody"}, false, false},
		{"plural: products", "plural: goods", []string{"name of the table"}, false, false},
	}
	fresh := bare("jwt")
	product := resource(t, "product", "name:string", "note:text?", "kind:enum(a,b)", "price:decimal(8,2):min(0.50)", "user_id:ref(user)?")
	product.Access, product.Plural = "shared", "products"
	fresh.Resources = []spec.Resource{product, resource(t, "maker", "label:string")}
	origin := laid(t, fresh)
	for _, tt := range tests {
		t.Run(tt.was+" to "+tt.is, func(t *testing.T) {
			m := maps.Clone(origin)
			if strings.Count(m[spec.FileName], tt.was) != 1 {
				t.Fatalf("layup.yaml is\n%s", m[spec.FileName])
			}
			m[spec.FileName] = strings.Replace(m[spec.FileName], tt.was, tt.is, 1)
			o, err := opened(t, m).Apply()
			if tt.ok != (err == nil) || err != nil && !spec.IsInvalid(err) {
				t.Fatalf("%v", err)
			}
			said := fmt.Sprint(err)
			if err == nil {
				said = strings.Join(o.Notes, "\n")
			}
			for _, part := range tt.want {
				if !strings.Contains(said, part) {
					t.Errorf("%q does not say %q", said, part)
				}
			}
			if err != nil {
				return
			}
			m.apply(t, o)
			if got := len(changeMigrations(m)); tt.sql != (got == 1) {
				t.Errorf("%d migrations", got)
			}
			if again, err := opened(t, m).Apply(); err != nil || len(again.Changes) != 0 {
				t.Errorf("a second time: %v", err)
			}
			same(t, "applied", m, laid(t, written(t, m)))
		})
	}
}

// TestFieldsFarAway changes a field that decides how a resource is rendered which does
// not refer to it itself.
func TestFieldsFarAway(t *testing.T) {
	s := bare("none")
	s.Resources = []spec.Resource{
		resource(t, "author", "book_id:ref(book)?"), resource(t, "book", "shelf_id:ref(shelf)"), resource(t, "shelf", "name:string", "author_id:ref(author)"),
	}
	m := laid(t, s)
	o, err := opened(t, m).RemoveFields("shelf", []string{"author_id"})
	if err != nil {
		t.Fatal(err)
	}
	m.apply(t, o)
	same(t, "far away", m, laid(t, written(t, m)))
}

// TestForeignMigrations names the migrations of people that a new one would undo.
func TestForeignMigrations(t *testing.T) {
	m := laid(t, bare("none"))
	m.apply(t, add(t, m, resource(t, "product", "name:string")))
	m["migrations/00900_index.sql"] = "CREATE INDEX i\n\tON \"products\" (name);"
	m["migrations/00901_column.sql"] = "alter table products add column x text;"
	m["migrations/00902_other.sql"] = "CREATE INDEX i ON products_old (name); INSERT INTO products DEFAULT VALUES;"
	for _, field := range []string{"size:int?", "weight:float?"} { // what layup wrote itself is not foreign
		o, err := addFields(t, m, "product", nil, field)
		if err != nil {
			t.Fatal(err)
		}
		if len(o.Notes) != 2 || !strings.Contains(o.Notes[0], "00900_index.sql") || !strings.Contains(o.Notes[1], "00901_column.sql") {
			t.Errorf("notes %q", o.Notes)
		}
		m.apply(t, o)
	}
}
