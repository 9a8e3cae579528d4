package spec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Field is one parsed field: name:type[(args)][?][:modifier[(arg)]]…
type Field struct {
	Name      string
	Type      string
	Args      []string
	Optional  bool
	Unique    bool
	Index     bool
	Immutable bool
	Private   bool
	// OnDelete says what happens to the item when what the field refers to is
	// deleted: OnDeleteCascade, OnDeleteNull, or empty for OnDeleteRestrict.
	OnDelete string
	// Default, Min and Max are nil when absent. For string and text, Min and
	// Max count characters; for other types they bound the value.
	Default, Min, Max *string
}

// GrammarError says which field is wrong, at which character, what was
// expected there, and shows an example that works.
type GrammarError struct {
	Where    string // the flag, argument or line that held the field
	Input    string
	Offset   int // in characters, from 0
	Expected string
	Example  string
}

func (e *GrammarError) Error() string {
	var b strings.Builder
	if e.Where != "" {
		b.WriteString(e.Where + ": ")
	}
	fmt.Fprintf(&b, "field %q, character %d: expected %s", e.Input, e.Offset+1, e.Expected)
	if e.Example != "" {
		fmt.Fprintf(&b, "; for example %s", e.Example)
	}
	return b.String()
}

const fieldExample = "price:decimal(12,2):min(0)"

// ParseField parses one field in the grammar of this package.
// It refuses what no type could mean with a *GrammarError; whether the name
// can be used in code is decided by package naming.
func ParseField(input string) (Field, error) {
	p := fieldParser{input: []rune(input)}
	f, err := p.field()
	if err != nil {
		return Field{}, err
	}
	return f, nil
}

type fieldParser struct {
	input []rune
	pos   int
	// onDelete is what the modifier said, as it was written.
	onDelete *string
}

func (p *fieldParser) field() (Field, error) {
	var f Field
	if f.Name = p.word(); f.Name == "" {
		return f, p.fail(p.pos, "a field name", fieldExample)
	}
	if !p.take(':') {
		return f, p.fail(p.pos, "':' and a type ("+strings.Join(typeNames(), ", ")+")", fieldExample)
	}
	typ, err := p.fieldType(&f)
	if err != nil {
		return f, err
	}
	f.Optional = p.take('?')
	for p.pos < len(p.input) {
		if !p.take(':') {
			return f, p.fail(p.pos, "'?', ':' and a modifier, or the end", typ.Example)
		}
		if err := p.modifier(&f, typ); err != nil {
			return f, err
		}
	}
	return f, p.bounds(f, typ)
}

func (p *fieldParser) fieldType(f *Field) (Type, error) {
	start := p.pos
	f.Type = p.word()
	typ, ok := TypeNamed(f.Type)
	if !ok {
		return typ, p.fail(start, "a type ("+strings.Join(typeNames(), ", ")+")", fieldExample)
	}
	start = p.pos
	args, given, err := p.arguments()
	if err != nil {
		return typ, err
	}
	f.Args = args
	switch {
	case typ.checkArgs == nil && given:
		return typ, p.fail(start, "no arguments after "+typ.Name, typ.Example)
	case typ.checkArgs != nil:
		if err := typ.checkArgs(args); err != nil {
			return typ, p.fail(start, err.Error(), typ.Example)
		}
	}
	return typ, nil
}

func (p *fieldParser) modifier(f *Field, typ Type) error {
	start := p.pos
	name := p.word()
	if !slices.Contains(typ.Modifiers, name) {
		return p.fail(start, "a modifier of "+typ.Name+" ("+strings.Join(typ.Modifiers, ", ")+")", typ.Example)
	}
	argStart := p.pos
	args, given, err := p.arguments()
	if err != nil {
		return err
	}
	if flag := f.flag(name); flag != nil {
		if given {
			return p.fail(argStart, "no argument after "+name, typ.Example)
		}
		if *flag {
			return p.fail(start, name+" only once", typ.Example)
		}
		*flag = true
		return nil
	}
	if len(args) != 1 {
		return p.fail(argStart, "one argument: "+name+"(…)", typ.Example)
	}
	value := p.value(f, name)
	if *value != nil {
		return p.fail(start, name+" only once", typ.Example)
	}
	if err := checkArgument(*f, typ, name, args[0]); err != nil {
		return p.fail(argStart+1, name+"(…): "+err.Error(), typ.Example)
	}
	*value = &args[0]
	if name == "on_delete" && args[0] != OnDeleteRestrict {
		f.OnDelete = args[0]
	}
	return nil
}

// value returns where the argument of a modifier goes.
func (p *fieldParser) value(f *Field, modifier string) **string {
	if modifier == "on_delete" {
		return &p.onDelete
	}
	return f.value(modifier)
}

// flag returns the field's switch that a modifier without argument turns on.
func (f *Field) flag(modifier string) *bool {
	switch modifier {
	case "unique":
		return &f.Unique
	case "index":
		return &f.Index
	case "immutable":
		return &f.Immutable
	case "private":
		return &f.Private
	}
	return nil
}

func (f *Field) value(modifier string) **string {
	switch modifier {
	case "min":
		return &f.Min
	case "max":
		return &f.Max
	}
	return &f.Default
}

// countsCharacters reports whether min and max bound a length.
func (f Field) countsCharacters() bool { return f.Type == "string" || f.Type == "text" }

func (f Field) lengthLimit() int {
	if f.Type == "text" {
		return MaxTextLength
	}
	return MaxStringLength
}

func checkArgument(f Field, typ Type, modifier, arg string) error {
	if modifier == "on_delete" {
		return checkOnDelete(f, arg)
	}
	if modifier == "default" || !f.countsCharacters() {
		return typ.checkValue(f, arg)
	}
	n, err := strconv.Atoi(arg)
	if err != nil || n < 0 || n > f.lengthLimit() {
		return fmt.Errorf("must be a length from 0 to %d characters", f.lengthLimit())
	}
	return nil
}

