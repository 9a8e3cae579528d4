package plan

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/layup-dev/layup/internal/spec"
)

// TableChange is what becomes of the table of a resource whose fields change.
type TableChange struct {
	// What says in a few words what changes, for people and for a name.
	What string
	// Fill holds, by field, the value of rows that have none; it is checked.
	Fill map[string]string
	// Notes say what happens to rows that are there.
	Notes []string
}

// SameTable reports whether two versions of a resource have the same table: the
// order of fields, and what only the code knows of them, do not count.
func SameTable(a, b spec.Resource) bool {
	return a.Plural == b.Plural && owned(a) == owned(b) && reflect.DeepEqual(columns(a), columns(b))
}

func owned(r spec.Resource) bool { return r.Access == spec.AccessOwner }

// column is what a table knows of a field, spelled in one way.
type column struct {
	Type, Args, Low, High, OnDelete string
	Optional, Unique, Index         bool
}

func columns(r spec.Resource) map[string]column {
	out := map[string]column{}
	for _, f := range r.Fields {
		out[f.Name] = columnOf(f)
	}
	return out
}

func columnOf(f spec.Field) column {
	args := f.Args
	if f.Type == "enum" {
		args = slices.Sorted(slices.Values(args))
	}
	c := column{
		Type: f.Type, Args: strings.Join(args, ","), OnDelete: f.OnDelete, Optional: f.Optional, Unique: f.Unique,
		Index: f.Index && !f.Unique && f.Type != "ref", // those have an index anyway
	}
	c.Low, c.High = f.Range()
	return c
}

// ChangeTable returns what brings the table of a resource from one version to
// another. fill holds, by field, the values of rows that have none. An error of
// package spec says what would lose data or leave rows without a value, and what
// to do instead.
func ChangeTable(before, after spec.Resource, fill map[string]string) (*TableChange, error) {
	if err := checkTable(before, after); err != nil {
		return nil, err
	}
	c := &tableChanger{TableChange: TableChange{Fill: map[string]string{}}, before: before, after: after, fill: fill}
	if err := c.renamed(); err != nil {
		return nil, err
	}
	var what []string
	for _, f := range after.Fields {
		was, there := field(before, f.Name)
		var err error
		switch {
		case !there:
			what = append(what, "add "+f.Name)
			err = c.added(f)
		case columnOf(was) != columnOf(f):
			what = append(what, "change "+f.Name)
			err = c.altered(was, f)
		}
		if err != nil {
			return nil, err
		}
	}
	for _, f := range before.Fields {
		if _, stays := field(after, f.Name); !stays {
			what = append(what, "remove "+f.Name)
			c.note("%s: the column %s goes, and what it holds is lost", before.Plural, f.Name)
		}
	}
	c.What = strings.Join(what, ", ")
	return &c.TableChange, nil
}

// checkTable refuses what changes more of a table than its fields.
func checkTable(before, after spec.Resource) error {
	switch {
	case before.Plural != after.Plural:
		return spec.Errorf("", "resource %s: the plural cannot change from %s to %s: it is the name of the table and of the routes, which others use; keep the plural, or add a resource of the new name and carry the rows over in a migration of your own", before.Name, before.Plural, after.Plural)
	case owned(before) && !owned(after):
		return spec.Errorf("", "resource %s: access cannot change from owner to %s: everybody would see what was one user's, and who owned it would be lost; add a resource of another name and carry over the rows that may be seen", before.Name, after.Access)
	case owned(after) && !owned(before):
		return spec.Errorf("", "resource %s: access cannot change to owner: the rows that are there belong to nobody; add a resource of another name and carry the rows over, each with its owner", before.Name)
	}
	return nil
}

func field(r spec.Resource, name string) (spec.Field, bool) {
	i := slices.IndexFunc(r.Fields, func(f spec.Field) bool { return f.Name == name })
	if i < 0 {
		return spec.Field{}, false
	}
	return r.Fields[i], true
}

type tableChanger struct {
	TableChange
	before, after spec.Resource
	fill          map[string]string
}

func (c *tableChanger) note(format string, args ...any) {
	c.Notes = append(c.Notes, fmt.Sprintf(format, args...))
}

func (c *tableChanger) refuse(f spec.Field, format string, args ...any) error {
	return spec.Errorf("", "resource %s, field %s: %s", c.after.Name, f.Name, fmt.Sprintf(format, args...))
}

// renamed refuses what looks like another name for the same field: as a removal and
// an addition it would lose every value.
func (c *tableChanger) renamed() error {
	for _, was := range c.before.Fields {
		if _, stays := field(c.after, was.Name); stays {
			continue
		}
		for _, is := range c.after.Fields {
			if _, old := field(c.before, is.Name); !old && is.Type == was.Type && slices.Equal(is.Args, was.Args) {
				return c.refuse(was, "renaming it to %s would be a removal and an addition, which lose its values; add %s first, carry the values over in a migration of your own (UPDATE %s SET %s = %s), then remove %s; if both are meant, do one after the other", is.Name, is.Name, c.before.Plural, is.Name, was.Name, was.Name)
			}
		}
	}
	return nil
}

