package pipeline_test

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/layup-dev/layup/internal/render"
	"github.com/layup-dev/layup/internal/spec"
)

// TestResourcesBringNewFilesOnly holds every file that people edit against the same file in projects with other
// resources: a resource that comes later, with whatever fields, must not change what is there already.
func TestResourcesBringNewFilesOnly(t *testing.T) {
	stack := engine(t).Stack
	for _, database := range stack.Options("database") {
		for _, auth := range []string{"jwt", "none"} {
			for _, cache := range []string{"memory", "none"} {
				t.Run(database.Option+", auth "+auth+", cache "+cache, func(t *testing.T) {
					var renders []render.FileSet
					for _, resources := range growing(t, auth != "none") {
						renders = append(renders, project(t, func(s *spec.Spec) {
							s.Choices["database"], s.Choices["auth"], s.Choices["cache"] = database.Option, auth, cache
							s.Resources = resources
						}))
					}
					wantSameShared(t, renders)
				})
			}
		}
	}
}

// growing returns the resources of a project at four moments of its life. Every one has those of the one before.
func growing(t *testing.T, access bool) [][]spec.Resource {
	t.Helper()
	first := spec.Resource{Name: "note", Fields: fields(t, "text:string")}
	second := spec.Resource{Name: "product", Fields: fields(t,
		"name:string:unique", "body:text?", "count:int:index", "rank:int?", "weight:float?", "price:decimal(12,2):min(0)", "discount:decimal(4,4)?",
		"active:bool?", "born:date", "died:date?", "at:datetime:min(2000-01-01T00:00:00Z)", "ends_at:datetime?", "tracking:uuid?", "contact:email?",
		"homepage:url?", "settings:json", "extra:json?", "status:enum(draft,live):default(draft)")}
	third := spec.Resource{Name: "review", Fields: fields(t,
		"hidden:string:private", "product_id:ref(product)", "note_id:ref(note)?:on_delete(null)")}
	if access {
		first.Access, second.Access, third.Access = "owner", "public-read", "shared"
	}
	used := map[string]bool{}
	for _, f := range slices.Concat(first.Fields, second.Fields, third.Fields) {
		used[f.Type] = true
	}
	for _, kind := range spec.Types() {
		if !used[kind.Name] {
			t.Errorf("no resource has a field of type %s", kind.Name)
		}
	}
	return [][]spec.Resource{nil, {first}, {first, second}, {first, second, third}}
}

// wantSameShared compares each file with the first one that was rendered under its path: it stays as it is.
func wantSameShared(t *testing.T, renders []render.FileSet) {
	t.Helper()
	first := map[string][]byte{}
	offenders := map[string]bool{}
	for _, files := range renders {
		for path, was := range first {
			f, ok := files[path]
			if !ok || !bytes.Equal(was, f.Data) {
				offenders[path] = true
			}
		}
		for path, f := range files {
			if _, ok := first[path]; !ok && !ownedByLayup(f) {
				first[path] = f.Data
			}
		}
	}
	for _, path := range slices.Sorted(maps.Keys(offenders)) {
		t.Errorf("%s depends on which resources there are", path)
	}
}

// ownedByLayup reports whether a file is rewritten or merged by its meaning, not as text.
func ownedByLayup(f *render.File) bool {
	switch {
	case f.Kind == render.Generated, strings.HasPrefix(f.Path, ".layup/"):
		return true
	default:
		return slices.Contains([]string{spec.FileName, "go.mod", "go.sum"}, f.Path)
	}
}