// bounds checks what only the whole field can tell: min ≤ default ≤ max.
func (p *fieldParser) bounds(f Field, typ Type) error {
	if f.Min != nil && f.Max != nil && compareValues(Field{Type: boundType(f)}, *f.Min, *f.Max) > 0 {
		return p.fail(0, fmt.Sprintf("min(%s) not above max(%s)", *f.Min, *f.Max), typ.Example)
	}
	if f.Default == nil {
		return nil
	}
	value := *f.Default
	if f.countsCharacters() {
		n := len([]rune(value))
		if n > f.lengthLimit() {
			return p.fail(0, fmt.Sprintf("a default of at most %d characters", f.lengthLimit()), typ.Example)
		}
		value = strconv.Itoa(n)
	}
	if f.Min != nil && compareValues(Field{Type: boundType(f)}, value, *f.Min) < 0 ||
		f.Max != nil && compareValues(Field{Type: boundType(f)}, value, *f.Max) > 0 {
		return p.fail(0, fmt.Sprintf("a default within min and max, not %q", *f.Default), typ.Example)
	}
	return nil
}

func boundType(f Field) string {
	if f.countsCharacters() {
		return "int"
	}
	return f.Type
}

func (p *fieldParser) word() string {
	start := p.pos
	for p.pos < len(p.input) && !strings.ContainsRune(":()?", p.input[p.pos]) && !unicode.IsSpace(p.input[p.pos]) {
		p.pos++
	}
	return string(p.input[start:p.pos])
}

func (p *fieldParser) take(r rune) bool {
	if p.pos < len(p.input) && p.input[p.pos] == r {
		p.pos++
		return true
	}
	return false
}

// arguments parses "(a,b)" when it is there. An argument with a comma,
// parenthesis or quote is written as a quoted Go string.
func (p *fieldParser) arguments() (args []string, given bool, err error) {
	if !p.take('(') {
		return nil, false, nil
	}
	for {
		arg, err := p.argument()
		if err != nil {
			return nil, true, err
		}
		args = append(args, arg)
		if p.take(')') {
			return args, true, nil
		}
		if !p.take(',') {
			return nil, true, p.fail(p.pos, "',' or ')'", fieldExample)
		}
	}
}

func (p *fieldParser) argument() (string, error) {
	start := p.pos
	if p.pos < len(p.input) && p.input[p.pos] == '"' {
		return p.quoted()
	}
	for p.pos < len(p.input) && !strings.ContainsRune(",()", p.input[p.pos]) {
		p.pos++
	}
	arg := strings.TrimSpace(string(p.input[start:p.pos]))
	if arg == "" {
		return "", p.fail(start, `a value (write default("") for an empty text)`, fieldExample)
	}
	return arg, nil
}

func (p *fieldParser) quoted() (string, error) {
	start := p.pos
	for p.pos++; p.pos < len(p.input); p.pos++ {
		switch p.input[p.pos] {
		case '\\':
			p.pos++
		case '"':
			p.pos++
			s, err := strconv.Unquote(string(p.input[start:p.pos]))
			if err != nil {
				return "", p.fail(start, "a quoted text", `title:string:default("a, b")`)
			}
			return s, nil
		}
	}
	return "", p.fail(start, "a closing quote", `title:string:default("a, b")`)
}

func (p *fieldParser) fail(offset int, expected, example string) error {
	return &GrammarError{Input: string(p.input), Offset: offset, Expected: expected, Example: example}
}

// String returns the field in its canonical spelling, which parses back to it.
func (f Field) String() string {
	var b strings.Builder
	b.WriteString(f.Name + ":" + f.Type)
	if len(f.Args) > 0 {
		b.WriteString("(" + strings.Join(f.Args, ",") + ")")
	}
	if f.Optional {
		b.WriteByte('?')
	}
	for _, name := range []string{"unique", "index", "immutable", "private"} {
		if *f.flag(name) {
			b.WriteString(":" + name)
		}
	}
	for _, name := range []string{"default", "min", "max"} {
		if v := *f.value(name); v != nil {
			b.WriteString(":" + name + "(" + quoteArgument(*v) + ")")
		}
	}
	if f.OnDelete != "" {
		b.WriteString(":on_delete(" + f.OnDelete + ")")
	}
	return b.String()
}

func quoteArgument(v string) string {
	if v == "" || strings.TrimSpace(v) != v || strings.ContainsFunc(v, func(r rune) bool {
		return strings.ContainsRune(`,()"\`, r) || !unicode.IsPrint(r)
	}) {
		return strconv.Quote(v)
	}
	return v
}

// SplitResource cuts "product name:string …" into the resource's name and its
// fields. White space inside parentheses or quotes does not separate.
func SplitResource(s string) (name string, fields []string) {
	var parts []string
	var part strings.Builder
	depth, quoted, escaped := 0, false, false
	for _, r := range s {
		if unicode.IsSpace(r) && depth == 0 && !quoted {
			if part.Len() > 0 {
				parts = append(parts, part.String())
				part.Reset()
			}
			continue
		}
		part.WriteRune(r)
		switch {
		case escaped:
			escaped = false
		case quoted && r == '\\':
			escaped = true
		case r == '"' && depth > 0:
			quoted = !quoted
		case !quoted && r == '(':
			depth++
		case !quoted && r == ')' && depth > 0:
			depth--
		}
	}
	if part.Len() > 0 {
		parts = append(parts, part.String())
	}
	if len(parts) == 0 {
		return "", nil
	}
	return parts[0], parts[1:]
}
