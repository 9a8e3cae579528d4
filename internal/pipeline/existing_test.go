package pipeline_test

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/layup-dev/layup/internal/base"
	"github.com/layup-dev/layup/internal/merge"
	"github.com/layup-dev/layup/internal/pipeline"
	"github.com/layup-dev/layup/internal/spec"
	"github.com/layup-dev/layup/templates"
)

// memory is a project in memory.
type memory map[string]string

func (m memory) Read(name string) ([]byte, fs.FileMode, error) {
	data, ok := m[name]
	if !ok {
		return nil, 0, fs.ErrNotExist
	}
	return []byte(data), 0o644, nil
}

func (m memory) List(dir string) ([]string, error) {
	var out []string
	for name := range m {
		if path.Dir(name) == dir {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out, nil
}

func (m memory) apply(t *testing.T, o *pipeline.Outcome) {
	t.Helper()
	for _, c := range o.Changes {
		switch {
		case c.Status == merge.Conflicted:
			t.Fatalf("conflict in %s: %s %v", c.Path, c.Note, c.Conflicts)
		case c.New == nil:
			delete(m, c.Path)
		default:
			m[c.Path] = string(c.New)
		}
	}
}

func engine(t testing.TB) *pipeline.Engine {
	t.Helper()
	e, err := pipeline.Open(templates.FS, "go")
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// laid returns a fresh project.
func laid(t testing.TB, s *spec.Spec) memory {
	t.Helper()
	_, files, err := engine(t).Project(s)
	if err != nil {
		t.Fatal(err)
	}
	out := memory{}
	for name, f := range files {
		out[name] = string(f.Data)
	}
	return out
}

func opened(t testing.TB, m memory) *pipeline.Existing {
	t.Helper()
	x, err := engine(t).Open(m)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func bare(auth string) *spec.Spec {
	return &spec.Spec{Stack: "go", Name: "shop", Module: "example.com/shop", Choices: map[string]string{"auth": auth}}
}

func resource(t testing.TB, name string, inputs ...string) spec.Resource {
	t.Helper()
	r := spec.Resource{Name: name}
	for _, input := range inputs {
		f, err := spec.ParseField(input)
		if err != nil {
			t.Fatal(err)
		}
		r.Fields = append(r.Fields, f)
	}
	return r
}

func add(t testing.TB, m memory, r spec.Resource) *pipeline.Outcome {
	t.Helper()
	o, err := opened(t, m).AddResource(r)
	if err != nil {
		t.Fatalf("adding %s: %v", r.Name, err)
	}
	return o
}

func remove(t testing.TB, m memory, name string) *pipeline.Outcome {
	t.Helper()
	o, err := opened(t, m).RemoveResource(name, nil)
	if err != nil {
		t.Fatalf("removing %s: %v", name, err)
	}
	return o
}

// withoutMigrations drops the files whose names depend on the order of events.
func withoutMigrations(m memory) memory {
	out := maps.Clone(m)
	maps.DeleteFunc(out, func(name, _ string) bool { return strings.HasPrefix(name, "migrations/") })
	return out
}

// same compares two projects, migrations aside.
func same(t *testing.T, what string, got, want memory) {
	t.Helper()
	got, want = withoutMigrations(got), withoutMigrations(want)
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if other, ok := got[name]; !ok {
			t.Errorf("%s: %s is missing", what, name)
		} else if other != want[name] {
			t.Errorf("%s: %s differs:\n%s", what, name, firstDifference(other, want[name]))
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s: %s is too much", what, name)
		}
	}
}

func firstDifference(a, b string) string {
	as, bs := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range as {
		if i >= len(bs) || as[i] != bs[i] {
			return fmt.Sprintf("line %d: %q, want %q", i+1, as[i], append(bs, make([]string, i+1)...)[i])
		}
	}
	return "it is shorter"
}

// TestAnyOrder adds ten resources in several orders, and removes and adds again
// on the way. Every tree is the one that a single render of the final
// layup.yaml gives, so what is rendered in part is what is rendered in whole.
func TestAnyOrder(t *testing.T) {
	for _, auth := range []string{"jwt", "none"} {
		for seed := range uint64(2) {
			t.Run(fmt.Sprintf("auth %s, order %d", auth, seed), func(t *testing.T) {
				random := rand.New(rand.NewPCG(seed, 7))
				m := laid(t, bare(auth))
				todo := tenResources(t)
				for len(todo) > 0 {
					i := random.IntN(len(todo))
					if missing(m, todo[i]) {
						continue
					}
					m.apply(t, add(t, m, todo[i]))
					todo = slices.Delete(todo, i, i+1)
					if random.IntN(3) == 0 {
						before := maps.Clone(m)
						m.apply(t, add(t, m, resource(t, "temporary", "at:datetime", "home:url?")))
						m.apply(t, remove(t, m, "temporaries"))
						same(t, "added and removed", m, before)
					}
					same(t, "after an addition", m, laid(t, written(t, m)))
				}
			})
		}
	}
}

func missing(m memory, r spec.Resource) bool {
	return slices.ContainsFunc(r.References(), func(target string) bool {
		return target != r.Name && !strings.Contains(m[spec.FileName], "- name: "+target+"\n")
	})
}

// written parses the layup.yaml of a project.
func written(t *testing.T, m memory) *spec.Spec {
	t.Helper()
	s, err := spec.Parse(spec.FileName, []byte(m[spec.FileName]), engine(t).Stack.AxisNames())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func tenResources(t *testing.T) []spec.Resource {
	return []spec.Resource{
		resource(t, "category", "name:string:unique", "parent_id:ref(category)?"),
		resource(t, "product", "name:string", "price:decimal(12,2)", "category_id:ref(category)"),
		resource(t, "order", "note:text?", "status:enum(open,paid)"),
		resource(t, "order_item", "order_id:ref(order):on_delete(cascade)", "product_id:ref(product)", "count:int:min(1)"),
		resource(t, "review", "product_id:ref(product)?:on_delete(null)", "stars:int:min(1):max(5)"),
		resource(t, "tag", "name:string"),
		resource(t, "event", "at:datetime", "day:date?"),
		resource(t, "contact", "email:email:unique", "home:url?"),
		resource(t, "meter", "value:float", "extra:json?", "serial:uuid"),
		resource(t, "fish", "name:string", "alive:bool:default(true)"),
	}
}

// TestAddTwice adds what is there: nothing changes, unless it differs.
func TestAddTwice(t *testing.T) {
	m := laid(t, bare("jwt"))
	r := resource(t, "product", "name:string:min(1)", "stock:int")
	m.apply(t, add(t, m, r))
	for _, again := range []spec.Resource{r, resource(t, "Product", "name:string:min(1)", "stock:int"), {Name: "product", Plural: "products", Access: "owner", Fields: r.Fields}} {
		if o := add(t, m, again); len(o.Changes) != 0 {
			t.Errorf("%v changes %d files", again, len(o.Changes))
		}
	}
	for _, other := range []spec.Resource{
		resource(t, "product", "name:string:min(1)"), resource(t, "product", "name:string", "stock:int"),
		{Name: "product", Access: "shared", Fields: r.Fields},
		{Name: "product", Plural: "goods", Fields: r.Fields},
	} {
		_, err := opened(t, m).AddResource(other)
		var present *pipeline.PresentError
		if !errors.As(err, &present) {
			t.Errorf("%v: %v", other, err)
		}
	}
}

// TestMigrationsOfBranches adds resources on two branches of one project: no
// version is taken twice, and each is above those that were there.
func TestMigrationsOfBranches(t *testing.T) {
	trunk := laid(t, bare("none"))
	trunk.apply(t, add(t, trunk, resource(t, "product", "name:string")))
	versions := map[string]string{}
	for _, name := range []string{"order", "review", "tag", "customer", "invoice", "shipment"} {
		branch := maps.Clone(trunk)
		branch.apply(t, add(t, branch, resource(t, name, "name:string")))
		for file := range branch {
			if _, there := trunk[file]; there || !strings.HasPrefix(file, "migrations/") {
				continue
			}
			version, _, _ := strings.Cut(path.Base(file), "_")
			if other := versions[version]; other != "" {
				t.Errorf("%s and %s take version %s", name, other, version)
			}
			versions[version] = name
		}
	}
	if len(versions) != 6 {
		t.Errorf("versions %v", versions)
	}
}

// TestPeoplesMigrations keeps above the migrations that people wrote by hand.
func TestPeoplesMigrations(t *testing.T) {
	m := laid(t, bare("none"))
	m["migrations/20260102030405_add_index.sql"] = "-- +goose Up\n"
	m["migrations/notes.txt"] = ""
	m.apply(t, add(t, m, resource(t, "product", "name:string")))
	if !strings.Contains(m[spec.FileName], `migration: "202601020`) {
		t.Errorf("%s", m[spec.FileName])
	}
	m.apply(t, add(t, m, resource(t, "order", "name:string")))
}

// TestMovedProject adds to a project whose module path people changed, in go.mod
// and in every import.
func TestMovedProject(t *testing.T) {
	m := laid(t, bare("jwt"))
	m.apply(t, add(t, m, resource(t, "product", "name:string")))
	for name, data := range m {
		if !strings.HasPrefix(name, ".layup/") && name != spec.FileName {
			m[name] = strings.ReplaceAll(data, "example.com/shop", "example.org/store")
		}
	}
	m.apply(t, add(t, m, resource(t, "order", "name:string")))
	if s := written(t, m); s.Module != "example.org/store" {
		t.Errorf("layup.yaml says %s", s.Module)
	}
	same(t, "moved", m, laid(t, written(t, m)))
	for name, data := range m {
		if strings.Contains(data, "example.com/shop") {
			t.Errorf("%s still names the old module", name)
		}
	}
}

// TestLostBase adds when the base is lost or in conflict: it is rendered again.
func TestLostBase(t *testing.T) {
	for what, lose := range map[string]func(m memory){
		"all":      func(m memory) { delete(m, base.SharedFile); delete(m, base.ResourceFile("product")) },
		"shared":   func(m memory) { delete(m, base.SharedFile) },
		"conflict": func(m memory) { m[base.SharedFile] = "<<<<<<< HEAD\n" + m[base.SharedFile] },
		"resource": func(m memory) { delete(m, base.ResourceFile("product")) },
		"CRLF":     func(m memory) { m[base.SharedFile] = strings.ReplaceAll(m[base.SharedFile], "\n", "\r\n") },
	} {
		m := laid(t, bare("jwt"))
		m.apply(t, add(t, m, resource(t, "product", "name:string")))
		lose(m)
		m.apply(t, add(t, m, resource(t, "order", "name:string", "product_id:ref(product)")))
		m.apply(t, remove(t, m, "order"))
		m.apply(t, remove(t, m, "product"))
		same(t, what, m, laid(t, bare("jwt")))
	}
}

// TestEditedSpec refuses a layup.yaml that says something else than was rendered.
func TestEditedSpec(t *testing.T) {
	m := laid(t, bare("jwt"))
	m.apply(t, add(t, m, resource(t, "product", "name:string")))
	good := m[spec.FileName]
	for _, edit := range []string{
		strings.Replace(good, "name:string", "title:string", 1),
		strings.Replace(good, "access: owner", "access: shared", 1),
		strings.Replace(good, "cache: memory", "cache: none", 1),
		strings.Replace(good, "name: shop", "name: store", 1),
	} {
		m[spec.FileName] = edit
		if _, err := opened(t, m).AddResource(resource(t, "order", "name:string")); !spec.IsInvalid(err) || !strings.Contains(err.Error(), "was edited since") {
			t.Errorf("%v", err)
		}
		if _, err := opened(t, m).RemoveResource("product", nil); !spec.IsInvalid(err) || !strings.Contains(err.Error(), "was edited since") {
			t.Errorf("%v", err)
		}
	}
	m[spec.FileName] = "# mine\nx-note: 1\n" + good
	m.apply(t, add(t, m, resource(t, "order", "name:string")))
}

// TestUserCode refuses a resource that people have written by hand already.
func TestUserCode(t *testing.T) {
	m := laid(t, bare("jwt"))
	m["internal/model/extra.go"] = "package model\n\ntype Review struct{}\n"
	_, err := opened(t, m).AddResource(resource(t, "review", "stars:int"))
	if !spec.IsInvalid(err) || !strings.Contains(err.Error(), "internal/model/extra.go") {
		t.Errorf("%v", err)
	}
	for _, name := range []string{"filter", "cached_thing", "page"} { // what the project itself declares or has as a file
		m := laid(t, bare("jwt"))
		m.apply(t, add(t, m, resource(t, "thing", "name:string")))
		if o, err := opened(t, m).AddResource(resource(t, name, "name:string")); err == nil && len(o.Conflicts()) == 0 {
			if _, _, err := engine(t).Project(o.Plan.Spec); err != nil {
				t.Errorf("%s can be added, although the whole cannot be rendered: %v", name, err)
			}
		}
	}
}

// TestWiring refuses to lay a resource that nothing would call, and is not fooled
// by comments, strings and tests.
func TestWiring(t *testing.T) {
	const file, call = "internal/app/app.go", "\t\ta.resources(),\n"
	tests := map[string]struct {
		change func(m memory)
		want   string // of the error; empty: it is fine
	}{
		"as it was": {func(memory) {}, ""},
		"renamed receiver and reformatted": {func(m memory) {
			m[file] = strings.Replace(strings.ReplaceAll(m[file], "func (a *App) Routes", "func (x *App) Routes"), call, "\t\tx.\n\t\t\tresources(), // all\n", 1)
		}, ""},
		"moved to another file": {func(m memory) {
			m[file] = strings.Replace(m[file], call, "\t\ta.all(),\n", 1)
			m["internal/app/all.go"] = "package app\n\nimport \"example.com/shop/internal/handler\"\n\nfunc (a *App) all() []handler.Route { return a.resources() }\n"
		}, ""},
		"taken out":    {func(m memory) { m[file] = strings.Replace(m[file], call, "", 1) }, "a.resources(),"},
		"in a comment": {func(m memory) { m[file] = strings.Replace(m[file], call, "\t\t// a.resources(),\n", 1) }, "a.resources(),"},
		"in a string":  {func(m memory) { m[file] = strings.Replace(m[file], call, "", 1) + "\nconst hint = `a.resources()`\n" }, "a.resources(),"},
		"only in a test": {func(m memory) {
			m[file] = strings.Replace(m[file], call, "", 1)
			m["internal/app/x_test.go"] = "package app\n\nfunc f(a *App) { a.resources() }\n"
		}, "a.resources(),"},
		"moved away":   {func(m memory) { m["internal/server/app.go"] = m[file]; delete(m, file) }, "a.resources(),"},
		"syntax error": {func(m memory) { m[file] += "\nfunc {\n" }, "app.go:"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := laid(t, bare("jwt"))
			tt.change(m)
			before := maps.Clone(m)
			o, err := opened(t, m).AddResource(resource(t, "product", "name:string"))
			if tt.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				m.apply(t, o)
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) || !maps.Equal(m, before) {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestMigrationsFollowReferences numbers what is referred to first.
func TestMigrationsFollowReferences(t *testing.T) {
	s := bare("none")
	s.Resources = []spec.Resource{
		resource(t, "author", "book_id:ref(book)?"), resource(t, "book", "author_id:ref(author)"),
		resource(t, "zebra", "name:string"), resource(t, "ant", "zebra_id:ref(zebra)", "ant_id:ref(ant)?"),
		resource(t, "bee", "ant_id:ref(ant)?"),
	}
	p, _, err := engine(t).Project(s)
	if err != nil {
		t.Fatal(err)
	}
	number := map[string]string{}
	for _, r := range p.Spec.Resources {
		number[r.Name] = r.Migration
	}
	for before, after := range map[string]string{"author": "book", "zebra": "ant", "ant": "bee"} {
		if number[before] >= number[after] {
			t.Errorf("%s is %s and %s is %s", before, number[before], after, number[after])
		}
	}
}
