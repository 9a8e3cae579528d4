package pipeline_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/layup-dev/layup/internal/base"
	"github.com/layup-dev/layup/internal/spec"
)

// branches returns a project with a product, and two continuations of it: one adds
// an order, the other a review.
func branches(t *testing.T) (trunk, one, two memory) {
	t.Helper()
	trunk = laid(t, bare("jwt"))
	trunk.apply(t, add(t, trunk, resource(t, "product", "name:string")))
	one, two = maps.Clone(trunk), maps.Clone(trunk)
	one.apply(t, add(t, one, resource(t, "order", "total:int")))
	two.apply(t, add(t, two, resource(t, "review", "stars:int", "product_id:ref(product)")))
	return trunk, one, two
}

// merged merges what git can: files that only one side changed. Of those that both
// changed it takes the shared base from one and leaves out what is generated.
func merged(trunk, one, two memory) memory {
	out := memory{}
	for _, name := range sortedPaths(trunk, one, two) {
		switch before := trunk[name]; {
		case one[name] == before:
			out[name] = two[name]
		case two[name] == before, two[name] == one[name], name == base.SharedFile:
			out[name] = one[name]
		}
	}
	maps.DeleteFunc(out, func(_, data string) bool { return data == "" })
	return out
}

func sortedPaths(projects ...memory) []string {
	all := memory{}
	for _, m := range projects {
		maps.Copy(all, m)
	}
	return slices.Sorted(maps.Keys(all))
}

// withItem puts the item of a resource in one layup.yaml at the end of another.
func withItem(text, other, name string) string {
	from := strings.Index(other, "  - name: "+name+"\n")
	item, _, more := strings.Cut(other[from+1:], "\n  - name: ")
	item = other[from:from+1] + item
	if more {
		item += "\n"
	}
	return text + item
}

// TestMergedBranches adds to a project into which two branches were merged, with
// the shared base of either: it is what a render of the whole gives.
func TestMergedBranches(t *testing.T) {
	trunk, one, two := branches(t)
	for what, sides := range map[string][2]memory{"base of one": {one, two}, "base of two": {two, one}} {
		t.Run(what, func(t *testing.T) {
			m := merged(trunk, sides[0], sides[1])
			m[spec.FileName] = withItem(one[spec.FileName], two[spec.FileName], "review")
			m.apply(t, add(t, m, resource(t, "tag", "name:string")))
			m.apply(t, remove(t, m, "order"))
			for _, name := range []string{"order", "review"} {
				if got, want := strings.Contains(m["internal/app/resources_gen.go"], name+"Routes"), name == "review"; got != want {
					t.Errorf("%s is wired: %v", name, got)
				}
			}
			same(t, what, m, inPlace(m, laid(t, written(t, m))))
		})
	}
}

// inPlace gives a render the layup.yaml of a project, whose items may stand in
// another order.
func inPlace(m, rendered memory) memory {
	rendered[spec.FileName] = m[spec.FileName]
	return rendered
}

// TestMergedRemoval adds to a project into which two branches were merged, of which
// one removed a resource.
func TestMergedRemoval(t *testing.T) {
	trunk, _, two := branches(t)
	trunk.apply(t, add(t, trunk, resource(t, "apple", "name:string")))
	two.apply(t, add(t, two, resource(t, "apple", "name:string")))
	one := maps.Clone(trunk)
	one.apply(t, remove(t, one, "apple"))
	for what, sides := range map[string][2]memory{"base of one": {one, two}, "base of two": {two, one}} {
		t.Run(what, func(t *testing.T) {
			m := merged(trunk, sides[0], sides[1])
			m[spec.FileName] = withItem(one[spec.FileName], two[spec.FileName], "review")
			m.apply(t, add(t, m, resource(t, "tag", "name:string")))
			same(t, what, m, inPlace(m, laid(t, written(t, m))))
		})
	}
}

// TestEditedAmongBranches still refuses what no merge of branches brings about.
func TestEditedAmongBranches(t *testing.T) {
	trunk, one, two := branches(t)
	for what, edit := range map[string]func(m memory){
		"another field":     func(m memory) { replaceIn(t, m, "total:int", "total:float") },
		"another choice":    func(m memory) { replaceIn(t, m, "cache: memory", "cache: none") },
		"another number":    func(m memory) { replaceIn(t, m, `migration: "0`, `migration: "9`) },
		"no base":           func(m memory) { delete(m, base.ResourceFile("review")) },
		"no item":           func(m memory) { m[spec.FileName] = trunk[spec.FileName] },
		"base of no branch": func(m memory) { m[spec.FileName] += "  - name: tag\n    fields:\n      - name:string\n" },
	} {
		t.Run(what, func(t *testing.T) {
			m := merged(trunk, one, two)
			m[spec.FileName] = withItem(one[spec.FileName], two[spec.FileName], "review")
			edit(m)
			if _, err := opened(t, m).AddResource(resource(t, "label", "name:string")); !spec.IsInvalid(err) || !strings.Contains(err.Error(), "was edited since") {
				t.Errorf("%v", err)
			}
		})
	}
}

func replaceIn(t *testing.T, m memory, before, after string) {
	t.Helper()
	if !strings.Contains(m[spec.FileName], before) {
		t.Fatalf("layup.yaml does not hold %q", before)
	}
	m[spec.FileName] = strings.Replace(m[spec.FileName], before, after, 1)
}
