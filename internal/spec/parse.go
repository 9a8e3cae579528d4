package spec

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// MaxFileSize is the largest layup.yaml that is read, in bytes.
const MaxFileSize = 1 << 20

// Parse reads a layup.yaml strictly: an unknown key, a key that stands twice
// and a value of the wrong kind are refused with file and line. Keys that begin
// with "x-" belong to the user and are left alone. axes lists the keys
// that name a choice. file is used in messages only.
func Parse(file string, data []byte, axes []string) (*Spec, error) {
	if len(data) > MaxFileSize {
		return nil, Errorf(file, "is larger than %d bytes", MaxFileSize)
	}
	doc, err := parser.ParseBytes(bytes.TrimPrefix(data, []byte("\ufeff")), 0) // some editors put a mark there
	if err != nil {
		if line := mergeMark(data); line > 0 {
			return nil, Errorf(fmt.Sprintf("%s:%d", file, line), "holds the marks of a merge conflict; settle it first")
		}
		return nil, syntaxError(file, err)
	}
	if len(doc.Docs) != 1 || doc.Docs[0].Body == nil {
		return nil, Errorf(file, "must hold one YAML document with the project's choices")
	}
	d := decoder{file: file}
	spec := d.spec(doc.Docs[0].Body, axes)
	if d.err != nil {
		return nil, d.err
	}
	return spec, nil
}

// mergeMark returns the first line with a mark that git leaves in a conflict, 0 when
// there is none.
func mergeMark(data []byte) int {
	n := 0
	for line := range bytes.Lines(data) {
		n++
		if bytes.HasPrefix(line, []byte("<<<<<<< ")) || bytes.HasPrefix(line, []byte(">>>>>>> ")) {
			return n
		}
	}
	return 0
}

// syntaxError keeps the first line of a YAML error and its position.
func syntaxError(file string, err error) error {
	var syntax *yaml.SyntaxError
	if errors.As(err, &syntax) && syntax.Token != nil {
		return Errorf(fmt.Sprintf("%s:%d", file, syntax.Token.Position.Line), "%s", syntax.Message)
	}
	first, _, _ := strings.Cut(err.Error(), "\n")
	return Errorf(file, "%s", first)
}

// decoder walks the YAML nodes and remembers the first fault.
type decoder struct {
	file string
	err  error
}

func (d *decoder) fail(n ast.Node, format string, args ...any) {
	if d.err == nil {
		where := fmt.Sprintf("%s:%d", d.file, n.GetToken().Position.Line)
		d.err = Errorf(where, format, args...)
	}
}

func (d *decoder) spec(n ast.Node, axes []string) *Spec {
	s := &Spec{Choices: map[string]string{}, Stack: "go"}
	var schema string
	handlers := map[string]func(ast.Node){
		"layup":       func(v ast.Node) { schema = d.text(v); d.schema(v, schema) },
		"templates":   func(v ast.Node) { s.Templates = d.text(v) },
		"stack":       func(v ast.Node) { s.Stack = d.text(v) },
		"name":        func(v ast.Node) { s.Name = d.text(v) },
		"module":      func(v ast.Node) { s.Module = d.text(v) },
		"description": func(v ast.Node) { s.Description = d.text(v) },
		"with":        func(v ast.Node) { s.With = d.list(v) },
		"example":     func(v ast.Node) { s.Example = d.text(v) },
		"resources":   func(v ast.Node) { s.Resources = d.resources(v) },
	}
	for _, axis := range axes {
		handlers[axis] = func(v ast.Node) { s.Choices[axis] = d.text(v) }
	}
	d.mapping(n, "a project", handlers)
	if schema == "" {
		d.fail(n, "the key layup is missing: it gives the version of this file's format (layup: %d)", Schema)
	}
	slices.Sort(s.With)
	return s
}

func (d *decoder) schema(n ast.Node, v string) {
	switch i, err := strconv.Atoi(v); {
	case err != nil || i < 1:
		d.fail(n, "layup: %q is no version of this file's format; this layup writes %d", v, Schema)
	case i > Schema:
		d.fail(n, "layup: %d is newer than this layup understands (%d); install a newer layup", i, Schema)
	}
}

