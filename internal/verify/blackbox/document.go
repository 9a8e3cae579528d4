package blackbox

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// document is as much of an OpenAPI document as a conversation needs.
type document struct {
	// serial counts the numbers and times that were made.
	serial int64

	Paths      map[string]pathItem
	Components struct {
		Schemas map[string]*schema
	}
}

// pathItem holds the operations of a path by method, in lower case.
type pathItem map[string]operation

type operation struct {
	// Access is public, signed-in or admin.
	Access      string `yaml:"x-access"`
	RequestBody struct {
		Content map[string]media
	} `yaml:"requestBody"`
	Responses map[string]struct {
		Content map[string]media
	}
}

type media struct{ Schema *schema }

// schema is what says how a value must be made. Bounds stay as they are
// written, so that no digit of a large one is lost.
type schema struct {
	Ref         string   `yaml:"$ref"`
	Type        any      // a name or a list of names
	Format      string   `yaml:"format"`
	Pattern     string   `yaml:"pattern"`
	Description string   `yaml:"description"`
	Const       any      `yaml:"const"`
	Enum        []any    `yaml:"enum"`
	MinLength   int      `yaml:"minLength"`
	MaxLength   int      `yaml:"maxLength"`
	Minimum     any      `yaml:"minimum"`
	Maximum     any      `yaml:"maximum"`
	Required    []string `yaml:"required"`
	// RefersTo is the path of the things whose ids the value may be.
	RefersTo   string             `yaml:"x-refers-to"`
	Properties map[string]*schema `yaml:"properties"`
}

func parseDocument(data []byte) (*document, error) {
	d := &document{}
	if err := yaml.Unmarshal(data, d); err != nil {
		return nil, fmt.Errorf("the OpenAPI document: %w", err)
	}
	if len(d.Paths) == 0 {
		return nil, errors.New("the OpenAPI document has no paths")
	}
	return d, nil
}

// operation returns the operation of that method and path, and whether it exists.
func (d *document) operation(method, path string) (operation, bool) {
	op, ok := d.Paths[path][strings.ToLower(method)]
	return op, ok
}

// body returns the schema of the request's JSON body; nil when there is none.
func (d *document) body(op operation) *schema {
	return d.resolve(op.RequestBody.Content["application/json"].Schema)
}

// answer returns the schema of the response's JSON body; nil when there is none.
func (d *document) answer(op operation, status string) *schema {
	return d.resolve(op.Responses[status].Content["application/json"].Schema)
}

func (d *document) resolve(s *schema) *schema {
	for range 10 {
		if s == nil || s.Ref == "" {
			return s
		}
		s = d.Components.Schemas[strings.TrimPrefix(s.Ref, "#/components/schemas/")]
	}
	return nil
}

// resources lists the paths that can be created at, listed, and whose items
// can be read, changed and deleted.
func (d *document) resources() []string {
	var out []string
	for path, item := range d.Paths {
		one := d.Paths[path+"/{id}"]
		if has(item, "get", "post") && has(one, "get", "patch", "delete") {
			out = append(out, path)
		}
	}
	slices.Sort(out)
	return out
}

func has(item pathItem, methods ...string) bool {
	return !slices.ContainsFunc(methods, func(m string) bool {
		_, ok := item[m]
		return !ok
	})
}

// refersTo reports whether a value is the id of something at the path.
func (s *schema) refersTo(path string) bool { return s != nil && s.RefersTo == path }

// kind returns the type of a schema that is not null.
func (s *schema) kind() string {
	switch t := s.Type.(type) {
	case string:
		return t
	case []any:
		for _, name := range t {
			if name != "null" {
				return fmt.Sprint(name)
			}
		}
	}
	return ""
}