// added decides about a field that is new: what rows that are there get.
func (c *tableChanger) added(f spec.Field) error {
	value, given := c.fill[f.Name]
	if !given && f.Default != nil && (!f.Optional || !f.Unique) {
		value, given = *f.Default, true
	}
	switch {
	case f.Type == "ref" && given:
		return c.refuse(f, "a reference cannot be filled in: no item is right for all rows")
	case f.Unique && given:
		return c.refuse(f, "rows that are there cannot all have the same value of a unique field; make it optional (%s), or add it without unique, give each row a value, and make it unique in layup.yaml then", optional(f))
	case !f.Optional && f.Type == "ref":
		return c.refuse(f, "rows that are there would have to refer to something; make it optional: %s", optional(f))
	case !f.Optional && f.Unique:
		return c.refuse(f, "rows that are there need a value each, and unique lets no two have the same; make it optional: %s", optional(f))
	case !f.Optional && !given:
		return c.refuse(f, "rows that are there need a value: %s, or make it optional: %s", c.ways(f), optional(f))
	case !given:
		return nil
	}
	return c.fillIn(f, value, c.after.Plural+" that are there get")
}

// ways says how a field gets a value for the rows that have none.
func (c *tableChanger) ways(f spec.Field) string {
	fill := fmt.Sprintf("say which with --fill %s=VALUE of layup add field", f.Name)
	if f.Type == "json" {
		return fill
	}
	return fmt.Sprintf("give it a default, which new ones get as well (%s:default(VALUE)), or %s", plainField(f), fill)
}

func (c *tableChanger) fillIn(f spec.Field, value, who string) error {
	if err := f.CheckValue(value); err != nil {
		return c.refuse(f, "%q cannot be what rows that are there get: it %s", value, err)
	}
	c.Fill[f.Name] = value
	c.note("%s %s = %s", who, f.Name, spec.YAMLString(value))
	return nil
}

// altered decides about a field that stays: only what loses nothing is allowed.
func (c *tableChanger) altered(was, is spec.Field) error {
	if reason := narrower(was, is); reason != "" {
		return c.refuse(is, "%s; add a field of another name (layup add field %s %s), carry the values over in a migration of your own (UPDATE %s SET …), then remove this one (layup remove field %s %s)",
			reason, c.after.Name, "'"+is.Name+"_new:…'", c.after.Plural, c.after.Name, is.Name)
	}
	if is.Unique && !was.Unique {
		whose := ""
		if owned(c.after) {
			whose = " of one owner"
		}
		c.note("%s becomes unique: the migration fails, and changes nothing, where two %s%s have the same", is.Name, c.after.Plural, whose)
	}
	if is.Optional || !was.Optional {
		return nil
	}
	switch {
	case is.Type == "ref" || is.Unique:
		return c.refuse(is, "it cannot become required: no value is right for all rows that have none; leave it optional")
	case is.Default == nil && is.Type == "json":
		return c.refuse(is, "it cannot become required: rows that have none need a value, and json has no default; leave it optional")
	case is.Default == nil:
		return c.refuse(is, "to become required it needs a default, which rows that have none get: %s:default(VALUE); once that is applied, the default may go", plainField(is))
	}
	return c.fillIn(is, *is.Default, c.after.Plural+" without one get")
}

// narrower says why values of the one field may not fit the other; empty when all
// of them do.
func narrower(was, is spec.Field) string {
	switch {
	case was.Type != is.Type && (was.Type != "string" || is.Type != "text"):
		return fmt.Sprintf("the type cannot change from %s to %s", was.Type, is.Type)
	case is.Type == "ref" && !slices.Equal(was.Args, is.Args):
		return fmt.Sprintf("what it refers to cannot change from %s to %s", was.Args[0], is.Args[0])
	case is.Type == "enum" && slices.ContainsFunc(was.Args, func(v string) bool { return !slices.Contains(is.Args, v) }):
		return "a value cannot be taken from the list, since rows may have it"
	case is.Type == "decimal" && was.Args[1] != is.Args[1]:
		return fmt.Sprintf("the digits after the point cannot change from %s to %s", was.Args[1], is.Args[1])
	case is.Type == "decimal" && digits(is) < digits(was):
		return fmt.Sprintf("it cannot have fewer digits (%s instead of %s), since rows may need them", is.Args[0], was.Args[0])
	case !is.Holds(was):
		return "min and max cannot become tighter, since rows may be outside"
	}
	return ""
}

func digits(f spec.Field) int {
	var n int
	_, _ = fmt.Sscan(f.Args[0], &n) // checked by package spec
	return n
}

// plainField returns a field with its name and type only.
func plainField(f spec.Field) string {
	return spec.Field{Name: f.Name, Type: f.Type, Args: f.Args}.String()
}

func optional(f spec.Field) string {
	f.Optional, f.Default = true, nil
	return f.String()
}
