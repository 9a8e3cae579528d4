package golang

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"github.com/layup-dev/layup/internal/naming"
	"github.com/layup-dev/layup/internal/spec"
)

// Resource is what templates see of one resource: every spelling of its name,
// who may use it, and its fields.
type Resource struct {
	Name, Plural       string // order_item, order_items
	Go, GoPlural       string // OrderItem, OrderItems
	Var, VarPlural     string // orderItem, orderItems
	Label, LabelPlural string // order item, order items
	Article            string // an
	Path, Table        string // order_items
	File, FilePlural   string // safe file stems
	Migration          string // version of the migration that creates the table
	Access             string // owner, shared, public-read or public
	Owned, Secured     bool
	// Normalizes: some field has several spellings of one value.
	Normalizes bool
	Fields     []Field
	// Refs are the fields that refer to something, and Targets what they refer
	// to: each once, by name, without the resource itself.
	Refs    []Field
	Targets []Ref
	// Earlier are the fields of tables that are made before this resource's, and refer
	// to it.
	Earlier []EarlierRef
	// ByCaller: an item belongs to nobody, but may only refer to what belongs to
	// whoever makes or changes it.
	ByCaller bool
	// PatchByCaller: the same of changes, which may have nothing to refer to.
	PatchByCaller bool
	// Dependent: items change or go with what they refer to, by the database alone.
	Dependent bool
	// RefersToSelf: some field refers to another item of the same resource.
	RefersToSelf bool
	// Nesting is the reference to another item of the same resource with which
	// the item is deleted; nil for none. There is at most one.
	Nesting *Field
}

// Field is what templates see of one field.
type Field struct {
	Name, Go, Var, Label, Type                  string
	Optional, Unique, Index, Immutable, Private bool
	GoType, BaseType, Qualified, QualifiedBase  string
	HasDefault                                  bool
	Default, DefaultGo, DefaultJSON             string
	Min, Max                                    string
	MinGo, MaxGo                                string // Go expressions as package model sees them
	MinLen, MaxLen                              int
	Precision, Scale                            int
	Enum                                        []string
	Column                                      string
	Filter                                      []string
	Sortable                                    bool
	BadJSON                                     string
	// Ref is what a field of type ref refers to; nil for other types.
	Ref   *Ref
	field spec.Field
	row   goType
}

func newResource(r spec.Resource, columns map[string]string, users bool) (*Resource, error) {
	one, many, err := naming.Resource(r.Name, r.Plural)
	if err != nil {
		return nil, spec.Errorf("", "%s", err)
	}
	out := &Resource{
		Name: one.Snake(), Plural: many.Snake(), Go: one.Go(), GoPlural: many.Go(), Var: one.Var(), VarPlural: many.Var(),
		Label: one.Label(), LabelPlural: many.Label(), Article: one.Article(), Path: many.Snake(), Table: many.Snake(),
		File: one.FileStem(), FilePlural: many.FileStem(), Migration: r.Migration, Access: r.Access,
	}
	if !users {
		out.Access = spec.AccessPublic
	}
	out.Owned = out.Access == spec.AccessOwner
	out.Secured = out.Access != spec.AccessPublic
	for _, f := range r.Fields {
		field, err := newField(f, columns)
		if err != nil {
			return nil, err
		}
		out.Fields = append(out.Fields, *field)
		out.Normalizes = out.Normalizes || field.row.spellings
	}
	return out, nil
}

