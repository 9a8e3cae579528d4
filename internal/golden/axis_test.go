package golden

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/layup-dev/layup/internal/pipeline"
	"github.com/layup-dev/layup/internal/render"
	"github.com/layup-dev/layup/internal/spec"
	"github.com/layup-dev/layup/templates"
)

// TestAxisContract holds that the options of an axis write the same Go API: what
// code outside of their folders names is in all of them, with the same signature.
func TestAxisContract(t *testing.T) {
	engine, err := pipeline.Open(templates.FS, "go")
	if err != nil {
		t.Fatal(err)
	}
	for _, axis := range engine.Stack.Axes {
		options := engine.Stack.Options(axis.Name)
		for _, other := range options {
			if other.Option == axis.Default || other.Option == "none" {
				continue
			}
			t.Run(axis.Name+" "+other.Option, func(t *testing.T) {
				compareAPI(t, renderOption(t, engine, axis.Name, axis.Default), renderOption(t, engine, axis.Name, other.Option))
			})
		}
	}
}

// renderOption renders a project that uses what options may differ in.
func renderOption(t *testing.T, engine *pipeline.Engine, axis, option string) render.FileSet {
	t.Helper()
	s := &spec.Spec{Stack: "go", Name: "shop", Module: module, Choices: map[string]string{axis: option}}
	for _, text := range []string{"category name:string:unique parent_id:ref(category)?:on_delete(null)", "product name:string price:decimal(12,2) category_id:ref(category)"} {
		name, inputs := spec.SplitResource(text)
		r := spec.Resource{Name: name}
		for _, input := range inputs {
			f, err := spec.ParseField(input)
			if err != nil {
				t.Fatal(err)
			}
			r.Fields = append(r.Fields, f)
		}
		s.Resources = append(s.Resources, r)
	}
	_, files, err := engine.Project(s)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

const module = "example.com/shop"

// compareAPI compares what two renders declare, in files that are not the same in
// both, and what those that are the same in both use of it.
func compareAPI(t *testing.T, one, other render.FileSet) {
	t.Helper()
	used := map[string]bool{}
	declared := [2]map[string]string{{}, {}}
	for i, files := range []render.FileSet{one, other} {
		for _, name := range files.Paths() {
			if path.Ext(name) != ".go" {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, files[name].Data, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			if shared := one[name] != nil && other[name] != nil && bytes.Equal(one[name].Data, other[name].Data); shared {
				maps.Copy(used, uses(file))
				continue
			}
			if !strings.HasSuffix(name, "_test.go") {
				maps.Copy(declared[i], declares(path.Dir(name), file))
			}
		}
	}
	compared := 0
	for _, name := range slices.Sorted(maps.Keys(used)) {
		a, inOne := declared[0][name]
		b, inOther := declared[1][name]
		if inOne != inOther || a != b {
			t.Errorf("%s is %q and %q", name, a, b)
		}
		if inOne {
			compared++
		}
	}
	for _, name := range slices.Sorted(maps.Keys(declared[0])) {
		a, b := declared[0][name], declared[1][name]
		if strings.Count(name, ".") < 2 || b == "" || foreign(a) || foreign(b) {
			continue
		}
		if a != b {
			t.Errorf("method %s is %q and %q", name, a, b)
		}
		compared++
	}
	if compared == 0 {
		t.Error("nothing was compared")
	}
}

// uses returns what a file names of other packages of the project, as dir.Name.
func uses(file *ast.File) map[string]bool {
	dirs := map[string]string{}
	for _, i := range file.Imports {
		p, _ := strconv.Unquote(i.Path.Value)
		if dir, ok := strings.CutPrefix(p, module+"/"); ok {
			dirs[path.Base(p)] = dir
		}
	}
	out := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && dirs[x.Name] != "" {
				out[dirs[x.Name]+"."+s.Sel.Name] = true
			}
		}
		return true
	})
	return out
}

// declares returns the exported functions, methods and other names of a file, with
// the signatures of the first two. foreign tells apart which name a third party's type.
func declares(dir string, file *ast.File) map[string]string {
	out := map[string]string{}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if name, ok := funcName(d); ok {
				out[dir+"."+name] = signature(d.Type, thirdParty(file))
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					out[dir+"."+s.Name.Name] = "type"
				case *ast.ValueSpec:
					for _, n := range s.Names {
						out[dir+"."+n.Name] = d.Tok.String()
					}
				}
			}
		}
	}
	return out
}

func funcName(d *ast.FuncDecl) (string, bool) {
	if !d.Name.IsExported() {
		return "", false
	}
	if d.Recv == nil {
		return d.Name.Name, true
	}
	receiver := d.Recv.List[0].Type
	if star, ok := receiver.(*ast.StarExpr); ok {
		receiver = star.X
	}
	ident, ok := receiver.(*ast.Ident)
	if !ok || !ident.IsExported() {
		return "", false
	}
	return ident.Name + "." + d.Name.Name, true
}

const foreignMark = " of a third party"

func foreign(signature string) bool { return strings.HasSuffix(signature, foreignMark) }

// thirdParty returns the names of the packages of a file that are neither the
// project's nor the standard library's.
func thirdParty(file *ast.File) map[string]bool {
	out := map[string]bool{}
	for _, i := range file.Imports {
		p, _ := strconv.Unquote(i.Path.Value)
		if strings.Contains(strings.Split(p, "/")[0], ".") && !strings.HasPrefix(p, module+"/") {
			out[path.Base(p)] = true
			if i.Name != nil {
				out[i.Name.Name] = true
			}
		}
	}
	return out
}

// signature prints the types of a function without the names of its parameters.
func signature(f *ast.FuncType, thirdParty map[string]bool) string {
	var b strings.Builder
	for _, list := range []*ast.FieldList{f.Params, f.Results} {
		b.WriteString("(")
		if list != nil {
			for _, field := range list.List {
				for range max(1, len(field.Names)) {
					_ = printer.Fprint(&b, token.NewFileSet(), field.Type) // a builder takes everything
					b.WriteString(", ")
				}
			}
		}
		b.WriteString(")")
	}
	named := false
	ast.Inspect(f, func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		if ok {
			x, isIdent := s.X.(*ast.Ident)
			named = named || isIdent && thirdParty[x.Name]
		}
		return true
	})
	if named {
		b.WriteString(foreignMark)
	}
	return b.String()
}
