package golang

import (
	"slices"
	"strconv"
	"strings"

	"github.com/layup-dev/layup/internal/naming"
	"github.com/layup-dev/layup/internal/plan"
	"github.com/layup-dev/layup/internal/spec"
)

// Ref is what templates see of the resource that a field refers to.
type Ref struct {
	Name                          string // order_item
	Go, Var, VarPlural            string // OrderItem, orderItem, orderItems
	Label, LabelPlural, Article   string // order item, order items, an
	Table, Path                   string // order_items
	Access                        string // admin for users
	Owned, IsUser, Self, Required bool
	// OnDelete is restrict, cascade or null.
	OnDelete string
	// Circular: making the target takes an item of the resource that has the
	// field, so it must be made first, with nothing in the field.
	Circular bool
	// Later: the table of the target is made after that of the resource that has the
	// field, because each refers to the other.
	Later bool
}

// EarlierRef is a field that refers to a table that was not there when its own was
// made.
type EarlierRef struct {
	Table string
	Field Field
}

// Find returns the expression with which a service looks the target up, in
// store for the resource itself.
func (r Ref) Find(caller string) string {
	stored := "s." + r.VarPlural
	if r.Self {
		stored = "s.store"
	}
	if r.Owned {
		return "findOwned(" + stored + ", " + caller + ")"
	}
	return "find(" + stored + ")"
}

// link fills in what fields of type ref refer to, once all resources are known.
func link(resources []*Resource) error {
	byName := map[string]*Resource{}
	for _, r := range resources {
		byName[r.Name] = r
	}
	for _, r := range resources {
		for i := range r.Fields {
			if f := &r.Fields[i]; f.Type == "ref" {
				ref, err := newRef(r, f, byName)
				if err != nil {
					return err
				}
				f.Ref = ref
				r.Refs = append(r.Refs, *f)
			}
		}
	}
	for _, r := range resources {
		r.summarize(byName)
	}
	return nil
}

func newRef(r *Resource, f *Field, byName map[string]*Resource) (*Ref, error) {
	name := f.field.Args[0]
	out := &Ref{Name: name, OnDelete: f.field.OnDelete, Required: !f.Optional, Self: name == r.Name}
	if out.OnDelete == "" {
		out.OnDelete = spec.OnDeleteRestrict
	}
	if target, ok := byName[name]; ok {
		out.Go, out.Var, out.VarPlural, out.Article = target.Go, target.Var, target.VarPlural, target.Article
		out.Label, out.LabelPlural, out.Table, out.Path = target.Label, target.LabelPlural, target.Table, target.Path
		out.Access, out.Owned = target.Access, target.Owned
		return out, nil
	}
	if name != plan.User {
		return nil, spec.Errorf("", "resource %s, field %s: there is no resource %q to refer to", r.Name, f.Name, name)
	}
	one := naming.Name{plan.User}
	many := one.Plural()
	out.Go, out.Var, out.VarPlural, out.Article = one.Go(), one.Var(), many.Var(), one.Article()
	out.Label, out.LabelPlural, out.Table, out.Path = one.Label(), many.Label(), many.Snake(), many.Snake()
	out.Access, out.IsUser = "admin", true
	return out, nil
}

// summarize fills in what follows from all references of a resource.
func (r *Resource) summarize(byName map[string]*Resource) {
	mutable := false
	for i := range r.Refs {
		ref := r.Refs[i].Ref
		ref.Circular = !ref.Self && needs(ref.Name, r.Name, byName)
		if !ref.Self && !slices.ContainsFunc(r.Targets, func(t Ref) bool { return t.Name == ref.Name }) {
			r.Targets = append(r.Targets, *ref)
		}
		r.ByCaller = r.ByCaller || ref.Owned && !r.Owned
		mutable = mutable || !r.Refs[i].Immutable
		r.Dependent = r.Dependent || ref.OnDelete != spec.OnDeleteRestrict
		r.RefersToSelf = r.RefersToSelf || ref.Self
		if ref.Self && ref.OnDelete == spec.OnDeleteCascade {
			r.Nesting = &r.Refs[i]
		}
	}
	r.PatchByCaller = r.ByCaller && mutable
	r.findLater(byName)
	slices.SortFunc(r.Targets, func(a, b Ref) int { return strings.Compare(a.Name, b.Name) })
}

// findLater marks the references to tables that are made after that of the resource.
func (r *Resource) findLater(byName map[string]*Resource) {
	for i := range r.Refs {
		target, ok := byName[r.Refs[i].Ref.Name]
		if !ok || version(target) <= version(r) {
			continue
		}
		r.Refs[i].Ref.Later = true
		target.Earlier = append(target.Earlier, EarlierRef{Table: r.Table, Field: r.Refs[i]})
	}
}

// version returns the number of the migration that makes the table, 0 for none.
func version(r *Resource) uint64 {
	n, err := strconv.ParseUint(r.Migration, 10, 64)
	if err != nil { // the spec was not numbered yet, as in previews
		return 0
	}
	return n
}

// needs reports whether an item of the one resource cannot be made without an
// item of the other. It ends because plan refuses circles of such needs.
func needs(from, other string, byName map[string]*Resource) bool {
	r, ok := byName[from]
	if !ok {
		return false
	}
	return slices.ContainsFunc(r.Fields, func(f Field) bool {
		if f.Type != "ref" || f.Optional {
			return false
		}
		target := f.field.Args[0]
		return target == other || needs(target, other, byName)
	})
}