func newField(f spec.Field, columns map[string]string) (*Field, error) {
	row, ok := types()[f.Type]
	if !ok {
		return nil, fmt.Errorf("field %s: the Go stack has no row for type %s", f.Name, f.Type)
	}
	name, err := naming.Parse(f.Name)
	if err != nil {
		return nil, spec.Errorf("", "%s", err)
	}
	out := &Field{
		Name: name.Snake(), Go: name.Go(), Var: name.Var(), Label: name.Label(), Type: f.Type,
		Optional: f.Optional, Unique: f.Unique, Index: f.Index, Immutable: f.Immutable, Private: f.Private,
		BaseType: row.name, QualifiedBase: row.name, BadJSON: row.bad, Filter: row.filters, field: f, row: row,
	}
	if row.model {
		out.QualifiedBase = "model." + row.name
	}
	out.GoType, out.Qualified = pointer(f, out.BaseType), pointer(f, out.QualifiedBase)
	out.Sortable = slices.Contains(row.filters, "eq") && f.Type != "bool" && !f.Private
	if f.Private {
		out.Filter = nil
	}
	out.limits(f, row)
	return out, out.column(columns)
}

func pointer(f spec.Field, name string) string {
	if f.Optional {
		return "*" + name
	}
	return name
}

func (f *Field) limits(s spec.Field, row goType) {
	if s.Type == "float" {
		s.Default, s.Min, s.Max = spellFloat(s.Default), spellFloat(s.Min), spellFloat(s.Max)
	}
	if s.Default != nil {
		f.HasDefault, f.Default = true, *s.Default
		f.DefaultGo, f.DefaultJSON = row.literal(s, *s.Default), row.json(*s.Default)
	}
	bound := func(v *string) (value, expr string) {
		if v == nil {
			return "", ""
		}
		return *v, unqualify(row.literal(s, *v))
	}
	f.Min, f.MinGo = bound(s.Min)
	f.Max, f.MaxGo = bound(s.Max)
	if s.Type == "string" || s.Type == "text" {
		f.MinLen, f.MaxLen = lengths(s)
	}
	switch s.Type {
	case "decimal":
		f.Precision, _ = strconv.Atoi(s.Args[0])
		f.Scale, _ = strconv.Atoi(s.Args[1])
	case "enum":
		f.Enum = s.Args
	}
}

// spellFloat spells a float of the grammar so that JSON, Go, SQL and every reader of
// YAML take it for the same number: to YAML 1.1, 1e308 without a point and a sign is
// text. nil stays nil.
func spellFloat(v *string) *string {
	if v == nil {
		return nil
	}
	mantissa, exponent, ok := strings.Cut(strings.ToLower(strings.TrimPrefix(*v, "+")), "e")
	if !ok {
		return &mantissa
	}
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	if !strings.HasPrefix(exponent, "-") {
		exponent = "+" + strings.TrimPrefix(exponent, "+")
	}
	return new(mantissa + "e" + exponent)
}

func unqualify(expr string) string {
	return string(bytes.ReplaceAll([]byte(expr), []byte("model."), nil))
}

// column renders the database's column type for the field.
func (f *Field) column(columns map[string]string) error {
	if columns == nil {
		return nil
	}
	text, ok := columns[f.Type]
	if !ok {
		return fmt.Errorf("field %s: the database's feature.yaml has no column for type %s", f.Name, f.Type)
	}
	if !strings.Contains(text, "[[") {
		f.Column = text
		return nil
	}
	t, err := template.New(f.Type).Delims("[[", "]]").Parse(text)
	if err != nil {
		return fmt.Errorf("column type of %s: %w", f.Type, err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, f); err != nil {
		return fmt.Errorf("column type of %s: %w", f.Type, err)
	}
	f.Column = b.String()
	return nil
}

// SampleValue returns a Go expression of a valid value of the base type,
// different for each n.
func (f Field) SampleValue(n int) string {
	return f.row.literal(f.field, f.row.sample(f.field, n))
}

// SampleGo returns the same as an expression of the field's type: a pointer
// where the field is optional.
func (f Field) SampleGo(n int) string {
	expr := f.SampleValue(n)
	if !f.Optional {
		return expr
	}
	switch f.BaseType {
	case "int64", "float64":
		expr = f.BaseType + "(" + expr + ")"
	}
	return "new(" + expr + ")"
}

// SampleJSON returns the JSON literal of the same value.
func (f Field) SampleJSON(n int) string {
	return f.row.json(f.row.sample(f.field, n))
}
