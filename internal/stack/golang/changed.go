package golang

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/layup-dev/layup/internal/render"
	"github.com/layup-dev/layup/internal/spec"
)

// ChangedDot is the dot of the templates that are rendered once for a resource
// whose table changes. Resource is what it is to be.
type ChangedDot struct {
	*ResourceDot
	Before *Resource
	// Up says where the fields of Resource get their values from, and Down those of
	// Before on the way back.
	Up, Down []Copy
	// Gone lists the columns that the change removes.
	Gone []string
}

// Copy is a field of the table that is to be, and where its values come from.
type Copy struct {
	Field
	// Kept: the table that is there has the column.
	Kept bool
	// Filled: rows that have no value get Value, which is written without the
	// spellings that a type may have: decimals as a number of their smallest unit,
	// times in UTC to the microsecond.
	Filled bool
	Value  string
}

// Changed implements render.Language.
func (l *Language) Changed(before, after render.ResourceData, c render.Change) (render.ResourceData, error) {
	was, ok := before.Dot.(*ResourceDot)
	is, too := after.Dot.(*ResourceDot)
	if !ok || !too {
		return render.ResourceData{}, fmt.Errorf("resource %s: no dot of the Go stack", after.Name)
	}
	dot := &ChangedDot{
		ResourceDot: is, Before: was.Resource,
		Up: copies(was.Resource, is.Resource, c.Fill), Down: copies(is.Resource, was.Resource, fillBack(was.Resource, is.Resource)),
	}
	for _, f := range dot.Down {
		if !f.Kept {
			dot.Gone = append(dot.Gone, f.Name)
		}
	}
	out := render.ResourceData{Name: after.Name, Dot: dot, Names: maps.Clone(after.Names)}
	out.Names["__migration__"] = c.Version
	return out, nil
}

func copies(from, to *Resource, fill map[string]string) []Copy {
	var out []Copy
	for _, f := range to.Fields {
		c := Copy{Field: f, Kept: from.has(f.Name)}
		if v, ok := fill[f.Name]; ok {
			c.Filled, c.Value = true, stored(f.field, v)
		}
		out = append(out, c)
	}
	return out
}

func (r *Resource) has(name string) bool {
	return slices.ContainsFunc(r.Fields, func(f Field) bool { return f.Name == name })
}

// fillBack returns the values of fields that are required again when a change is
// taken back. There are none for references and for what is unique: no value would
// be right for all rows.
func fillBack(was, is *Resource) map[string]string {
	out := map[string]string{}
	for _, f := range was.Fields {
		i := slices.IndexFunc(is.Fields, func(o Field) bool { return o.Name == f.Name })
		lacks := i < 0 || is.Fields[i].Optional
		if lacks && !f.Optional && !f.Unique && f.Type != "ref" {
			out[f.Name] = f.neutral()
		}
	}
	return out
}

// neutral returns a value that says as little as the field allows.
func (f Field) neutral() string {
	if f.HasDefault {
		return f.Default
	}
	if f.Type == "json" {
		return "{}"
	}
	for _, v := range []string{"", "0", "false"} {
		if f.field.CheckValue(v) == nil {
			return v
		}
	}
	return f.row.sample(f.field, 0)
}

// stored returns a value of the grammar in the one spelling that a Copy has.
func stored(f spec.Field, v string) string {
	switch f.Type {
	case "decimal":
		n, _ := new(big.Rat).SetString(v) // checked by package spec, as all of these
		scale, _ := strconv.Atoi(f.Args[1])
		return new(big.Rat).Mul(n, new(big.Rat).SetInt(power(scale))).FloatString(0)
	case "datetime":
		return mustTime(v).Format("2006-01-02T15:04:05.000000Z")
	case "float":
		n, _ := strconv.ParseFloat(v, 64)
		return strconv.FormatFloat(n, 'g', -1, 64)
	case "int":
		return strings.TrimPrefix(v, "+")
	}
	return v
}
