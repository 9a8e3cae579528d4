package pipeline_test

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/layup-dev/layup/internal/feature"
	"github.com/layup-dev/layup/internal/plan"
	"github.com/layup-dev/layup/internal/spec"
)

// startedFrom returns a fresh project that starts from an example.
func startedFrom(t *testing.T, example string, choices map[string]string, more ...spec.Resource) memory {
	t.Helper()
	s := bare("jwt")
	s.Example, s.Resources = example, more
	maps.Copy(s.Choices, choices)
	if err := plan.AddPresets(s, engine(t).Stack); err != nil {
		t.Fatal(err)
	}
	return laid(t, s)
}

// TestExamples starts from every example with every option that it covers, and holds
// the numbers of its migrations against what its feature.yaml says.
func TestExamples(t *testing.T) {
	stack := engine(t).Stack
	for _, example := range stack.Examples() {
		for _, axis := range stack.AxisNames() {
			for _, option := range stack.Options(axis) {
				if axis == "auth" || !example.Covers(stack.FS, option) {
					continue
				}
				t.Run(example.Option+" "+option.ID, func(t *testing.T) {
					m := startedFrom(t, example.Option, map[string]string{axis: option.Option})
					if own := numbersBetween(m, example.Migrations, feature.MaxExampleMigration); len(own) == 0 {
						t.Errorf("no migration has a number from %d to %d", example.Migrations, feature.MaxExampleMigration)
					}
					if lost := numbersBetween(m, 200, example.Migrations-1); len(lost) > 0 {
						t.Errorf("migrations %v have numbers that resources may have", lost)
					}
				})
			}
		}
	}
}

func numbersBetween(m memory, low, high uint64) []uint64 {
	var out []uint64
	for name := range m {
		digits, _, _ := strings.Cut(path.Base(name), "_")
		if n, err := strconv.ParseUint(digits, 10, 64); err == nil && path.Dir(name) == "migrations" && low <= n && n <= high {
			out = append(out, n)
		}
	}
	return out
}

// TestLifeOfExample changes a project that started from an example: every tree is the
// one that a single render of its layup.yaml gives.
func TestLifeOfExample(t *testing.T) {
	m := startedFrom(t, "shop", nil)
	m.apply(t, add(t, m, resource(t, "review", "stars:int", "product_id:ref(product):on_delete(cascade)")))
	same(t, "a resource that refers to the product", withoutMigrations(m), withoutMigrations(laid(t, written(t, m))))
	o, err := addFields(t, m, "product", nil, "review_id:ref(review)?:on_delete(null)")
	if err != nil {
		t.Fatal(err)
	}
	m.apply(t, o)
	same(t, "a product that is not cached any more", withoutMigrations(m), withoutMigrations(laid(t, written(t, m))))
	if low := numbersBetween(m, 101, 989); len(low) > 0 {
		t.Errorf("migrations %v come before those of the example", low)
	}
}

// TestExampleIsForGood edits layup.yaml so that the project would have started from
// something else.
func TestExampleIsForGood(t *testing.T) {
	with := startedFrom(t, "shop", nil)
	product, _ := written(t, with).Resource("product")
	product.Migration = ""
	s := bare("jwt")
	s.Resources = []spec.Resource{product}
	without := laid(t, s)
	tests := map[string]struct {
		project             memory
		before, after, want string
	}{
		"taken away":     {with, "example: shop\n", "", "cannot change"},
		"added":          {without, "resources:\n", "example: shop\nresources:\n", "cannot be added"},
		"unknown":        {with, "example: shop\n", "example: bookshop\n", "unknown example"},
		"access":         {with, "access: public-read", "access: owner", "cannot work with access owner"},
		"product gone":   {with, "name: product\n    plural: products", "name: thing\n    plural: things", "needs resource product"},
		"another number": {with, `"00100"`, `"00995"`, "are the migrations of shop"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := maps.Clone(tt.project)
			replaceIn(t, m, tt.before, tt.after)
			x, err := engine(t).Open(m)
			if err == nil {
				_, err = x.Apply()
			}
			if err == nil || !spec.IsInvalid(err) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want it to say %q", err, tt.want)
			}
		})
	}
}

// TestExampleOptions asks which options an example has code for.
func TestExampleOptions(t *testing.T) {
	stack := engine(t).Stack
	shop := stack.Example("shop")
	rooms, err := fs.ReadDir(stack.FS, path.Join(shop.Dir, "with"))
	if err != nil {
		t.Fatal(err)
	}
	for _, room := range rooms {
		if option := stack.Feature(room.Name()); option == nil || !shop.Covers(stack.FS, option) {
			t.Errorf("with/%s is for nothing that is there", room.Name())
		}
	}
	if lone := (&feature.Feature{ID: "database-none", Axis: "database", Kind: feature.Option}); shop.Covers(stack.FS, lone) || !slices.Contains(shop.Axes, "database") {
		t.Error("the shop has code for a database that is not there")
	}
}
