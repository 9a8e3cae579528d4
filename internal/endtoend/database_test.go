package endtoend

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/layup-dev/layup/internal/feature"
	"github.com/layup-dev/layup/internal/servers"
	"github.com/layup-dev/layup/templates"
)

// database is an option of the axis of that name, and where its data goes.
type database struct {
	name     string
	services []feature.Service
}

// databases lists the options that there are, the one that needs no server first:
// the others are held against it.
func databases(t *testing.T) []database {
	t.Helper()
	stack, err := feature.Load(templates.FS, "go")
	if err != nil {
		t.Fatal(err)
	}
	var all []database
	for _, f := range stack.Options("database") {
		d := database{name: f.Option, services: f.Services}
		if len(d.services) == 0 {
			all = append([]database{d}, all...)
			continue
		}
		all = append(all, d)
	}
	return all
}

// each runs a test for each database.
func each(t *testing.T, test func(t *testing.T, d database)) {
	t.Helper()
	for _, d := range databases(t) {
		t.Run(d.name, func(t *testing.T) { test(t, d) })
	}
}

// empty returns the environment of a service that has an empty database.
func (d database) empty(t *testing.T) string {
	t.Helper()
	if len(d.services) == 0 {
		return "DATABASE_URL=file:" + filepath.Join(t.TempDir(), "app.db")
	}
	return d.services[0].Env + "=" + servers.For(t, d.services[0].Name)
}

// need skips a test that cannot have the server of the database, before anything is
// built for it.
func (d database) need(t *testing.T) {
	t.Helper()
	for _, s := range d.services {
		servers.Need(t, s.Name)
	}
}

// store is a service that uses every field type and every way to refer to something.
type store struct {
	once sync.Once
	// dir is the project; binary is its service, and faulty that with the operations
	// that go wrong on purpose.
	dir, binary, faulty string
}

var (
	storesMu sync.Mutex
	stores   = map[string]*store{}
)

// store returns the service for the database. It is generated and built once: by
// adding one resource after the other.
func (d database) store(t *testing.T) *store {
	t.Helper()
	layup := command(t)
	d.need(t)
	storesMu.Lock()
	s := stores[d.name]
	if s == nil {
		s = &store{dir: filepath.Join(work, d.name, "shop")}
		stores[d.name] = s
	}
	storesMu.Unlock()
	s.once.Do(func() {
		parent := filepath.Dir(s.dir)
		if err := os.Mkdir(parent, 0o700); err != nil {
			t.Fatal(err)
		}
		run(t, parent, layup, "new", "shop", "--yes", "--database", d.name)
		for _, resource := range storeResources() {
			run(t, s.dir, layup, append([]string{"add", "resource"}, resource...)...)
		}
		binary, faulty := filepath.Join(parent, "service"), filepath.Join(parent, "faulty")
		run(t, s.dir, "go", "build", "-o", binary, "./cmd/shop")
		run(t, s.dir, "go", "build", "-tags", "faults", "-o", faulty, "./cmd/shop")
		s.binary, s.faulty = binary, faulty
	})
	if s.faulty == "" {
		t.Fatal("the service was not built; an earlier test says why")
	}
	return s
}

func storeResources() [][]string {
	return [][]string{
		{"category", "name:string:unique:min(1):max(80)", "position:int:index:default(0)", "parent_id:ref(category)?", "--access", "public-read"},
		{
			"product", "sku:string:unique", "name:string:min(1):max(200):default(nameless)", "price:decimal(12,2):min(0)", "stock:int:min(0):default(0)",
			"status:enum(draft,live,on-hold):index:default(draft)", "category_id:ref(category)", "description:text?", "active:bool:default(true)",
			"released:date?", "available_at:datetime?:unique", "contact:email?:unique", "homepage:url?", "settings:json?", "weight:float?", "rank:int?",
			"exact:decimal(18,6)?", "code:uuid?:unique", "secret_note:string?:private", "origin:string?:immutable",
		},
		{"order", "buyer_id:ref(user)", "seller_id:ref(user)", "note:text?"},
		{"review", "product_id:ref(product):on_delete(cascade)", "follows_id:ref(review)?:on_delete(null)", "stars:int:min(1):max(5)", "body:text?", "--access", "shared"},
	}
}
