package plan_test

import (
	"strings"
	"testing"

	"github.com/layup-dev/layup/internal/feature"
	"github.com/layup-dev/layup/internal/plan"
	"github.com/layup-dev/layup/internal/spec"
)

// withUsers is a stack whose one axis lets a project have users or none.
func withUsers() *feature.Stack {
	return &feature.Stack{
		Name: "go", Version: "1.0.0",
		Axes: []feature.Axis{{Name: "auth", Default: "jwt"}},
		Features: []*feature.Feature{
			{ID: "base", Kind: feature.Base},
			{ID: "users", Kind: feature.Shared},
			{ID: "auth-jwt", Kind: feature.Option, Axis: "auth", Option: "jwt", Needs: []string{"users"}},
			{ID: "auth-none", Kind: feature.Option, Axis: "auth", Option: "none"},
		},
	}
}

// resources parses "name[/access] field…" lines.
func resources(t *testing.T, lines ...string) []spec.Resource {
	t.Helper()
	var out []spec.Resource
	for _, line := range lines {
		name, fields := spec.SplitResource(line)
		r := spec.Resource{}
		r.Name, r.Access, _ = strings.Cut(name, "/")
		for _, input := range fields {
			f, err := spec.ParseField(input)
			if err != nil {
				t.Fatal(err)
			}
			r.Fields = append(r.Fields, f)
		}
		out = append(out, r)
	}
	return out
}

func TestReferencesFindTheirTarget(t *testing.T) {
	given := resources(t, "order_item", "shelf")
	given[0].Fields, given[1].Fields = resources(t, "x a:ref(Shelves) b:ref(SHELF)? c:ref(order-items)? d:ref(users) e:ref(User)")[0].Fields, resources(t, "x name:string")[0].Fields
	original := given[0].Fields[0].Args[0]
	p, err := plan.Resolve(&spec.Spec{Resources: given}, withUsers())
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"shelf", "shelf", "order_item", "user", "user"}
	for i, f := range p.Spec.Resources[0].Fields {
		if f.Args[0] != want[i] {
			t.Errorf("%s refers to %q, want %q", f.Name, f.Args[0], want[i])
		}
	}
	if given[0].Fields[0].Args[0] != original {
		t.Error("the caller's spec was changed")
	}
}

func TestReferencesThatCannotWork(t *testing.T) {
	tests := []struct {
		name, auth string
		resources  []string
		want       []string // parts of the error; none for a spec that is right
	}{
		{"missing", "jwt", []string{"product c:ref(catgory)", "category n:string"}, []string{"product", "field c", `did you mean "category"?`, "category, product, user"}},
		{"no users", "none", []string{"product c:ref(user)"}, []string{`no resource "user"`, "(there are: product)"}},
		{"required itself", "jwt", []string{"category p:ref(category)"}, []string{"category", "field p", "p:ref(category)?"}},
		{"optional itself", "jwt", []string{"category p:ref(categories)?"}, nil},
		{"cycle of two", "jwt", []string{"team c:ref(member)", "member t:ref(team)"}, []string{"member → team → member", "'?'"}},
		{"cycle of three", "jwt", []string{"d x:ref(a)", "c x:ref(a)", "b x:ref(c)", "a x:ref(b)"}, []string{"a → b → c → a"}},
		{"broken cycle", "jwt", []string{"team c:ref(member)?", "member t:ref(team)"}, nil},
		{"diamond", "jwt", []string{"a x:ref(b) y:ref(c)", "b x:ref(d)", "c x:ref(d)", "d n:string"}, nil},
		{"public to owner", "jwt", []string{"note/public t:ref(task)?", "task/owner n:string"}, []string{"note", "field t", "another access"}},
		{"public to owner by default", "jwt", []string{"note/public t:ref(task)?", "task n:string"}, []string{"another access"}},
		{"public to shared", "jwt", []string{"note/public t:ref(task)", "task/shared n:string"}, nil},
		{"shared to owner", "jwt", []string{"note/shared t:ref(task)", "task/owner n:string"}, nil},
		{"public to a user", "jwt", []string{"note/public t:ref(Users)?"}, []string{"note", "field t", "who has an account", "owner, shared or public-read"}},
		{"public-read to a user", "jwt", []string{"note/public-read t:ref(user)"}, nil},
		{"shared to a user", "jwt", []string{"note/shared t:ref(user)"}, nil},
		{"deleted with itself", "jwt", []string{"a x:ref(a)?:on_delete(cascade) y:ref(a)? z:ref(a)?:on_delete(null)"}, nil},
		{"deleted with itself in two ways", "jwt", []string{"a x:ref(a)?:on_delete(cascade) y:ref(a)?:on_delete(cascade)"}, []string{"resource a", "x, y", "null or restrict"}},
		{"deleted with each other", "jwt", []string{"a x:ref(b):on_delete(cascade)", "b x:ref(a)?:on_delete(cascade)"}, []string{"a → b → a", "on_delete(null) or on_delete(restrict)"}},
		{"deleted with each other, three of them", "none", []string{"a x:ref(a)?:on_delete(cascade) y:ref(b):on_delete(cascade)", "b x:ref(cs):on_delete(cascade)", "c x:ref(a)?:on_delete(cascade)"}, []string{"a → b → c → a"}},
		{"one of them not deleted", "jwt", []string{"a x:ref(b):on_delete(cascade)", "b x:ref(c)?:on_delete(null)", "c x:ref(a)?:on_delete(cascade)"}, nil},
		{"deleted with the same", "jwt", []string{"a x:ref(b):on_delete(cascade) y:ref(c):on_delete(cascade)", "b x:ref(d):on_delete(cascade)", "c x:ref(d):on_delete(cascade)", "d u:ref(user):on_delete(cascade)"}, nil},
		{"public without users", "none", []string{"note/public t:ref(task)", "task n:string"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &spec.Spec{Choices: map[string]string{"auth": tt.auth}, Resources: resources(t, tt.resources...)}
			_, err := plan.Resolve(s, withUsers())
			if tt.want == nil {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if err == nil || !spec.IsInvalid(err) {
				t.Fatalf("got %v, want an invalid spec", err)
			}
			for _, part := range tt.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
		})
	}
}
