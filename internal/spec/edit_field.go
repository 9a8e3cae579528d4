package spec

import (
	"slices"
	"strings"
)

// AddFields returns a layup.yaml in which a resource has more fields, behind those
// that it has. Everything else keeps its bytes. file and axes are as in Parse, and
// name is the resource's as it stands there. An *EditError says that the list is
// not laid out in lines.
func AddFields(file string, data []byte, axes []string, name string, fields []Field) ([]byte, error) {
	e, err := editFields(file, data, axes, name)
	if err != nil {
		return nil, err
	}
	var lines []string
	for _, f := range fields {
		lines = append(lines, "- "+YAMLString(f.String()))
	}
	e.snippet = strings.Join(lines, "\n")
	list, unclear := e.fieldList()
	if unclear != nil {
		return nil, unclear
	}
	for i := range lines {
		lines[i] = list.indent + lines[i]
	}
	e.insertLines(list.end, lines)
	e.want[e.at].Fields = slices.Concat(e.want[e.at].Fields, fields)
	return e.result(axes, list.key)
}

// RemoveFields returns a layup.yaml in which a resource has no fields of these names,
// which are as they stand there. The comment right above a field goes with it.
// An *EditError says that the list is not laid out in lines.
func RemoveFields(file string, data []byte, axes []string, name string, fields []string) ([]byte, error) {
	e, err := editFields(file, data, axes, name)
	if err != nil {
		return nil, err
	}
	list, unclear := e.fieldList()
	if unclear != nil {
		return nil, unclear
	}
	var left []Field
	for i, f := range slices.Backward(e.want[e.at].Fields) {
		if slices.Contains(fields, f.Name) {
			e.lines = slices.Delete(e.lines, list.items[i], list.endOf(i))
		} else {
			left = append(left, f)
		}
	}
	slices.Reverse(left)
	e.want[e.at].Fields = left
	if last := len(e.lines) - 1; e.open {
		e.lines[last] = strings.TrimSuffix(e.lines[last], "\r")
	}
	return e.result(axes, list.key)
}

// fieldEdit is a change of the fields of one resource.
type fieldEdit struct {
	*document
	file, snippet string
	// want is what the text is to mean, and at which resource changes.
	want []Resource
	at   int
}

func editFields(file string, data []byte, axes []string, name string) (*fieldEdit, error) {
	before, err := Parse(file, data, axes)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(before.Resources, func(r Resource) bool { return r.Name == name })
	if at < 0 {
		return nil, Errorf(file, "there is no resource %s", name)
	}
	return &fieldEdit{document: splitDocument(data), file: file, want: before.Resources, at: at}, nil
}

// fieldList finds the list of the resource's fields. Only block style is edited.
func (e *fieldEdit) fieldList() (*resourceList, *EditError) {
	resources, unclear := e.resourceList(e.file, len(e.want))
	if unclear != nil {
		unclear.Snippet = e.snippet
		return nil, unclear
	}
	from, to := resources.items[e.at], resources.endOf(e.at)
	key, indent := e.fieldsKey(from, to)
	if key < 0 {
		return nil, e.unclear(from, "the fields are not laid out as layup writes them; bring them into that shape, then try again")
	}
	list := &resourceList{key: key, end: key + 1}
	list.scanFields(e.lines[:to], indent)
	if len(list.items) != len(e.want[e.at].Fields) {
		return nil, e.unclear(key, "write the fields as a list of lines that begin with a dash, then try again")
	}
	return list, nil
}

func (e *fieldEdit) unclear(line int, msg string) *EditError {
	return &EditError{File: e.file, Line: line + 1, Snippet: e.snippet, Msg: msg}
}

// fieldsKey returns the line of "fields:" between two lines, and how deep it is;
// -1 when more than white space and a comment follow it.
func (e *fieldEdit) fieldsKey(from, to int) (line, indent int) {
	depth := -1 // of the resource's keys
	for i := from; i < to; i++ {
		text := strings.TrimLeft(e.lines[i], " ")
		indent := len(e.lines[i]) - len(text)
		if rest, dash := strings.CutPrefix(text, "-"); dash && depth < 0 {
			text = strings.TrimLeft(rest, " ")
			indent = len(e.lines[i]) - len(text)
			depth = indent
		}
		rest, found := strings.CutPrefix(text, "fields:")
		if !found || indent != depth {
			continue
		}
		if rest, _, _ = strings.Cut(rest, "#"); strings.TrimSpace(rest) != "" {
			return -1, 0
		}
		return i, indent
	}
	return -1, 0
}

// scanFields finds the entries below the key: lines with a dash at the depth of
// the first one, which may be the depth of the key.
func (l *resourceList) scanFields(lines []string, keyIndent int) {
	lead := -1 // first line of the comment that is being read
	for i := l.key + 1; i < len(lines); i++ {
		text := strings.TrimLeft(lines[i], " ")
		indent := lines[i][:len(lines[i])-len(text)]
		dash := strings.HasPrefix(text, "-")
		switch {
		case strings.TrimSpace(text) == "":
			lead = -1
			continue
		case strings.HasPrefix(text, "#"):
			if lead < 0 {
				lead = i
			}
			continue
		case len(indent) < keyIndent, len(indent) == keyIndent && !dash:
			return // the next key
		case len(l.items) == 0 && dash:
			l.indent = indent
		}
		if dash && indent == l.indent {
			start := i
			if lead >= 0 {
				start = lead
			}
			l.items = append(l.items, start)
		}
		lead, l.end = -1, i+1
	}
}

// result returns the text if it means what was wanted.
func (e *fieldEdit) result(axes []string, line int) ([]byte, error) {
	return e.verified(e.file, axes, line, e.snippet, func(s *Spec) bool { return sameResources(s.Resources, e.want) })
}
