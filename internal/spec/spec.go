// Package spec holds the choices that describe a project: the contents of
// layup.yaml. It parses and checks them without knowing any language, database
// or template; what an option means stands in the stack that the spec names.
package spec

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Schema is the version of layup.yaml's own format that this binary writes.
const Schema = 1

// FileName is the name of the spec inside a project.
const FileName = "layup.yaml"

// Access policies of a resource, from closed to open.
const (
	AccessOwner      = "owner"
	AccessShared     = "shared"
	AccessPublicRead = "public-read"
	AccessPublic     = "public"
)

// Policies lists the access policies in the order in which they are offered.
func Policies() []string {
	return []string{AccessOwner, AccessShared, AccessPublicRead, AccessPublic}
}

// Spec is everything that decides what a project looks like: the same spec
// renders to the same bytes. It holds no secret and no path of a machine.
type Spec struct {
	// Templates is the version of the templates that rendered the project.
	Templates string
	// Stack names the template set, such as "go".
	Stack       string
	Name        string
	Module      string
	Description string
	// Choices maps an axis of the stack to the chosen option: router → chi.
	Choices map[string]string
	// With lists the chosen extras, sorted.
	With []string
	// Example names the example that the project started from; empty for none.
	Example   string
	Resources []Resource
}

// Resource is one entity with its fields.
type Resource struct {
	Name   string
	Plural string
	// Access is one of the policies, or empty when the project has no users.
	Access string
	// Migration is the version of the migration that creates its table.
	Migration string
	Fields    []Field
}

// Resource returns the resource of that name, in singular or plural.
func (s *Spec) Resource(name string) (Resource, bool) {
	for _, r := range s.Resources {
		if r.Name == name || r.Plural == name {
			return r, true
		}
	}
	return Resource{}, false
}

// String returns the resource as the command line spells it.
func (r Resource) String() string {
	words := []string{r.Name}
	for _, f := range r.Fields {
		words = append(words, f.String())
	}
	if r.Access != "" {
		words = append(words, "--access", r.Access)
	}
	if r.Plural != "" {
		words = append(words, "--plural", r.Plural)
	}
	return strings.Join(words, " ")
}

// References lists the resources that the fields refer to, those that it cannot
// be without first.
func (r Resource) References() []string {
	var required, optional []string
	for _, f := range r.Fields {
		switch {
		case f.Type != "ref" || len(f.Args) != 1:
		case f.Optional:
			optional = append(optional, f.Args[0])
		default:
			required = append(required, f.Args[0])
		}
	}
	return append(required, optional...)
}

// Error is a fault in a spec, with its place.
type Error struct {
	// Where is a file and line ("layup.yaml:12") or a flag ("--resource").
	Where string
	Msg   string
}

func (e *Error) Error() string {
	if e.Where == "" {
		return e.Msg
	}
	return e.Where + ": " + e.Msg
}

// Errorf returns an Error at where.
func Errorf(where, format string, args ...any) *Error {
	return &Error{Where: where, Msg: fmt.Sprintf(format, args...)}
}

// IsInvalid reports whether err says that the user's input is at fault.
func IsInvalid(err error) bool {
	var e *Error
	var g *GrammarError
	return errors.As(err, &e) || errors.As(err, &g)
}

// MaxDescription is how long a description may be, in bytes.
const MaxDescription = 500

// CheckDescription wants one line of text: it stands in comments and documents.
func CheckDescription(s string) error {
	switch {
	case len(s) > MaxDescription:
		return Errorf("description", "is longer than %d bytes", MaxDescription)
	case !utf8.ValidString(s):
		return Errorf("description", "is not valid UTF-8")
	}
	for _, r := range s {
		if unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control) {
			return Errorf("description", "holds %U; write one line without control characters", r)
		}
	}
	return nil
}

// quoteList renders names for a message: "a, b or c".
func quoteList(names []string) string {
	switch len(names) {
	case 0:
		return "nothing"
	case 1:
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}
