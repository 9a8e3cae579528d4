package render

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"text/template"
)

// Section is what one resource contributed to a shared file: a part of its
// data, in bytes.
type Section struct {
	Name, Resource string
	Offset, Length int
}

// mark begins a line that stands for a section of every resource. No template
// and no value can hold it: NUL is refused everywhere.
const mark = "\x00"

// section is the template function each: the sections of that name, of every
// resource in order, stand where it is called, which must be a line of its own.
func (r *renderer) section(name string) (string, error) {
	if !slices.Contains(r.plan.Stack.Each, name) {
		return "", fmt.Errorf("each %q is not declared in stack.yaml", name)
	}
	if len(r.data.Resources) == 0 {
		return "", nil
	}
	return mark + name + "\n", nil
}

// compose puts the sections in the place of their marks.
func (r *renderer) compose(text []byte) ([]byte, []Section, error) {
	if !bytes.Contains(text, []byte(mark)) {
		return text, nil, nil
	}
	var parts [][]byte
	var sections []Section
	size := 0
	for line := range bytes.Lines(text) {
		name, marked := strings.CutPrefix(strings.TrimSuffix(string(line), "\n"), mark)
		if !marked {
			parts, size = append(parts, line), size+len(line)
			continue
		}
		for _, res := range r.data.Resources {
			data, err := r.sectionOf(name, res)
			if err != nil {
				return nil, nil, err
			}
			sections = append(sections, Section{Name: name, Resource: res.Name, Offset: size, Length: len(data)})
			parts, size = append(parts, data), size+len(data)
		}
	}
	return bytes.Join(parts, nil), sections, nil
}

// sectionOf returns a section as it was, where that is known, or renders it.
func (r *renderer) sectionOf(name string, res ResourceData) ([]byte, error) {
	if !r.scope.renders(res.Name) {
		if data, ok := r.scope.Section(name, res.Name); ok {
			return data, nil
		}
	}
	templates, err := r.sectionTemplates(name)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	for _, t := range templates {
		if err := t.ExecuteTemplate(&out, name, res.Dot); err != nil {
			return nil, fmt.Errorf("template %s: %w", t.Name(), err)
		}
	}
	return tidy(out.Bytes()), nil
}

// sectionTemplates returns the templates in the folders each/ of the active rooms
// that define a section of that name.
func (r *renderer) sectionTemplates(name string) ([]*template.Template, error) {
	if found, ok := r.each[name]; ok {
		return found, nil
	}
	var found []*template.Template
	for _, dir := range r.rooms {
		err := r.walk(path.Join(dir, "each"), nil, func(t *source) error {
			if t.parsed.Lookup(name) != nil {
				found = append(found, t.parsed)
			}
			return nil
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	r.each[name] = found
	return found, nil
}

// partial is the template function that executes the template of that name in
// the folder partials/ of an active room, with a dot of its own: text that two
// files share.
func (r *renderer) partial(name string, dot any) (string, error) {
	for _, dir := range r.rooms {
		file := path.Join(dir, "partials", name+suffix)
		if _, err := fs.Stat(r.plan.Stack.FS, file); err != nil {
			continue
		}
		t, err := r.load(file)
		if err != nil {
			return "", err
		}
		var out strings.Builder
		if err := t.parsed.Execute(&out, dot); err != nil {
			return "", templateError(t, err)
		}
		return out.String(), nil
	}
	return "", fmt.Errorf("no active room has partials/%s%s", name, suffix)
}