func (d *decoder) resources(n ast.Node) []Resource {
	var out []Resource
	migrations := map[string]bool{}
	for _, item := range d.sequence(n) {
		var r Resource
		d.mapping(item, "a resource", map[string]func(ast.Node){
			"name":      func(v ast.Node) { r.Name = d.text(v) },
			"plural":    func(v ast.Node) { r.Plural = d.text(v) },
			"access":    func(v ast.Node) { r.Access = d.access(v) },
			"migration": func(v ast.Node) { r.Migration = d.migration(v, migrations) },
			"fields":    func(v ast.Node) { r.Fields = d.fields(v) },
		})
		if r.Name == "" {
			d.fail(item, "a resource needs a name")
		}
		out = append(out, r)
	}
	return out
}

// resourceMigration is a version that no feature's own migration has: those are
// below 100. It becomes part of a file name.
var resourceMigration = regexp.MustCompile(`^[0-9]{5,18}$`)

func (d *decoder) migration(n ast.Node, taken map[string]bool) string {
	v := d.text(n)
	switch {
	case !resourceMigration.MatchString(v) || len(strings.TrimLeft(v, "0")) < len("100"):
		d.fail(n, "migration %q is no version; write five digits or more, from 00100 on, in quotes, or leave it out", v)
	case taken[strings.TrimLeft(v, "0")]:
		d.fail(n, "migration %q is that of another resource; raise one of them, in the name of its file too", v)
	}
	taken[strings.TrimLeft(v, "0")] = true
	return v
}

func (d *decoder) access(n ast.Node) string {
	v := d.text(n)
	if !slices.Contains(Policies(), v) {
		d.fail(n, "access %q is not known; choose %s", v, quoteList(Policies()))
	}
	return v
}

func (d *decoder) fields(n ast.Node) []Field {
	var out []Field
	for _, item := range d.sequence(n) {
		f, err := ParseField(d.text(item))
		var grammar *GrammarError
		if errors.As(err, &grammar) && d.err == nil {
			grammar.Where = fmt.Sprintf("%s:%d", d.file, item.GetToken().Position.Line)
			d.err = grammar
		}
		out = append(out, f)
	}
	return out
}

// mapping calls the handler of each key and refuses keys without one.
func (d *decoder) mapping(n ast.Node, what string, handlers map[string]func(ast.Node)) {
	var values []*ast.MappingValueNode
	switch m := n.(type) {
	case *ast.MappingNode:
		values = m.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{m}
	default:
		d.fail(n, "expected the keys of %s here", what)
		return
	}
	seen := map[string]bool{}
	for _, kv := range values {
		key := kv.Key.GetToken().Value
		if strings.HasPrefix(key, "x-") {
			continue
		}
		handle, ok := handlers[key]
		switch {
		case !ok:
			d.fail(kv.Key, "unknown key %q in %s%s", key, what, suggestion(key, handlers))
		case seen[key]:
			d.fail(kv.Key, "the key %q stands twice", key)
		default:
			seen[key] = true
			handle(kv.Value)
		}
	}
}

func suggestion(key string, handlers map[string]func(ast.Node)) string {
	known := make([]string, 0, len(handlers))
	for k := range handlers {
		known = append(known, k)
	}
	slices.Sort(known)
	if best := Closest(key, known); best != "" {
		return fmt.Sprintf("; did you mean %q?", best)
	}
	return "; known are " + strings.Join(known, ", ")
}

func (d *decoder) sequence(n ast.Node) []ast.Node {
	switch s := n.(type) {
	case *ast.SequenceNode:
		return s.Values
	case *ast.NullNode:
		return nil
	}
	d.fail(n, "expected a list here")
	return nil
}

func (d *decoder) list(n ast.Node) []string {
	var out []string
	for _, item := range d.sequence(n) {
		out = append(out, d.text(item))
	}
	return out
}

func (d *decoder) text(n ast.Node) string {
	switch v := n.(type) {
	case *ast.StringNode:
		return v.Value
	case *ast.LiteralNode:
		return v.Value.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value
	}
	d.fail(n, "expected a word here")
	return ""
}
